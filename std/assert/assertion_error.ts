// What every assertion of this package throws, and how their sentences end.

/** Thrown when an assertion does not hold. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

/** ": <msg>" when the caller gave a message, a full stop when not. */
export function ending(msg: string | undefined): string {
  return msg ? `: ${msg}` : ".";
}

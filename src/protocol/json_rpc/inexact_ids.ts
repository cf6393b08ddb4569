// Ids that JSON.parse changes: a number has 53 bits there, and times in nanoseconds need more. Their answer would have
// another id than the request.

/** Numbers behind a key "id" that are long or have an exponent; within a string, a backslash would be before the quote. */
const LONG_ID = /"id"\s*:\s*(-?(?:[\d.]{16,}[\d.eE+-]*|[\d.]+[eE][\d+-]+))/g;
/** So many digits always survive. */
const SAFE_DIGITS = 15;

const NONE: ReadonlySet<number> = new Set();

/** What the ids of `line` that cannot be returned exactly have become. */
export function inexactIds(line: string): ReadonlySet<number> {
  let found: Set<number> | undefined;
  for (const [, source = ""] of line.matchAll(LONG_ID)) {
    if (!isExact(source)) (found ??= new Set()).add(Number(source));
  }
  return found ?? NONE;
}

function isExact(source: string): boolean {
  const number = Number(source);
  if (JSON.stringify(number) === source) return true;
  const digits = source.replace(/[eE].*/, "").replace(/[-.]/g, "").replace(/^0+|0+$/g, "");
  const isUnderflow = number === 0 && digits !== "";
  return digits.length <= SAFE_DIGITS && !isUnderflow;
}

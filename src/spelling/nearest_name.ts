// Suggests the known name that was probably meant. The package is loaded only for a misspelt name, so that it does not
// delay a start without mistakes.

/** The known name nearest to `name`; `undefined` if none is similar enough. */
export async function findNearestName(name: string, known: Iterable<string>): Promise<string | undefined> {
  // The name may be untrusted, and the distance takes quadratic time.
  if (name.length > 100) return undefined;
  const { distance } = await import("fastest-levenshtein");
  const most = Math.min(name.length - 1, Math.max(2, Math.floor(name.length / 3))); // 2: two swapped letters
  let nearest: { name: string; distance: number } | undefined;
  for (const candidate of known) {
    const away = distance(name.toLowerCase(), candidate.toLowerCase());
    if (away <= most && away < (nearest?.distance ?? Infinity)) nearest = { name: candidate, distance: away };
  }
  return nearest?.name;
}

export interface Misspelling {
  readonly name: string;
  readonly known: Iterable<string>;
  /** What to do where no known name is similar. */
  readonly otherwise: string;
}

/** The message and what to do: `Unknown word "/wo"; did you mean "/who"?` */
export async function withSuggestion(
  message: string,
  { name, known, otherwise }: Misspelling,
): Promise<string> {
  const nearest = await findNearestName(name, known);
  return `${message}; ${nearest === undefined ? otherwise : `did you mean "${nearest}"?`}`;
}

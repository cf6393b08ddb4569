// The name that was probably meant. The distance is loaded only when something was misspelt: a start without mistakes
// does not pay for it.

/** The known name nearest to `name`, unless they have too little in common to be one another's misspelling. */
export async function findNearestName(name: string, known: Iterable<string>): Promise<string | undefined> {
  const { distance } = await import("fastest-levenshtein");
  // A stranger's text may come in here, and the distance takes quadratic time.
  if (name.length > 100) return undefined;
  const most = Math.min(name.length - 1, Math.max(2, Math.floor(name.length / 3))); // 2: letters that changed places
  let nearest: { name: string; distance: number } | undefined;
  for (const candidate of known) {
    const away = distance(name.toLowerCase(), candidate.toLowerCase());
    if (away <= most && away < (nearest?.distance ?? Infinity)) nearest = { name: candidate, distance: away };
  }
  return nearest?.name;
}

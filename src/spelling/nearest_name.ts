// Suggests the known name that was probably meant. The name may be untrusted and the known names many, so the work for one
// suggestion is bounded: some 0.03 ms for a thousand names of the same length.

/** Longer names are not compared: no known name is longer. */
const MAX_LENGTH = 64;
/** No more edits than these are taken for a misspelling, however long the name is. */
const MAX_EDITS = 6;
/** Of the names with about the same length, so many that share the most with it at both ends are compared. */
const MAX_COMPARED = 8;
/** Of each end, so much is looked at for that. */
const MAX_SHARED = 8;

/** The known name nearest to `name`; `undefined` if none is similar enough. */
export function findNearestName(name: string, known: Iterable<string>): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const most = Math.min(name.length - 1, MAX_EDITS, Math.max(2, Math.floor(name.length / 3))); // 2: two swapped letters
  const written = name.toLowerCase();
  let nearest: string | undefined;
  let fewest = most + 1;
  for (const candidate of mostAlike(written, known, most)) {
    const edits = countEdits(written, candidate.toLowerCase(), fewest - 1);
    if (edits < fewest) [nearest, fewest] = [candidate, edits];
  }
  return nearest;
}

/** Those that few edits could make of `name`; only the ones that begin and end most like it if they are many. */
function mostAlike(name: string, known: Iterable<string>, most: number): string[] {
  const alike: { readonly candidate: string; readonly shared: number }[] = [];
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > most) continue;
    const shared = countShared(name, candidate);
    if (alike.length === MAX_COMPARED) {
      if (alike[MAX_COMPARED - 1]!.shared >= shared) continue;
      alike.pop();
    }
    const place = alike.findLastIndex((other) => other.shared >= shared) + 1;
    alike.splice(place, 0, { candidate, shared });
  }
  return alike.map(({ candidate }) => candidate);
}

/** How many characters two texts have in common at their beginning and at their end, almost regardless of case. */
function countShared(a: string, b: string): number {
  const most = Math.min(a.length, b.length, MAX_SHARED);
  let start = 0;
  while (start < most && isSameLetter(a.charCodeAt(start), b.charCodeAt(start))) start++;
  const shift = b.length - a.length;
  let end = a.length;
  const first = a.length - most;
  while (end > first && isSameLetter(a.charCodeAt(end - 1), b.charCodeAt(end - 1 + shift))) end--;
  return start + a.length - end;
}

/** In ASCII, one bit is the difference between an upper-case letter and the lower-case one. */
function isSameLetter(a: number, b: number): boolean {
  return (a | 0x20) === (b | 0x20);
}

/** Levenshtein's distance: characters to insert, delete or replace; `most + 1` where it is more than `most`. */
function countEdits(a: string, b: string, most: number): number {
  const tooMany = most + 1;
  // `row[j]` is the distance of the beginning of `a` so far from the first `j` characters of `b`.
  let row = new Uint8Array(b.length + 1);
  for (let j = 1; j <= b.length; j++) row[j] = j;
  let next = new Uint8Array(b.length + 1);
  for (let i = 1; i <= a.length; i++) {
    const letter = a.charCodeAt(i - 1);
    // Outside this band, the lengths alone differ by too much.
    const first = Math.max(1, i - most);
    const last = Math.min(b.length, i + most);
    let left = first === 1 ? i : tooMany;
    let least = left;
    next[first - 1] = left;
    for (let j = first; j <= last; j++) {
      const replaced = row[j - 1]! + (letter === b.charCodeAt(j - 1) ? 0 : 1);
      const edited = 1 + (row[j]! < left ? row[j]! : left);
      left = replaced < edited ? replaced : edited;
      next[j] = left;
      if (left < least) least = left;
    }
    if (least > most) return tooMany;
    if (last < b.length) next[last + 1] = tooMany;
    [row, next] = [next, row];
  }
  return Math.min(row[b.length]!, tooMany);
}

export interface Misspelling {
  readonly name: string;
  readonly known: Iterable<string>;
  /** What to do where no known name is similar. */
  readonly otherwise: string;
}

/** The message and what to do: `Unknown word "/wo"; did you mean "/who"?` */
export function withSuggestion(message: string, { name, known, otherwise }: Misspelling): string {
  const nearest = findNearestName(name, known);
  return `${message}; ${nearest === undefined ? otherwise : `did you mean "${nearest}"?`}`;
}

/** The message for a word with a slash that does not exist among `words`. */
export function unknownWord(name: string, words: Iterable<string>): string {
  return withSuggestion(`Unknown word "${name}"`, { name, known: words, otherwise: "/help lists all words" });
}

/** The refusal of a command that is not among `commands`, with what to do. */
export function unknownCommand(message: string, name: string, commands: Iterable<string>): string {
  return withSuggestion(message, { name, known: commands, otherwise: "/commands lists them" });
}

// Ids that JSON.parse changes: a number has 53 bits there, and times in nanoseconds need more. Their answer would have
// another id than the request.

/** A number behind a key "id" that is long or has an exponent; within a string, a backslash would be before the quote. */
const LONG_ID = /"id"\s*:\s*(-?(?:[\d.]{16,}[\d.eE+-]*|[\d.]+[eE][\d+-]+))/;
const LONG_IDS = new RegExp(LONG_ID, "g");
/** So many digits always survive. */
const SAFE_DIGITS = 15;
/** Digits without the zeros around them. In linear time, as /0+$/ would not be: an id may fill a line. */
const SIGNIFICANT = /^0*(.*[1-9])?/;

const NONE: ReadonlySet<number> = new Set();

/** The ids of one line that cannot be returned exactly. The line is searched only if a number is asked about. */
export class InexactIds {
  readonly #line: string;
  #found: ReadonlySet<number> | undefined;

  constructor(line: string) {
    this.#line = line;
  }

  /** @param id as JSON.parse read it */
  has(id: number): boolean {
    this.#found ??= inexactIds(this.#line);
    return this.#found.has(id);
  }
}

function inexactIds(line: string): ReadonlySet<number> {
  // In nearly every line there is none, and this takes half the time.
  if (!LONG_ID.test(line)) return NONE;
  const sources = [...line.matchAll(LONG_IDS)].map(([, source = ""]) => source);
  return new Set(sources.filter((source) => !isExact(source)).map(Number));
}

function isExact(source: string): boolean {
  const number = Number(source);
  if (JSON.stringify(number) === source) return true;
  const all = source.replace(/[eE].*/, "").replace(/[-.]/g, "");
  const digits = SIGNIFICANT.exec(all)?.[1] ?? "";
  const isUnderflow = number === 0 && digits !== "";
  return digits.length <= SAFE_DIGITS && !isUnderflow;
}

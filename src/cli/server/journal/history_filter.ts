// Selects the lines of the history.

/** The clients that a line is about. */
export interface Concerned {
  readonly tickets: readonly number[];
  /** As they were at that time. */
  readonly ranks: readonly number[];
  /** Of clients and of their tokens. */
  readonly names: readonly string[];
}

export interface HistoryFilter {
  readonly client: ((concerned: Concerned) => boolean) | undefined;
  readonly command: string | undefined;
}

/** @returns a message when `of` is wrong */
export function parseFilter(of: string | undefined, command: string | undefined): HistoryFilter | string {
  if (of === undefined) return { client: undefined, command };
  const [, mark, number] = /^(@|ticket:)(.*)$/s.exec(of) ?? [];
  if (mark === undefined) {
    // As in `--raise name:TEXT`.
    const name = of.replace(/^name:/, "");
    return { client: ({ names }) => names.includes(name), command };
  }
  const value = /^\d{1,16}$/.test(number!) ? Number(number) : NaN;
  if (!Number.isSafeInteger(value)) return `--of must be a name, @RANK or ticket:N, got "${of}"`;
  const key = mark === "@" ? "ranks" : "tickets";
  return { client: (concerned) => concerned[key].includes(value), command };
}

// A stop watch around a program's start, to be imported before the program itself: it notes when the program reaches what
// every start passes, by way of the runtime's own functions, and is done when the last right has been dropped. All times
// are ms since 1970.

const loaded = performance.timeOrigin + performance.now();
const started = Number(Deno.env.get("LOAD_STARTED_MS"));

/** What a start passes, in this order. */
export interface Marks {
  /** The load generator is about to start the process. */
  readonly started: number;
  /** The runtime has a clock. */
  readonly clock: number;
  /** The first module runs. */
  readonly loaded: number;
  /** The flags are read; the environment is next. */
  configuring: number;
  /** The first socket is about to be opened. */
  opening: number;
  /** It listens on its own port. */
  listening: number;
  /** The first line of output is about to be written. */
  serving: number;
  /** Spent on dropping rights, all together. */
  dropping: number;
}

export function timeMarks(): Marks {
  return {
    started,
    clock: performance.timeOrigin,
    loaded,
    configuring: NaN,
    opening: NaN,
    listening: NaN,
    serving: NaN,
    dropping: 0,
  };
}

export function timeNow(): number {
  return performance.timeOrigin + performance.now();
}

/** Tells the load generator, and ends the program. */
export function reportMarks(marks: Partial<Marks>): never {
  const line = `${JSON.stringify({ step: "marks", ...marks })}\n`;
  Deno.stderr.writeSync(new TextEncoder().encode(line));
  Deno.exit(0);
}

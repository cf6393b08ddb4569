// From marks to parts: how long each step of a start took, in ms.

import type { Marks } from "./marks.ts";

/** Sums up to `total`, apart from what comes after listening. */
export interface StartupParts {
  readonly process: number;
  readonly boot: number;
  readonly modules: number;
  readonly config: number;
  readonly listen: number;
  readonly total: number;
  readonly serve: number;
  readonly drop: number;
}

/** @throws if a mark is missing or out of order: the program no longer starts in the way that the marks assume. */
export function startupParts(marks: Marks): StartupParts {
  const { started, clock, loaded, configuring, opening, listening, serving, dropping } = marks;
  const times = [started, clock, loaded, configuring, opening, listening, serving];
  if (!times.every((time, i) => i === 0 || time >= times[i - 1]!)) {
    throw new Error(`Cannot tell where the start's time goes: ${JSON.stringify(marks)}`);
  }
  return {
    process: clock - started,
    boot: loaded - clock,
    modules: configuring - loaded,
    config: opening - configuring,
    listen: listening - opening,
    total: listening - started,
    serve: serving - listening,
    drop: dropping,
  };
}

// Measures a journal that several servers share, from outside of it: how long records take to be applied, and how long it
// takes to know that this server is in touch with the others.

import { type SharedJournal, wrapJournal } from "../../journal/engines/mod.ts";
import type { Clock } from "../../time/mod.ts";
import { Histogram } from "./histogram.ts";

/** In seconds. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export class JournalTimes {
  /** Until a record of this server was applied here, in seconds. */
  readonly appends = new Histogram(BOUNDS);
  /** Records that changed nothing, or were not applied because the server was suspended. */
  appendsRefused = 0;
  /** Until a beat that was sent after a question has come back, in seconds. */
  readonly echoes = new Histogram(BOUNDS);
}

/** The same journal. */
export function timedJournal<Member>(
  journal: SharedJournal<Member>,
  times: JournalTimes,
  clock: Pick<Clock, "now">,
): SharedJournal<Member> {
  const secondsSince = (start: number) => (clock.now() - start) / 1_000;
  return wrapJournal(journal, {
    append(record) {
      const start = clock.now();
      const applied = journal.append(record);
      // The caller gets the same promise, and handles its rejection.
      applied.then(
        () => times.appends.observe(secondsSince(start)),
        () => void times.appendsRefused++,
      );
      return applied;
    },
    whenEchoed(callback) {
      const start = clock.now();
      journal.whenEchoed(() => {
        times.echoes.observe(secondsSince(start));
        callback();
      });
    },
  });
}

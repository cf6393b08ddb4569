// The model test of everything that applies records: the rules alone, and each journal.

import { assert } from "@std/assert";
import fc from "fast-check";
import type { FileJournal } from "../../src/journal/engines/file_journal.ts";
import { MemoryJournal } from "../../src/journal/engines/memory_journal.ts";
import { apply, type Effect, type JournalRecord, RosterState, RULES } from "../../src/journal/mod.ts";
import { holds } from "../support/seed.ts";
import { JournalFolder } from "./engines/journal_folder.ts";
import { History, steps, type Subject } from "./history.ts";

/** The rules, with gaps between the positions; kept as a snapshot. */
class Rules implements Subject {
  state = new RosterState(undefined);
  #count = 0;

  append(record: JournalRecord): readonly Effect<undefined>[] {
    return apply(this.state, this.state.position + 1 + (this.#count++ % 3), record);
  }

  restore(): void {
    this.state = RosterState.fromSnapshot(JSON.parse(JSON.stringify(this.state.toSnapshot())), undefined);
  }

  [Symbol.dispose](): void {}
}

class InMemory extends MemoryJournal<undefined> implements Subject {
  constructor() {
    super(1, undefined);
  }

  restore(): void {}

  [Symbol.dispose](): void {}
}

/** Closed and killed in turns. */
class InFile implements Subject {
  readonly #recordsPerSnapshot: number;
  #folder = new JournalFolder();
  #journal: FileJournal<undefined>;
  #lives = 0;

  constructor(recordsPerSnapshot: number) {
    this.#recordsPerSnapshot = recordsPerSnapshot;
    this.#journal = this.#open();
  }

  get state(): RosterState<undefined> {
    return this.#journal.state;
  }

  append(record: JournalRecord): readonly Effect<undefined>[] {
    const effects = this.#journal.append(record);
    if (this.state.position % 3 === 0) this.#journal.commit();
    return effects;
  }

  restore(): void {
    this.#journal.commit();
    const folder = this.#folder;
    if (this.#lives++ % 2 === 0) this.#folder = folder.copy();
    this.#journal.close();
    if (this.#folder !== folder) folder[Symbol.dispose]();
    this.#journal = this.#open();
  }

  #open(): FileJournal<undefined> {
    return this.#folder.open({ recordsPerSnapshot: this.#recordsPerSnapshot });
  }

  [Symbol.dispose](): void {
    this.#journal.close();
    this.#folder[Symbol.dispose]();
  }
}

const SUBJECTS: readonly [name: string, make: (n: number) => Subject, numRuns: number][] = [
  ["the rules alone, from any snapshot", () => new Rules(), 500],
  ["a journal in memory", () => new InMemory(), 200],
  ["a journal in a file, closed and killed anywhere", (n) => new InFile(n), 25],
];

for (const [name, make, numRuns] of SUBJECTS) {
  Deno.test(`G1, G2, G3, G10: random records lead to the state of the simple implementation: ${name}`, () => {
    const seen = new Set<string>();
    holds(
      fc.property(steps, fc.integer({ min: 1, max: 20 }), (all, n) => {
        using subject = make(n);
        const history = new History(subject);
        history.play(all);
        for (const one of history.seen) seen.add(one);
      }),
      { numRuns },
    );
    if (numRuns < 200) return;
    // Every rule was used both ways.
    for (const kind of Object.keys(RULES)) {
      assert(
        [...seen].some((one) => one.startsWith(`${kind}: `) && !one.endsWith("void")),
        `${kind} was never valid`,
      );
      if (["start", "complete"].includes(kind)) continue;
      assert(seen.has(`${kind}: void`), `${kind} was never void`);
    }
    const rare = [
      "no such seat",
      "resumed since",
      "not away",
      "already away",
      "already evicted",
      "wrong token",
    ]
      .concat("nothing to confirm", "already known", "not waiting").map((reason) => `void: ${reason}`);
    for (const one of ["join: full", "join: waiting", "leave: seated", "lapse: seated", ...rare]) {
      assert(seen.has(one), `"${one}" never came`);
    }
  });
}

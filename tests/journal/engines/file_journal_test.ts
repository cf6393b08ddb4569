// A journal in a file: what it keeps over restarts, what it does when it cannot write, and which files it refuses.

import { assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { FileJournal, type JournalFile } from "../../../src/journal/engines/file_journal.ts";
import { MemoryJournal } from "../../../src/journal/engines/memory_journal.ts";
import { JournalFileError, openJournalFile } from "../../../src/journal/engines/sqlite_file.ts";
import { JOURNAL_VERSION, type JournalRecord } from "../../../src/journal/record.ts";
import { holds } from "../../support/seed.ts";

const START: JournalRecord = { kind: "start", version: JOURNAL_VERSION, capacity: 5, waitingCapacity: 2 };

class Folder implements Disposable {
  readonly path = Deno.makeTempDirSync();
  readonly file = `${this.path}/rank.sqlite`;

  open(recordsPerSnapshot = 1_000, firstPosition = 1): FileJournal {
    return journalIn(openJournalFile(this.file), recordsPerSnapshot, firstPosition);
  }

  /** What a process that is killed now leaves. */
  copy(): Folder {
    const copy = new Folder();
    for (const { name } of Deno.readDirSync(this.path)) {
      Deno.copyFileSync(`${this.path}/${name}`, `${copy.path}/${name}`);
    }
    return copy;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

function journalIn(
  file: JournalFile,
  recordsPerSnapshot: number,
  firstPosition: number,
  more: { readonly now?: () => number; readonly said?: string[] } = {},
): FileJournal {
  const { now = () => 0, said = [] } = more;
  return new FileJournal(file, {
    firstPosition,
    now,
    wallClock: () => 1_800_000_000_000,
    recordsPerSnapshot,
    onFailure: (message) => said.push(message),
    onRecovery: () => said.push("recovered"),
  });
}

const join = (id: number, leaseMs = 0): JournalRecord => ({
  kind: "join",
  id: `${id}`,
  name: `m${id}`,
  address: "127.0.0.1:1",
  since: 1_800_000_000_000,
  leaseMs,
  hash: `hash ${id}`,
});

Deno.test("what was committed is there after a kill, in order, and what was not is not", () => {
  using folder = new Folder();
  const journal = folder.open();
  journal.append(START);
  for (const id of [1, 2, 3]) journal.append(join(id, 1_000));
  journal.append({ kind: "leave", ticket: 3, n: 0 });
  assertEquals(journal.commit(), true);
  journal.append(join(4));
  using copy = folder.copy();
  journal.close();
  const again = copy.open();
  assertEquals(again.state.seats.map(({ name, ticket }) => [name, ticket]), [["m1", 2], ["m3", 4]]);
  assertEquals(again.state.position, 5);
  again.append(START);
  assertEquals(again.state.seats.map(({ isAway }) => isAway), [true, true]);
  again.close();
});

Deno.test("G10: positions go on above those in the file, and above the clock", () => {
  using folder = new Folder();
  const journal = folder.open(1_000, 700);
  journal.append(START);
  journal.append(join(1));
  journal.close();
  for (const [firstPosition, ticket] of [[5, 703], [9_000, 9_001]] as const) {
    using copy = folder.copy();
    const again = copy.open(1_000, firstPosition);
    again.append(START);
    const [effect] = again.append(join(2));
    assertEquals(effect?.kind === "seated" && effect.seat.ticket, ticket);
    again.close();
  }
});

Deno.test("any history over any restarts leads where one life in memory leads, with snapshots anywhere", () => {
  const step = fc.record({ who: fc.nat(20), kind: fc.nat(5), restarts: fc.boolean() });
  holds(
    fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 20 }), (steps, perSnapshot) => {
      using folder = new Folder();
      const memory = new MemoryJournal(1);
      let journal = folder.open(perSnapshot);
      const take = (record: JournalRecord) => {
        assertEquals(journal.append(record), memory.append(record));
        journal.commit();
      };
      take(START);
      for (const { who, kind, restarts } of steps) {
        const seat = memory.state.seats[who % Math.max(1, memory.state.size)];
        if (seat === undefined || kind < 2) take(join(who, kind * 100));
        else {
          const { ticket, n } = seat;
          const kinds = ["leave", "away", "yield", "evict"] as const;
          take({ kind: kinds[kind - 2]!, ticket, n });
        }
        if (!restarts) continue;
        journal.close();
        journal = folder.open(perSnapshot);
        memory.state.settle();
      }
      assertEquals(journal.state.toSnapshot(), memory.state.toSnapshot());
      journal.close();
    }),
    { numRuns: 60 },
  );
});

Deno.test("while the file cannot be written nothing is promised; the records wait, and are written later", () => {
  let isFull = true;
  let now = 0;
  const written: number[] = [];
  const said: string[] = [];
  const file: JournalFile = {
    snapshot: undefined,
    records: [],
    write(records) {
      if (isFull) throw new Error("database or disk is full");
      written.push(...records.map(({ position }) => position));
    },
    close() {},
  };
  const journal = journalIn(file, 1_000, 1, { now: () => now, said });
  journal.append(START);
  journal.append(join(1, 500));
  assertEquals([journal.commit(), journal.commit()], [false, false]);
  isFull = false;
  assertEquals(journal.commit(), false, "not before a second has passed");
  now = 1_000;
  assertEquals(journal.commit(), true);
  assertEquals([written, said], [[1, 2], ["database or disk is full", "recovered"]]);
  assertEquals(journal.commit(), true, "there is nothing to write");
  journal.close();
});

Deno.test("records that a lease may depend on are synced, and others are not", () => {
  const synced: boolean[] = [];
  const file: JournalFile = {
    snapshot: undefined,
    records: [],
    write: (_records, _snapshot, isSynced) => void synced.push(isSynced),
    close() {},
  };
  const journal = journalIn(file, 1_000, 1);
  journal.append(START);
  journal.commit();
  journal.append(join(1));
  journal.commit();
  journal.append(join(2, 100));
  journal.commit();
  journal.append(join(3));
  journal.commit();
  assertEquals(synced, [true, false, true, true]);
});

Deno.test("a file of another program, a damaged one and one in use are refused, and left as they were", () => {
  using folder = new Folder();
  const foreign = new DatabaseSync(folder.file);
  foreign.exec("CREATE TABLE notes (text TEXT)");
  foreign.close();
  const before = Deno.readFileSync(folder.file);
  assertThrows(() => openJournalFile(folder.file), JournalFileError, "belongs to another program");
  assertEquals(Deno.readFileSync(folder.file), before);
  const other = `${folder.path}/text`;
  Deno.writeTextFileSync(
    other,
    "these are notes, and not a database, but long enough to look like one".repeat(9),
  );
  assertThrows(() => openJournalFile(other), JournalFileError, "not a database");
  const used = `${folder.path}/used`;
  const first = openJournalFile(used);
  assertThrows(() => openJournalFile(used), JournalFileError, "another program has it open");
  first.close();
});

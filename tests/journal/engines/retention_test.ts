// How long a journal keeps what happened, and that what is left can be replayed.

import { assert, assertEquals, assertLessOrEqual, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { prune, type Retention } from "../../../src/journal/engines/retention.ts";
import { newestSnapshot, readRecords, SqliteFile } from "../../../src/journal/engines/sqlite_file.ts";
import { apply, type JournalRecord, RosterState, type Snapshot } from "../../../src/journal/mod.ts";
import { holds } from "../../support/seed.ts";
import { join, JournalFolder, NOW, START } from "./journal_folder.ts";

const DAY_MS = 86_400_000;
const ALL: Retention = { keepMs: Infinity, maxBytes: Infinity };

/** A journal of many days in memory: each record is an hour later than the one before. */
class Days implements Disposable {
  readonly database = new DatabaseSync(":memory:");
  readonly state = new RosterState(undefined);
  #at = NOW;

  constructor() {
    using folder = new JournalFolder();
    const made = new SqliteFile(folder.file, NOW);
    const schema = made.database.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL").all();
    made.close();
    for (const { sql } of schema) this.database.exec(sql as string);
    this.append(START);
  }

  get now(): number {
    return this.#at;
  }

  append(record: JournalRecord): void {
    const position = this.state.position + 1;
    apply(this.state, position, record);
    this.#at += DAY_MS / 24;
    this.database.prepare("INSERT INTO records VALUES (?, ?, ?)").run(
      position,
      this.#at,
      JSON.stringify(record),
    );
  }

  snapshot(): void {
    const snapshot = this.state.toSnapshot();
    this.database.prepare("INSERT INTO snapshots VALUES (?, ?, ?)")
      .run(snapshot.position, this.#at, JSON.stringify(snapshot));
  }

  audit(lines: number, bytes = 10): void {
    const add = this.database.prepare("INSERT INTO audit (at, position, entry) VALUES (?, ?, ?)");
    for (let i = 0; i < lines; i++) add.run(this.#at, this.state.position, JSON.stringify("x".repeat(bytes)));
  }

  prune(retention: Partial<Retention>): boolean {
    return prune(this.database, { ...ALL, ...retention }, this.#at);
  }

  count(table: "records" | "snapshots" | "audit"): number {
    return this.database.prepare(`SELECT count(*) AS n FROM ${table}`).get()!.n as number;
  }

  oldest(table: "records" | "snapshots" | "audit", column = "position"): number | undefined {
    return this.database.prepare(`SELECT min(${column}) AS n FROM ${table}`).get()!.n as number | undefined;
  }

  /** From the oldest snapshot if it has no records before it, or from the beginning. */
  replay(): Snapshot {
    const row = this.database.prepare("SELECT state FROM snapshots ORDER BY position LIMIT 1").get();
    const first = this.oldest("records") ?? Infinity;
    const oldest = row === undefined ? undefined : JSON.parse(row.state as string) as Snapshot;
    const state = oldest === undefined || oldest.position >= first
      ? new RosterState(undefined)
      : RosterState.fromSnapshot(oldest, undefined);
    for (const { position, record } of readRecords(this.database, state.position)) {
      apply(state, position, record);
    }
    return JSON.parse(JSON.stringify(state.toSnapshot()));
  }

  [Symbol.dispose](): void {
    this.database.close();
  }
}

Deno.test("after any deletion, the remaining records can be replayed and lead to the same state", () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant("join" as const), n: fc.nat(9) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("leave" as const), n: fc.nat(9) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("snapshot" as const), n: fc.nat(0) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("prune" as const), n: fc.nat(30) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("audit" as const), n: fc.nat(9) }) },
  );
  holds(
    fc.property(fc.array(step, { maxLength: 60 }), (all) => {
      using days = new Days();
      for (const { do: what, n } of all) {
        if (what === "join") days.append(join(n));
        else if (what === "leave") {
          days.append({ kind: "leave", ticket: days.state.roster[n]?.ticket ?? n, n: 0 });
        } else if (what === "audit") days.audit(n);
        else if (what === "prune") {
          days.prune(n % 2 === 0 ? { keepMs: n * DAY_MS / 24 } : { maxBytes: n * 4_096 });
        } else if (newestSnapshot(days.database)?.position !== days.state.position) days.snapshot();
        days.state.settle();
        assertEquals(days.replay(), JSON.parse(JSON.stringify(days.state.toSnapshot())));
        const [snapshot, record] = [days.oldest("snapshots"), days.oldest("records")];
        const isWhole = record === 0 || record == null;
        assert(isWhole || snapshot! < record, `records from ${record}, and snapshots from ${snapshot}`);
      }
    }),
    { numRuns: 100 },
  );
});

Deno.test("records are deleted when the snapshot after them is old, audit entries when they are old", () => {
  using days = new Days();
  for (let day = 0; day < 6; day++) {
    for (let hour = 0; hour < 24; hour++) days.append(join(`${day}.${hour}`));
    days.audit(10);
    days.snapshot();
  }
  assertEquals(days.prune({ keepMs: 30 * DAY_MS }), false);
  assertEquals([days.count("records"), days.count("snapshots"), days.count("audit")], [145, 6, 60]);
  days.prune({ keepMs: 4.5 * DAY_MS });
  assertEquals([days.oldest("records"), days.oldest("snapshots"), days.count("audit")], [25, 24, 50]);
  // Not all at once.
  assertEquals(days.prune({ keepMs: 0 }), true);
  assertEquals([days.oldest("records"), days.oldest("snapshots")], [73, 72]);
  while (days.prune({ keepMs: 0 }));
  assertEquals([days.oldest("records"), days.count("snapshots"), days.count("audit")], [121, 2, 10]);
  days.append(join("last"));
  while (days.prune({ keepMs: -1 }));
  assertEquals([days.count("records"), days.count("snapshots")], [1, 1], "the state needs these");
});

Deno.test("a file that is too large loses its oldest audit lines first, then its oldest records", () => {
  using days = new Days();
  for (let day = 0; day < 5; day++) {
    for (let hour = 0; hour < 240; hour++) days.append(join(`${day}.${hour}`));
    days.audit(600, 1_000);
    days.snapshot();
  }
  const records = days.count("records");
  const used = () =>
    days.database.prepare(
      `SELECT (page_count - freelist_count) * page_size AS n
       FROM pragma_page_count, pragma_freelist_count, pragma_page_size`,
    ).get()!.n as number;
  const before = used();
  days.prune({ maxBytes: 2_000_000 });
  assertLessOrEqual(used(), 2_000_000);
  assert(before > 3_000_000 && used() > 1_000_000, "more was deleted than necessary");
  assertEquals(days.count("records"), records, "audit lines were enough");
  assert(days.oldest("audit", "id")! > 1 && days.count("audit") > 0);
  while (days.prune({ maxBytes: 1 }));
  assertEquals([days.count("audit"), days.count("records"), days.count("snapshots")], [0, 0, 1]);
});

Deno.test("one call deletes a limited number of lines, and an error deletes nothing", () => {
  using days = new Days();
  days.audit(25_000);
  days.append(join(1));
  assertEquals(days.prune({ keepMs: 0 }), true);
  assertEquals(days.count("audit"), 15_000);
  days.snapshot();
  days.append(join(2));
  days.database.exec("CREATE TRIGGER no BEFORE DELETE ON records BEGIN SELECT raise(ABORT, 'no'); END");
  assertThrows(() => days.prune({ keepMs: 0 }), Error, "no");
  assertEquals(days.count("audit"), 15_000);
  days.database.exec("BEGIN; ROLLBACK");
});

Deno.test("a journal deletes with its snapshots, and keeps its records when that fails", () => {
  using folder = new JournalFolder();
  let now = NOW;
  const journal = folder.open({
    recordsPerSnapshot: 2,
    wallClock: () => now += DAY_MS,
    retention: { keepMs: 3 * DAY_MS, maxBytes: Infinity },
  });
  journal.append({ ...START, capacity: 2 } as typeof START);
  const takeTurns = (from: number, to: number) => {
    for (let id = from; id <= to; id++) {
      const seat = journal.state.seats[1];
      if (seat !== undefined) journal.append({ kind: "leave", ticket: seat.ticket, n: 0 });
      journal.append(join(id));
      assert(journal.commit());
    }
  };
  const count = () => {
    const reader = new DatabaseSync(folder.file, { readOnly: true });
    const { n } = reader.prepare("SELECT count(*) AS n FROM records").get()!;
    reader.close();
    return n as number;
  };
  takeTurns(1, 20);
  const kept = count();
  assertLessOrEqual(kept, 6);
  const other = new DatabaseSync(folder.file);
  other.exec("CREATE TRIGGER no BEFORE DELETE ON records BEGIN SELECT raise(ABORT, 'no'); END");
  takeTurns(21, 30);
  assertEquals(count(), kept + 20);
  other.exec("DROP TRIGGER no");
  other.close();
  takeTurns(31, 50);
  assertLessOrEqual(count(), 6);
  journal.close();
});

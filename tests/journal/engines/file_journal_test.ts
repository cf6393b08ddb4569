// A journal in a file: what it keeps over restarts, and what it does when it cannot write.

import { assert, assertEquals, assertGreater, assertThrows } from "@std/assert";
import { FileJournal, type JournalFile } from "../../../src/journal/engines/file_journal.ts";
import { begin, type Journal } from "../../../src/journal/engines/journal.ts";
import { JournalFileError } from "../../../src/journal/engines/journal_file_error.ts";
import { MemoryJournal } from "../../../src/journal/engines/memory_journal.ts";
import { JOURNAL_VERSION, type RosterState } from "../../../src/journal/mod.ts";
import { join, JournalFolder, optionsFor, spoke, START } from "./journal_folder.ts";

const seatsOf = (state: RosterState<undefined>) =>
  state.seats.map(({ ticket, client }) => [client.name, ticket]);

Deno.test("what was committed is there after a kill, in order, and what was not is not", () => {
  using folder = new JournalFolder();
  const journal = folder.open();
  journal.append(START);
  for (const id of [1, 2, 3]) journal.append(join(id, 1_000));
  journal.append({ kind: "leave", ticket: 2, n: 0 });
  for (const ticket of [1, 3]) journal.append(spoke(ticket));
  assertEquals(journal.commit(), true);
  journal.append(join(4));
  using copy = folder.copy();
  journal.close();
  const again = copy.open();
  assertEquals(seatsOf(again.state), [["m1", 1], ["m3", 3]]);
  assertEquals([again.state.position, again.mayLackRecords], [6, false]);
  again.append(START);
  assertEquals(again.state.seats.map(({ client }) => client.isAway), [true, true]);
  again.close();
});

Deno.test("G10: positions go on above those in the file, and above the clock", () => {
  using folder = new JournalFolder();
  const journal = folder.open({ firstPosition: 700 });
  journal.append(START);
  journal.append(join(1));
  journal.close();
  for (const [firstPosition, ticket] of [[5, 702], [9_000, 9_000]] as const) {
    using copy = folder.copy();
    const again = copy.open({ firstPosition });
    again.append(START);
    const [effect] = again.append(join(2));
    assertEquals(effect?.kind === "seated" && effect.seat.ticket, ticket);
    again.close();
  }
});

Deno.test("leases are unknown for a new journal, and for one whose first server was killed early", () => {
  using folder = new JournalFolder();
  const first = folder.open({ firstPosition: 100 });
  assert(first.mayLackRecords);
  begin(first, 5, 2);
  for (const id of [1, 2]) first.append(join(id));
  for (const ticket of [100, 101]) first.append(spoke(ticket));
  first.commit();
  using copy = folder.copy();
  first.close();
  const second = copy.open();
  assert(!second.mayLackRecords);
  begin(second, 5, 2);
  assert(!second.state.isComplete);
  assertEquals(seatsOf(second.state), [["m1", 100], ["m2", 101]], "they keep their tickets");
  second.append({ kind: "complete" });
  second.close();
  const third = copy.open();
  begin(third, 5, 2);
  assert(third.state.isComplete);
  third.close();
});

Deno.test("a journal that may lack records gives each seat a new ticket, in the same order, and does not know all leases", () => {
  using folder = new JournalFolder();
  const first = folder.open();
  first.append(START);
  for (const id of [1, 2, 3, 4]) first.append(join(id, 100 * id));
  for (const ticket of [1, 2, 3, 4]) first.append(spoke(ticket));
  first.append({ kind: "claim", ticket: 2, n: 0, id: "back", presented: "hash 2", hash: "next" });
  first.append({ kind: "leave", ticket: 1, n: 0 });
  first.append({ kind: "evict", ticket: 3, n: 0 });
  const before = first.state.seats.map(({ client }) => ({ ...client, n: 0, isAway: true }));
  first.close();
  folder.edit((database) => database.exec("UPDATE about SET may_lack = 1"));
  const backup = folder.open();
  assert(backup.mayLackRecords);
  begin(backup, 5, 2);
  const { state } = backup;
  assert(!state.isComplete);
  assertEquals(state.seats.map(({ client }) => client), before, "all but their tickets is as it was");
  let above = 11;
  for (const [rank, seat] of state.roster.entries()) {
    assertEquals(seat.rank, rank);
    assertGreater(seat.ticket, above);
    above = seat.ticket;
  }
  const tickets = seatsOf(state);
  backup.close();
  const again = folder.open();
  begin(again, 5, 2);
  assertEquals(seatsOf(again.state), tickets, "it lacks nothing any more");
  again.close();
});

Deno.test("a start keeps the seats of programs up to the capacity, and empties the waiting room", () => {
  for (const journal of [new MemoryJournal(1, undefined), new JournalFolder()]) {
    const folder = journal instanceof JournalFolder ? journal : undefined;
    using _ = folder;
    const open: Journal<undefined> = folder?.open() ?? journal as Journal<undefined>;
    open.append({ ...START, capacity: 3 } as typeof START);
    for (const id of [1, 2, 3, 4]) open.append(join(id));
    open.append({ kind: "leave", ticket: 1, n: 0 });
    open.append(join(5));
    for (const ticket of [3, 5]) open.append(spoke(ticket));
    begin(open, 1, 0);
    const { state } = open;
    assertEquals(state.seats.map(({ client }) => [client.name, client.isAway]), [["m3", true]]);
    assertEquals([state.waiting.size, state.capacity, state.waitingCapacity], [0, 1, 0]);
    open.close();
  }
});

/** A file that is full, or not. */
function fileIn(synced: boolean[], write: JournalFile["write"]): JournalFile {
  return {
    path: "file",
    mayLackRecords: false,
    takeContents: () => ({ snapshot: undefined, records: [] }),
    write(records, snapshot, isSynced) {
      write(records, snapshot, isSynced);
      synced.push(isSynced);
    },
    close() {},
  };
}

Deno.test("while the file cannot be written, commit returns false; the records are written later", () => {
  let isFull = true;
  let now = 0;
  const written: number[] = [];
  const said: string[] = [];
  const file = fileIn([], (records) => {
    if (isFull) throw new Error("database or disk is full");
    written.push(...records.map(({ position }) => position));
  });
  const journal = new FileJournal(file, undefined, optionsFor({ now: () => now, said }));
  journal.append(START);
  journal.append(join(1, 500));
  assertEquals([journal.commit(), journal.commit(), journal.isFailing], [false, false, true]);
  isFull = false;
  assertEquals(journal.commit(), false, "not before a second has passed");
  now = 1_000;
  assertEquals([journal.commit(), journal.isFailing], [true, false]);
  assertEquals([written, said], [[0, 1], ["database or disk is full", "recovered"]]);
  assertEquals(journal.commit(), true, "there is nothing to write");
  journal.close();
});

Deno.test("records that a lease may depend on are synced, and others are not", () => {
  const synced: boolean[] = [];
  const journal = new FileJournal(fileIn(synced, () => {}), undefined, optionsFor());
  for (const record of [START, join(1), join(2, 100), join(3)]) {
    journal.append(record);
    journal.commit();
  }
  assertEquals(synced, [false, false, true, true]);
});

Deno.test("a snapshot is written after a number of records, which grows with the number of seats", () => {
  const seats: (number | undefined)[] = [];
  const file = fileIn([], (_, snapshot) => void seats.push(snapshot?.seats.length));
  const journal = new FileJournal(file, undefined, optionsFor({ recordsPerSnapshot: 3 }));
  journal.append({ ...START, capacity: 100 } as typeof START);
  for (let id = 1; id <= 11; id++) {
    journal.append(join(id));
    journal.commit();
  }
  const [_, ...rest] = seats;
  assertEquals(rest, [2, undefined, undefined, 5, undefined, undefined, undefined, undefined, 10, undefined]);
});

Deno.test("a file with unknown records is refused, closed, and not changed", () => {
  const later = JOURNAL_VERSION + 1;
  const damages: [sql: string, message: string][] = [
    [`UPDATE records SET record = json_set(record, '$.version', ${later}) WHERE position = 0`, "version 2"],
    ['UPDATE records SET record = \'{"kind":"teleport"}\' WHERE position = 1', '"teleport"'],
    ["UPDATE records SET record = '{' WHERE position = 1", "JSON"],
    ["UPDATE snapshots SET state = '['", "JSON"],
    [`UPDATE snapshots SET state = json_set(state, '$.version', ${later})`, "version 2"],
    ["UPDATE snapshots SET state = json_set(state, '$.seats[1].ticket', 0)", "ticket 0"],
  ];
  for (const [sql, message] of damages) {
    using folder = new JournalFolder();
    const journal = folder.open({ recordsPerSnapshot: sql.includes("snapshots") ? 1 : 1_000 });
    for (const record of [START, join(1), join(2)]) journal.append(record);
    journal.close();
    folder.edit((database) => database.exec(sql));
    const before = folder.contents;
    const error = assertThrows(() => folder.open(), JournalFileError, message);
    assert(error.message.startsWith(`Cannot use ${folder.file} as the journal: `));
    assertEquals(folder.contents, before);
    // It is not locked any more either.
    assertThrows(() => folder.open(), JournalFileError, message);
  }
});

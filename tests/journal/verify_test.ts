// `rankserver verify` on a good journal, and on copies of it that were changed by hand.

import { assertEquals, assertThrows } from "@std/assert";
import { JournalContentError } from "../../src/journal/read_rows.ts";
import { JournalReader } from "../../src/journal/engines/read_journal.ts";
import { type Proof, verifyJournal, Violation } from "../../src/journal/verify/mod.ts";
import {
  JournalFolder,
  type SampleOptions,
  SampleServer,
  START,
  writeSample,
} from "../support/journal/sample_journal.ts";

function verify({ file }: JournalFolder): Proof {
  using reader = new JournalReader(file);
  return verifyJournal(reader);
}

/** What is found in a copy of the sample after `sql`: the guarantee and its position, or the message of another error. */
function findAfter(sample: JournalFolder, sql: string): string {
  using copy = sample.copy();
  copy.edit(sql);
  try {
    verify(copy);
    return "nothing";
  } catch (error) {
    if (error instanceof Violation) return `${error.guarantee} at ${error.position}`;
    if (error instanceof JournalContentError) return error.message;
    throw error;
  }
}

function sample(options?: SampleOptions): JournalFolder {
  const folder = new JournalFolder();
  writeSample(folder.file, options);
  return folder;
}

Deno.test("a journal of two servers is verified, with any snapshots", () => {
  for (const recordsPerSnapshot of [1, 2, 3, 10, 1_000]) {
    using folder = sample({ recordsPerSnapshot });
    const { records, starts, tickets, runs, executors, commands, leads, maxSeats, ...proof } = verify(folder);
    assertEquals({ records, starts, tickets, maxSeats }, { records: 22, starts: 2, tickets: 8, maxSeats: 5 });
    assertEquals({ runs, executors, commands, leads }, { runs: 3, executors: 8, commands: 3, leads: 2 });
    assertEquals([proof.void, proof.unplaced, proof.lost, proof.clockSetBack], [1, 0, 0, 0]);
  }
});

Deno.test("records that were deleted up to a snapshot are no violation", () => {
  using folder = sample();
  folder.edit("DELETE FROM records WHERE position <= 10");
  const { from, records, unplaced } = verify(folder);
  assertEquals({ from, records, unplaced }, { from: 10, records: 12, unplaced: 2 });
});

/** What a person does to the file, and what is found. The positions are those in sample_journal.ts. */
const HAND_MADE: readonly (readonly [sql: string, found: string])[] = [
  // Records.
  ["DELETE FROM records WHERE position = 7", "order at 8"],
  ["DELETE FROM records WHERE position = 1", "order at 2"],
  ["DELETE FROM records WHERE position <= 10; DELETE FROM snapshots", "order at 11"],
  ["DELETE FROM records WHERE position = 18", "order at 19"],
  [`INSERT INTO records VALUES (25, ${START}, '{"kind":"complete"}')`, "order at 25"],
  [setRecord(5, "$.name", "'mallory'"), "snapshot at 10"],
  [setRecord(9, "$.ticket", "5"), "snapshot at 10"],
  // Snapshots.
  [setState("$.capacity", "4"), "G3 at 10"],
  [setState("$.seats[0].ticket", "6"), "G10 at 10"],
  [setState("$.seats[4].ticket", "11"), "G10 at 10"],
  [setState("$.seats[1].id", "json_extract(state, '$.seats[0].id')"), "G1 at 10"],
  [setState("$.seats[1].name", "'mallory'"), "snapshot at 10"],
  [setState("$.seats[1].hash", "'of another token'"), "snapshot at 10"],
  [setState("$.epoch", "9"), "snapshot at 10"],
  // Commands.
  [setRun("$.executors[0]", "4"), "G5 at 10"],
  [setRun("$.executors[0]", "3"), "G5 at 10"],
  [setRun("$.executors[0]", "9"), "G4 at 10"],
  [setRun("$.executors[3]", "12"), "G4 at 10"],
  [setRun("$.executors[1]", "5"), "G4 at 10"],
  [setRun("$.by.rank", "1"), "G4 at 10"],
  [setRun("$.by.ticket", "3"), "G4 at 10"],
  [setEntry("command", "$.executors", "4"), "G4 at 6"],
  ["UPDATE audit SET position = 99 WHERE json_extract(entry, '$.kind') = 'command'", "G4 at 99"],
  // Results.
  [setRun("$.counts.ok", "4"), "G7 at 10"],
  [setRun("$.counts.lost", "1"), "G7 at 10"],
  [setRun("$.statuses[0]", "'fine'"), "G7 at 10"],
  [setRun("$.statuses[4]", "'ok'"), "G7 at 10"],
  // Leases: alice may lead for 8 s after its connection ended.
  [`UPDATE records SET at = ${START + 67_700} WHERE position = 10`, "G11 at 10"],
  [setRecord(9, "$.leaseRestMs", "8300"), "G11 at 10"],
];

Deno.test("a change by hand is detected, with the guarantee and the position", () => {
  using folder = sample();
  for (const [sql, found] of HAND_MADE) assertEquals(findAfter(folder, sql), found, sql);
});

Deno.test("a journal that cannot be read is an error, not a violation", () => {
  using folder = sample();
  const cases = [
    [
      "UPDATE records SET record = '{\"kind\":' WHERE position = 4",
      "The record at position 4 is damaged: it is not JSON",
    ],
    [setRecord(4, "$.kind", "'fence'"), 'The record at position 4 is of an unknown kind: "fence"'],
    [setRecord(12, "$.n", "null"), 'The record at position 12 is damaged: "n" is wrong or missing'],
    [
      setRecord(18, "$.version", "9"),
      "The record at position 18 is of version 9: this program supports up to 1",
    ],
    [setState("$.seats", "3"), 'The snapshot at position 10 is damaged: "seats" is wrong or missing'],
    [
      "UPDATE snapshots SET position = 11 WHERE position = 10",
      "The snapshot at position 11 is of another position",
    ],
    ["UPDATE audit SET entry = '[]' WHERE id = 1", "The audit entry 1 is damaged: it is not an object"],
    [setEntry("server_start", "$.kind", "'magic'"), 'The audit entry 1 is of an unknown kind: "magic"'],
    [setRun("$.by", "'bob'"), 'The audit entry 4 is damaged: "by" is wrong or missing'],
  ] as const;
  for (const [sql, message] of cases) assertEquals(findAfter(folder, sql), message, sql);
});

Deno.test("G11: a client that left, yielded or resumed has stopped its program; one that was disconnected may not have", () => {
  const lead = (end: (server: SampleServer, alice: number) => void) => {
    using folder = new JournalFolder();
    const server = new SampleServer(folder.file, START);
    server.take({ kind: "complete" });
    const alice = server.join("alice", 10_000);
    server.join("bob", 10_000);
    server.pass(1_000);
    end(server, alice);
    server.close();
    return verify(folder).leads;
  };
  const away = (server: SampleServer, alice: number, leaseRestMs?: number) =>
    server.take({ kind: "away", ticket: alice, n: 0, leaseRestMs });
  assertEquals(lead((server, alice) => server.take({ kind: "leave", ticket: alice, n: 0 })), 2);
  assertEquals(lead((server, alice) => server.take({ kind: "yield", ticket: alice, n: 0 })), 2);
  const presented = "hash of alice";
  assertEquals(
    lead((server, alice) => {
      away(server, alice);
      server.take({ kind: "claim", ticket: alice, n: 0, id: "again", presented, hash: "next" });
    }),
    1,
  );
  // With its token it has given its seat up while it was away.
  assertEquals(
    lead((server, alice) => {
      away(server, alice);
      server.take({ kind: "leave", ticket: alice, n: 0 });
    }),
    2,
  );
  for (const kind of ["lapse", "yield"] as const) {
    const end = (server: SampleServer, alice: number) => server.take({ kind, ticket: alice, n: 0 });
    // It was heard when it came, a second ago.
    assertThrows(
      () =>
        lead((server, alice) => {
          away(server, alice);
          server.pass(8_700);
          end(server, alice);
        }),
      Violation,
      '"bob" (ticket 4) can lead 300 ms before the lease of "alice" (ticket 3) ends',
    );
    const late = lead((server, alice) => {
      away(server, alice);
      server.pass(8_800);
      end(server, alice);
    });
    assertEquals(late, 2, kind);
  }
});

Deno.test("G11: after a restart, leases count from the start, and no client leads while one is unknown", () => {
  const after = (ms: number, isComplete: boolean) => {
    using folder = new JournalFolder();
    const first = new SampleServer(folder.file, START);
    first.take({ kind: "complete" });
    for (const name of ["alice", "bob"]) {
      first.take({ kind: "spoke", isProgram: true, ticket: first.join(name, 10_000), n: 0 });
    }
    first.close();
    if (!isComplete) folder.edit("UPDATE about SET may_lack = 1");
    const second = new SampleServer(folder.file, START + 1_000);
    const [alice, bob] = second.journal.state.seats.map(({ ticket }) => ticket);
    second.take({ kind: "claim", ticket: bob!, n: 0, id: "again", presented: "hash of bob", hash: "next" });
    second.pass(ms);
    second.take({ kind: "lapse", ticket: alice!, n: 0 });
    second.close();
    return verify(folder).leads;
  };
  assertThrows(() => after(9_700, true), Violation, "can lead 300 ms before");
  assertEquals(after(10_000, true), 2);
  assertEquals(after(1, false), 1);
});

function setRecord(position: number, path: string, value: string): string {
  return `UPDATE records SET record = json_set(record, '${path}', ${value}) WHERE position = ${position}`;
}

function setState(path: string, value: string): string {
  return `UPDATE snapshots SET state = json_set(state, '${path}', ${value})`;
}

function setEntry(kind: string, path: string, value: string): string {
  return `UPDATE audit SET entry = json_set(entry, '${path}', ${value}) WHERE json_extract(entry, '$.kind') = '${kind}'`;
}

/** The run of ticket 4 at position 10, on the tickets 5, 6, 7 and 10. */
function setRun(path: string, value: string): string {
  return `${setEntry("run", path, value)} AND position = 10`;
}

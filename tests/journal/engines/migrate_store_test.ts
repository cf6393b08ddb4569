// The file of version 0.1 becomes a journal, once.

import { assert, assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { begin } from "../../../src/journal/engines/journal.ts";
import { JournalFileError } from "../../../src/journal/engines/journal_file_error.ts";
import { openForReading } from "../../../src/journal/engines/open_for_reading.ts";
import { SqliteFile } from "../../../src/journal/engines/sqlite_file.ts";
import { JournalFolder, NOW } from "./journal_folder.ts";

/** Of version 0.1, as its server wrote it. */
const STORE_SCHEMA = `
  CREATE TABLE seats (
    ticket INTEGER PRIMARY KEY,
    token_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    ip TEXT NOT NULL,
    port INTEGER NOT NULL,
    since INTEGER NOT NULL,
    lease_ms INTEGER NOT NULL,
    earlier_hash TEXT,
    is_evicted INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE counters (
    last_ticket INTEGER NOT NULL,
    last_epoch INTEGER NOT NULL,
    knows_past INTEGER NOT NULL
  ) STRICT;
  INSERT INTO counters VALUES (0, 0, 0);
  PRAGMA application_id = ${0x72616e6b};
  PRAGMA user_version = 2;
`;
const MARKER =
  "0 is written here by rankserver: 1 while the store of seats lacks something that was promised\n";

const SEATS = `
  INSERT INTO seats VALUES
    (1700000000000001, 'hash a', 'ada', '::1', 1, ${NOW}, 0, NULL, 0),
    (1700000000000005, 'hash b', 'bob', '127.0.0.1', 2, ${NOW + 1}, 2000, 'used b', 0),
    (1700000000000007, 'hash c', 'cleo', '127.0.0.1', 3, ${NOW + 2}, 500, NULL, 1);
  UPDATE counters SET last_ticket = 1700000000000009, last_epoch = 12000, knows_past = 1;
`;

class StoreFolder extends JournalFolder {
  readonly marker = `${this.file}.behind`;

  /** As a server leaves it that ends, with the marker as it was; "": there is none. */
  constructor(marker = MARKER, sql = SEATS) {
    super();
    const database = openStore(this.file);
    database.exec(sql);
    database.close();
    if (marker !== "") Deno.writeTextFileSync(this.marker, marker);
  }
}

/** As a server of version 0.1 opened it. */
function openStore(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE");
  const isNew = database.prepare("SELECT 1 FROM sqlite_schema").get() === undefined;
  if (isNew) database.exec(`BEGIN EXCLUSIVE; ${STORE_SCHEMA} COMMIT`);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  return database;
}

const CLIENTS = [
  { name: "ada", ip: "::1", port: 1, since: NOW, hash: "hash a", leaseMs: 0 },
  {
    name: "bob",
    ip: "127.0.0.1",
    port: 2,
    since: NOW + 1,
    hash: "hash b",
    usedHash: "used b",
    leaseMs: 2_000,
  },
  { name: "cleo", ip: "127.0.0.1", port: 3, since: NOW + 2, hash: "hash c", leaseMs: 500, isEvicted: true },
].map((client) => ({ n: 0, isProgram: true, isAway: true, isEvicted: false, ...client }));
const TICKETS = [1, 5, 7].map((n) => 1_700_000_000_000_000 + n);

Deno.test("the seats of a store keep their tickets, tokens and leases, and are away", () => {
  using folder = new StoreFolder();
  const journal = folder.open();
  assert(!journal.mayLackRecords);
  const { state } = journal;
  assertEquals(state.position, 1_700_000_000_000_009);
  begin(journal, 10, 0);
  assert(state.isComplete);
  assertEquals(state.roster.map(({ ticket }) => ticket), TICKETS);
  const clients = state.roster.map(({ client: { id: _, usedHash, ...client } }) =>
    usedHash === undefined ? client : { ...client, usedHash }
  );
  assertEquals(clients, CLIENTS);
  assertEquals(new Set(state.roster.map(({ client }) => client.id)).size, 3);
  for (const presented of ["used b", "hash b"]) assertEquals(state.seatByHash(presented)?.ticket, TICKETS[1]);
  journal.close();
});

Deno.test("if a store was incomplete, so is its journal: seats get new tickets, and leases are unknown", () => {
  const unclear = ["", MARKER.replace("0", "1"), MARKER.slice(0, 5), "0"];
  for (const marker of unclear) {
    using folder = new StoreFolder(marker);
    const journal = folder.open();
    assert(journal.mayLackRecords, JSON.stringify(marker));
    begin(journal, 10, 0);
    assert(!journal.state.isComplete);
    assertEquals(journal.state.roster.map(({ client }) => client.name), ["ada", "bob", "cleo"]);
    assert(journal.state.roster[0]!.ticket > TICKETS[2]!);
    journal.close();
  }
  using folder = new StoreFolder(MARKER, `${SEATS} UPDATE counters SET knows_past = 0`);
  const journal = folder.open();
  begin(journal, 10, 0);
  assert(!journal.state.isComplete);
  journal.close();
});

Deno.test("a store is migrated once, whether its server then ends or is killed", () => {
  for (const ends of ["closed", "killed"] as const) {
    using folder = new StoreFolder();
    const first = new SqliteFile(folder.file, NOW);
    assertEquals(first.origin, "migrated");
    assert(!folder.names.includes("rank.sqlite.behind"), "the marker is not needed any more");
    using copy = folder.copy();
    first.close();
    const left = ends === "closed" ? folder : copy;
    const reader = openForReading(left.file);
    assertEquals(reader.prepare("SELECT count(*) AS n FROM snapshots").get()?.n, 1);
    const tables = reader.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
    assertEquals(tables.map(({ name }) => name), ["about", "audit", "records", "snapshots"]);
    reader.close();
    const second = new SqliteFile(left.file, NOW);
    assertEquals([second.origin, second.mayLackRecords], ["journal", false]);
    assertEquals(second.takeContents().snapshot?.seats.map(({ ticket }) => ticket), TICKETS);
    second.close();
  }
});

Deno.test("a store that was killed is migrated with what is in its log; an empty one too", () => {
  using folder = new StoreFolder();
  const server = openStore(folder.file);
  server.exec("DELETE FROM seats WHERE name = 'ada'");
  using copy = folder.copy();
  server.close();
  const file = new SqliteFile(copy.file, NOW);
  assertEquals(file.takeContents().snapshot?.seats.map(({ name }) => name), ["bob", "cleo"]);
  file.close();
  using empty = new StoreFolder(MARKER, "");
  const journal = empty.open();
  begin(journal, 3, 0);
  assertEquals([journal.state.size, journal.state.isComplete], [0, false]);
  journal.close();
});

Deno.test("a migration that fails or is interrupted leaves a store that the earlier version can read", () => {
  using folder = new StoreFolder();
  // Not as expected: the migration begins, and fails in the middle.
  folder.edit((database) =>
    database.exec("ALTER TABLE counters RENAME COLUMN knows_past TO knew_past; PRAGMA journal_mode = WAL")
  );
  assertThrows(() => new SqliteFile(folder.file, NOW), JournalFileError, "knows_past");
  assertEquals(folder.names.filter((name) => name.endsWith(".behind")).length, 1);
  const database = openStore(folder.file);
  assertEquals(database.prepare("SELECT count(*) AS n FROM seats").get()?.n, 3);
  assertEquals(database.prepare("SELECT name FROM sqlite_schema WHERE name = 'records'").get(), undefined);
  assertEquals(database.prepare("PRAGMA application_id").get()?.application_id, 0x72616e6b);
  // Killed in the middle: a part of the transaction may be in the log.
  database.exec("PRAGMA cache_size = 1; BEGIN; CREATE TABLE records (position INTEGER); DELETE FROM seats");
  for (let i = 0; i < 20; i++) database.exec("INSERT INTO records SELECT 1 FROM sqlite_schema");
  database.exec("CREATE TABLE filler AS SELECT hex(randomblob(200000)) AS x");
  using copy = folder.copy();
  database.exec("ROLLBACK");
  database.close();
  const again = openStore(copy.file);
  assertEquals(again.prepare("SELECT count(*) AS n FROM seats").get()?.n, 3);
  again.close();
});

Deno.test("a store that an old server has open is refused, and is not touched", () => {
  using folder = new StoreFolder();
  const server = openStore(folder.file);
  server.exec("UPDATE seats SET name = 'eve' WHERE name = 'ada'");
  const before = folder.contents;
  assertThrows(() => new SqliteFile(folder.file, NOW), JournalFileError, "another program has it open");
  assertThrows(() => openForReading(folder.file), JournalFileError);
  assertEquals(folder.contents, before);
  server.close();
  assertThrows(() => openForReading(folder.file), JournalFileError, "start the server with it to migrate it");
  new SqliteFile(folder.file, NOW).close();
});

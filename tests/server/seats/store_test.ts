// The store of seats: what it keeps, which files it refuses, and what becomes of a file that it refuses.

import { assert, assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { SeatStoreError } from "../../../src/server/seats/open_store_file.ts";
import type { SeatRecord, SeatStore } from "../../../src/server/seats/seat_store.ts";
import { openSeatStore } from "../../../src/server/seats/sqlite_seat_store.ts";

class Folder implements Disposable {
  readonly path = Deno.makeTempDirSync();
  readonly file = `${this.path}/seats.db`;

  /** @param told collects what the store reports. */
  open(firstTicket = 1, told: string[] = [], now = () => 0): SeatStore {
    return openSeatStore(this.file, {
      firstTicket,
      now,
      onFailure: (message) => told.push(message),
      onRecovery: () => told.push("recovered"),
    });
  }

  /** What a process that is killed now leaves: what it has committed, and nothing that it has not. */
  copy(): Folder {
    const copy = new Folder();
    for (const [name, bytes] of this.bytes) Deno.writeFileSync(`${copy.path}/${name}`, bytes);
    return copy;
  }

  /** Every file here with its bytes. */
  get bytes(): [string, Uint8Array][] {
    return [...Deno.readDirSync(this.path)].map(({ name }): [string, Uint8Array] => [
      name,
      Deno.readFileSync(`${this.path}/${name}`),
    ]).sort();
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

function record(ticket: number, more: Partial<SeatRecord> = {}): SeatRecord {
  const who = { name: `m${ticket}`, ip: "::1", port: 1, since: 1_800_000_000_000, leaseMs: 0 };
  const keeping = { earlierHash: undefined, isEvicted: false };
  return { ticket, tokenHash: `hash ${ticket}`, ...who, ...keeping, ...more };
}

Deno.test("committed seats are restored in ticket order, and removed ones are not", () => {
  using folder = new Folder();
  const store = folder.open();
  for (const ticket of [12, 10, 11]) store.save(record(ticket));
  store.commit();
  store.save(record(10, { name: "Ada", leaseMs: 500 }));
  store.remove(11);
  store.close();
  const again = folder.open();
  assertEquals(again.load(), [record(10, { name: "Ada", leaseMs: 500 }), record(12)]);
  again.close();
});

Deno.test("G10: the next ticket is higher than all that were ever issued, and than the clock", () => {
  using folder = new Folder();
  const store = folder.open(100);
  assertEquals(store.firstTicket, 100);
  store.noteTicket(700);
  store.noteTicket(300);
  store.close();
  for (const [firstTicket, expected] of [[5, 701], [9_000, 9_000]] as const) {
    const again = folder.open(firstTicket);
    assertEquals(again.firstTicket, expected);
    again.close();
  }
});

Deno.test("a new store does not know earlier leases, not even when it is reopened, until they have ended", () => {
  using folder = new Folder();
  for (const _ of ["made", "opened again"]) {
    const store = folder.open();
    assertEquals(store.knowsAllLeases, false);
    store.close();
  }
  const over = folder.open();
  over.notePastOver();
  over.close();
  const known = folder.open();
  assertEquals(known.knowsAllLeases, true);
  known.close();
});

Deno.test("a store that lacked writes when its server was killed does not know all leases; one that caught up does", () => {
  for (const catchesUp of [false, true]) {
    using folder = new Folder();
    let now = 0;
    const store = folder.open(1, [], () => now);
    store.notePastOver();
    store.commit();
    store.save(record(1, { port: NaN }));
    store.commit();
    if (catchesUp) {
      store.save(record(1));
      now = 1_000;
      store.commit();
    }
    using copy = folder.copy();
    store.close();
    for (const _ of ["after that", "and again"]) {
      const again = copy.open();
      assertEquals(again.knowsAllLeases, catchesUp);
      again.close();
    }
  }
});

Deno.test("G10: seats of an incomplete store get new tickets in the same order, above all others", () => {
  using folder = new Folder();
  const store = folder.open();
  for (const ticket of [12, 10, 11]) store.save(record(ticket));
  store.noteTicket(12);
  store.close();
  using copy = folder.copy();
  const marker = `${copy.file}.behind`;
  Deno.writeTextFileSync(marker, Deno.readTextFileSync(marker).replace(/^0/, "1"));
  const again = copy.open(500);
  const seats = again.load().map(({ ticket, name }) => `${ticket} ${name}`);
  assertEquals(seats, ["500 m10", "501 m11", "502 m12"]);
  assertEquals(again.firstTicket, 503);
  again.close();
  const later = copy.open(5);
  assertEquals([later.load().map(({ ticket }) => ticket), later.firstTicket], [[500, 501, 502], 503]);
  later.close();
});

Deno.test("an empty file is treated as a new store", () => {
  using folder = new Folder();
  Deno.writeFileSync(folder.file, new Uint8Array());
  const store = folder.open();
  store.save(record(1));
  store.close();
  const again = folder.open();
  assertEquals(again.load().length, 1);
  again.close();
});

const REFUSED: readonly (readonly [name: string, make: (file: string) => void, why: string])[] = [
  ["of text", (file) => Deno.writeTextFileSync(file, "host = 1\n"), "it is not an SQLite database"],
  ["of another program", (file) => {
    const database = new DatabaseSync(file);
    database.exec("CREATE TABLE t (a); PRAGMA application_id = 7");
    database.close();
  }, "it belongs to another program"],
  ["of another version", (file) => {
    make(file);
    const database = new DatabaseSync(file);
    database.exec("PRAGMA user_version = 99; PRAGMA journal_mode = DELETE");
    database.close();
  }, "its version is 99, not 2"],
  ["with a page of noise", (file) => {
    make(file);
    const bytes = Deno.readFileSync(file);
    bytes.fill(0xa5, 4_096, 8_192);
    Deno.writeFileSync(file, bytes);
  }, ""],
  ["that was cut short", (file) => {
    make(file);
    Deno.truncateSync(file, 5_000);
  }, ""],
  ["without its tables", (file) => {
    make(file);
    const database = new DatabaseSync(file);
    database.exec("DROP TABLE counters; PRAGMA journal_mode = DELETE");
    database.close();
  }, "no such table: counters"],
];

const SILENT = { firstTicket: 1, now: () => 0, onFailure: () => {}, onRecovery: () => {} };

/** A sound store with some seats in it. */
function make(file: string): void {
  const store = openSeatStore(file, SILENT);
  for (let ticket = 1; ticket <= 200; ticket++) store.save(record(ticket));
  store.close();
}

for (const [name, spoil, why] of REFUSED) {
  Deno.test(`a file ${name} is refused with a sentence, and left byte for byte as it was`, () => {
    using folder = new Folder();
    spoil(folder.file);
    const before = Deno.readFileSync(folder.file);
    const error = assertThrows(() => folder.open(), SeatStoreError);
    assert(error.message.startsWith(`Cannot use ${folder.file} as the store of seats: `), error.message);
    assert(error.message.includes(why), error.message);
    assertEquals(Deno.readFileSync(folder.file), before);
  });
}

Deno.test("a missing directory and what is not a regular file are refused immediately", () => {
  using folder = new Folder();
  assertThrows(() => openSeatStore(`${folder.path}/nowhere/seats.db`, SILENT), SeatStoreError);
  new Deno.Command("mkfifo", { args: [folder.file] }).outputSync();
  for (const path of [folder.file, folder.path, "/dev/zero", "/dev/null"]) {
    assertThrows(() => openSeatStore(path, SILENT), SeatStoreError, "it is not a regular file");
  }
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["seats.db"]);
});

Deno.test("a store that a server has is refused to another one", () => {
  using folder = new Folder();
  const store = folder.open();
  const error = assertThrows(() => folder.open(), SeatStoreError);
  assert(error.message.includes("another program has it open; find it with: fuser -v "), error.message);
  store.close();
});

Deno.test("committed seats survive a process that did not close the store", () => {
  using folder = new Folder();
  const store = folder.open();
  store.save(record(1));
  store.commit();
  store.save(record(2));
  using copy = folder.copy();
  const again = copy.open();
  assertEquals(again.load(), [record(1)]);
  again.close();
  store.close();
});

Deno.test("failed writes are reported once, kept, and retried while the server goes on", () => {
  using folder = new Folder();
  const told: string[] = [];
  let now = 0;
  const store = folder.open(1, told, () => now);
  const broken = record(1, { port: NaN });
  store.save(broken);
  store.save(record(2));
  for (now of [0, 0, 1_000, 2_000]) assertEquals(store.commit(), true, "the mark says what the store lacks");
  assertEquals(told.length, 1);
  assert(
    told[0]!.includes("after a restart before then, no client may lead for session.lease_max_ms"),
    told[0],
  );
  store.remove(1);
  assertEquals([store.commit(), told.length], [true, 1], "not tried again at once");
  now = 3_000;
  assertEquals([store.commit(), ...told.slice(1)], [true, "recovered"]);
  store.save(broken);
  store.commit();
  assertEquals(told.length, 3, "the next time is reported again");
  store.remove(1);
  store.close();
  const again = folder.open();
  assertEquals(again.load(), [record(2)]);
  again.close();
});

Deno.test("the epoch after a restart is above all that were committed, and not written each time", () => {
  using folder = new Folder();
  let before = -1;
  for (const epoch of [1, 2, 5_000]) {
    const store = folder.open();
    assert(store.lastEpoch > before || before === -1);
    for (let told = store.lastEpoch + 1; told <= store.lastEpoch + epoch; told++) {
      store.noteEpoch(told);
      store.commit();
      before = told;
    }
    const bytes = JSON.stringify(folder.bytes);
    store.noteEpoch(before + 1);
    store.commit();
    assertEquals(JSON.stringify(folder.bytes), bytes, "there is room ahead");
    before++;
    store.close();
  }
  const last = folder.open();
  assert(last.lastEpoch >= before);
  last.close();
});

Deno.test("the tokens of a seat and its eviction are stored", () => {
  using folder = new Folder();
  const store = folder.open();
  const kept = [record(1, { earlierHash: "before" }), record(2, { isEvicted: true })];
  for (const one of kept) store.save(one);
  store.close();
  const again = folder.open();
  assertEquals(again.load(), kept);
  again.close();
});

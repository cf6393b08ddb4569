// A journal in a file, with some of everything: two lives of a server, leases, runs, a full waiting room, snapshots.

import { DatabaseSync } from "node:sqlite";
import type { AuditEntry, AuditMember } from "../../../src/journal/audit.ts";
import { AuditWriter } from "../../../src/journal/engines/audit_writer.ts";
import { FileJournal } from "../../../src/journal/engines/file_journal.ts";
import { begin } from "../../../src/journal/engines/journal.ts";
import { SqliteFile } from "../../../src/journal/engines/sqlite_file.ts";
import type { JournalRecord } from "../../../src/journal/record.ts";

export const START = Date.UTC(2026, 10, 27, 14);

export interface SampleOptions {
  readonly recordsPerSnapshot?: number;
  readonly firstPosition?: number;
  readonly capacity?: number;
}

/** One life of a server that writes a journal. Time passes only by {@linkcode pass}. */
export class SampleServer {
  readonly journal: FileJournal<undefined>;
  readonly audit: AuditWriter;
  now: number;

  constructor(path: string, now: number, options: SampleOptions = {}) {
    this.now = now;
    const file = new SqliteFile(path, now);
    const unexpected = (message: string) => {
      throw new Error(message);
    };
    this.journal = new FileJournal(file, undefined, {
      firstPosition: options.firstPosition ?? 2,
      now: () => this.now,
      wallClock: () => this.now,
      recordsPerSnapshot: options.recordsPerSnapshot ?? 10,
      onFailure: unexpected,
      onRecovery: () => {},
    });
    this.audit = new AuditWriter({
      file,
      position: () => this.journal.state.position,
      commit: () => this.journal.commit(),
      wallClock: () => this.now,
      recordsArguments: true,
      after: () => () => {},
      onFailure: unexpected,
      onRecovery: () => {},
    });
    begin(this.journal, options.capacity ?? 5, 2);
    this.journal.commit();
  }

  pass(ms: number): void {
    this.now += ms;
  }

  take(record: JournalRecord): number {
    this.journal.append(record);
    this.journal.state.settle();
    this.journal.commit();
    return this.journal.state.position;
  }

  join(name: string, leaseMs = 0): number {
    return this.take({
      kind: "join",
      id: `${name}-${this.now}`,
      name,
      ip: "192.0.2.1",
      port: 4711,
      since: this.now,
      hash: `hash of ${name}`,
      leaseMs,
    });
  }

  note(entry: AuditEntry, count = 1): void {
    this.audit.note(entry, this.journal.state.position, count);
  }

  member(ticket: number): AuditMember {
    const { rank, client: { name, ip, port } } = this.journal.state.seatOf(ticket)!;
    return { ticket, rank, name, ip, port };
  }

  /** A run on all clients below; the last one fails. */
  run(by: number, command: string): void {
    const { rank } = this.member(by);
    const executors = this.journal.state.roster.slice(rank + 1).map(({ ticket }) => ticket);
    const statuses = executors.map((_, index) => index === executors.length - 1 ? "failed" : "ok");
    const counts = { ok: executors.length - 1, failed: 1, lost: 0 };
    const more = { run: 1, args: ["nginx"], executors, statuses, counts, ms: 20 };
    this.note({ kind: "run", by: this.member(by), command, ...more });
  }

  close(): void {
    this.audit.close();
    this.journal.close();
  }
}

/** Two lives. Positions: the comments. */
export function writeSample(path: string, options: SampleOptions = {}): void {
  const first = new SampleServer(path, START, options); // 1
  first.note({ kind: "server_start", version: "0.1.0", address: "0.0.0.0:6001" });
  first.take({ kind: "complete" }); // 2
  const alice = first.join("alice", 10_000); // 3
  const bob = first.join("bob", 10_000); // 4
  const carol = first.join("carol"); // 5
  const dave = first.join("dave"); // 6
  first.pass(60_000);
  first.run(alice, "restart");
  first.note({ kind: "command", by: first.member(bob), command: "ping", executors: 2 }, 3);
  const eve = first.join("eve"); // 7
  first.join("frank"); // 8: waits
  first.take({ kind: "away", ticket: alice, n: 0, leaseRestMs: 8_000 }); // 9
  first.pass(8_000);
  first.take({ kind: "lapse", ticket: alice, n: 0 }); // 10: frank gets its seat
  first.pass(1_000);
  first.run(bob, "restart");
  first.note({ kind: "eviction", who: first.member(carol), keepMs: 0 });
  first.take({ kind: "evict", ticket: carol, n: 0 }); // 11
  first.take({ kind: "leave", ticket: carol, n: 0 }); // 12
  first.take({ kind: "rename", ticket: bob, n: 0, name: "robert" }); // 13
  for (const ticket of [bob, dave, eve]) first.take({ kind: "spoke", isProgram: true, ticket, n: 0 }); // 14 to 16
  first.take({ kind: "leave", ticket: carol, n: 0 }); // 17: void
  first.note({ kind: "server_stop", signal: "SIGTERM" });
  first.close();

  const second = new SampleServer(path, START + 3_600_000, options); // 18: frank loses its seat
  const presented = "hash of bob";
  second.take({ kind: "claim", ticket: bob, n: 0, id: "bob-2", presented, hash: "next" }); // 19
  second.take({ kind: "lapse", ticket: dave, n: 0 }); // 20
  second.pass(1_000);
  second.run(bob, "ping");
  second.take({ kind: "yield", ticket: bob, n: 1 }); // 21
  second.join("grace", 5_000); // 22
  second.close();
}

/** A file in a folder of its own, which goes with it. */
export class JournalFolder implements Disposable {
  readonly path = Deno.makeTempDirSync();
  readonly file = `${this.path}/rank.sqlite`;

  /** Changes the file as a person could. */
  edit(sql: string): void {
    using database = new DatabaseSync(this.file);
    database.exec(sql);
  }

  copy(): JournalFolder {
    const copy = new JournalFolder();
    for (const { name } of Deno.readDirSync(this.path)) {
      Deno.copyFileSync(`${this.path}/${name}`, `${copy.path}/${name}`);
    }
    return copy;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

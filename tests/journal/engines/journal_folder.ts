// A directory with a journal in it, and records to fill it with.

import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { FileJournal, type FileJournalOptions } from "../../../src/journal/engines/file_journal.ts";
import type { Retention } from "../../../src/journal/engines/retention.ts";
import { SqliteFile } from "../../../src/journal/engines/sqlite_file.ts";
import { JOURNAL_VERSION, type JournalRecord } from "../../../src/journal/mod.ts";

/** Milliseconds since 1970. */
export const NOW = 1_800_000_000_000;

export const START: JournalRecord = {
  kind: "start",
  version: JOURNAL_VERSION,
  capacity: 5,
  waitingCapacity: 2,
  isComplete: true,
};

export function join(id: number | string, leaseMs = 0): JournalRecord {
  const who = { id: `${id}`, name: `m${id}`, ip: "127.0.0.1", port: 1, since: NOW };
  return { kind: "join", ...who, leaseMs, hash: `hash ${id}` };
}

export function spoke(ticket: number): JournalRecord {
  return { kind: "spoke", ticket, n: 0, isProgram: true };
}

export interface Opened extends Partial<FileJournalOptions> {
  readonly retention?: Retention;
  /** Collects what the journal reports. */
  readonly said?: string[];
}

export function optionsFor({ said = [], ...options }: Opened = {}): FileJournalOptions {
  return {
    firstPosition: 1,
    now: () => 0,
    wallClock: () => NOW,
    recordsPerSnapshot: 1_000,
    onFailure: (message) => said.push(message),
    onRecovery: () => said.push("recovered"),
    ...options,
  };
}

export class JournalFolder implements Disposable {
  readonly path: string;
  readonly file: string;

  constructor(path = Deno.makeTempDirSync({ prefix: "rankserver-journal-" })) {
    this.path = path;
    this.file = `${path}/rank.sqlite`;
  }

  open(options: Opened = {}): FileJournal<undefined> {
    const { retention, ...rest } = options;
    return new FileJournal(new SqliteFile(this.file, NOW, retention), undefined, optionsFor(rest));
  }

  /** What a process that is killed now leaves: what it has committed, and nothing that it has not. */
  copy(): JournalFolder {
    const copy = new JournalFolder();
    for (const name of this.names) Deno.copyFileSync(`${this.path}/${name}`, `${copy.path}/${name}`);
    return copy;
  }

  get names(): string[] {
    return [...Deno.readDirSync(this.path)].map(({ name }) => name).sort();
  }

  /** Every file with the hash of its bytes, without the lock, which has none. */
  get contents(): [name: string, hash: string][] {
    return this.names.filter((name) =>
      !name.endsWith("-lock") && Deno.statSync(`${this.path}/${name}`).isFile
    )
      .map((name) => [name, hashOf(`${this.path}/${name}`)]);
  }

  /** Does something to the closed file. */
  edit(edit: (database: DatabaseSync) => void): void {
    const database = new DatabaseSync(this.file);
    edit(database);
    database.close();
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

export function hashOf(path: string): string {
  return createHash("sha256").update(Deno.readFileSync(path)).digest("hex");
}

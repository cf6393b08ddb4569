// A log in memory, with the faults that a test asks for.

import {
  type LogDescription,
  type LogPort,
  type LogPortEvent,
  LogRequestError,
  type LogSnapshot,
  type SnapshotPort,
  type Source,
} from "../../../../../src/journal/engines/nats/log/mod.ts";
import type { FakeClock } from "../../../../support/fake_clock.ts";

export const IDENTITY = "log-1";
const encoder = new TextEncoder();

/** A record as its author would have made it. */
export function recordText(sequence: number, fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    t: "x",
    id: `other.${sequence}`,
    log: IDENTITY,
    node: "other",
    pos: sequence - 1,
    ...fields,
  });
}

export function recordBytes(sequence: number, fields: Readonly<Record<string, unknown>> = {}): Uint8Array {
  return encoder.encode(recordText(sequence, fields));
}

export class FakeLog implements LogPort {
  isConnected = true;
  identity = IDENTITY;
  /** The records are those from `first` on. */
  first = 1;
  readonly records: string[] = [];
  snapshot: LogSnapshot | undefined;
  /** Requests to these are never answered. */
  readonly hanging = new Set<Source | "append">();
  /** These are not there yet, for whoever reads them. */
  readonly absent = new Set<number>();
  /** Stored, but the acknowledgment does not arrive. */
  losesAcknowledgments = false;
  /** Stored, but not published again. */
  losesTail = false;
  /** "replica 7" for each request. */
  readonly fetches: string[] = [];
  readonly appends: string[] = [];
  mostFetches = 0;
  #fetching = 0;
  readonly #clock: FakeClock;
  readonly #followers = new Set<(sequence: number, data: Uint8Array) => void>();
  readonly #watchers = new Set<(event: LogPortEvent) => void>();

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  get last(): number {
    return this.records.length;
  }

  /** Another node's record. */
  add(text = recordText(this.last + 1)): number {
    this.records.push(text);
    if (!this.losesTail) {
      for (const follower of this.#followers) {
        follower(this.last, encoder.encode(text));
      }
    }
    return this.last;
  }

  report(event: LogPortEvent): void {
    for (const watcher of this.#watchers) watcher(event);
  }

  async append(text: string, id: string, timeoutMs: number): Promise<{ sequence: number }> {
    this.appends.push(id);
    if (this.hanging.has("append")) return await this.#never(timeoutMs);
    const known = this.records.findIndex((record) => JSON.parse(record).id === id);
    const sequence = known >= 0 ? known + 1 : this.add(text);
    if (this.losesAcknowledgments) return await this.#never(timeoutMs);
    await Promise.resolve();
    return { sequence };
  }

  async read(sequence: number, from: Source, timeoutMs: number): Promise<Uint8Array | undefined> {
    this.fetches.push(`${from} ${sequence}`);
    this.mostFetches = Math.max(this.mostFetches, ++this.#fetching);
    try {
      if (this.hanging.has(from)) return await this.#never(timeoutMs);
      await Promise.resolve();
      const isThere = sequence >= this.first && !this.absent.has(sequence);
      const text = isThere ? this.records[sequence - 1] : undefined;
      return text === undefined ? undefined : encoder.encode(text);
    } finally {
      this.#fetching--;
    }
  }

  readNext(sequence: number): Promise<number | undefined> {
    const next = Math.max(sequence, this.first);
    return Promise.resolve(next <= this.last ? next : undefined);
  }

  describe(): Promise<LogDescription> {
    return Promise.resolve({ identity: this.identity, first: this.first, last: this.last });
  }

  follow(listener: (sequence: number, data: Uint8Array) => void): () => void {
    this.#followers.add(listener);
    return () => void this.#followers.delete(listener);
  }

  watch(listener: (event: LogPortEvent) => void): () => void {
    this.#watchers.add(listener);
    return () => void this.#watchers.delete(listener);
  }

  readonly snapshots: SnapshotPort = {
    read: () => Promise.resolve(this.snapshot),
    write: (_identity, snapshot) => {
      this.snapshot = snapshot;
      return Promise.resolve();
    },
    purge: (_identity, position) => {
      this.first = position + 1;
      return Promise.resolve();
    },
  };

  #never(timeoutMs: number): Promise<never> {
    return new Promise((_resolve, reject) => {
      this.#clock.after(timeoutMs, () => reject(new LogRequestError("no answer", { isTimeout: true })));
    });
  }
}

/** Lets everything happen that waits for nothing but promises. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await Promise.resolve();
}

/** Moves the clock on in steps of 5 ms, in each of which promises settle. */
export async function advance(clock: FakeClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 5) {
    clock.advance(5);
    await settle();
  }
}

// The journal of one server of several, on a real NATS server, with a listener that keeps what it is told.

import type { ClusterEffect, SharedRecord } from "../../../../src/journal/cluster/mod.ts";
import { ClusterJournal, type NodeSettings } from "../../../../src/journal/engines/cluster/mod.ts";
import type { SharedJournalListener } from "../../../../src/journal/engines/mod.ts";
import { type LogPort, type NatsLink, openLink, openLog } from "../../../../src/journal/engines/nats/mod.ts";
import type { RosterSeat } from "../../../../src/journal/mod.ts";
import { Arrivals } from "../../../support/server/arrivals.ts";
import { SYSTEM } from "../nats/test_node.ts";
import { PausedProcess } from "./paused_process.ts";

export interface TestJournalOptions {
  readonly server: string;
  readonly name?: string;
  readonly address?: string;
  readonly settings?: Partial<NodeSettings>;
  readonly snapshotEvery?: number;
  readonly wrap?: (log: LogPort) => LogPort;
  readonly pause?: PausedProcess;
}

/** What the listener was told. */
export type Told =
  | { readonly kind: "applied"; readonly effects: readonly ClusterEffect<string>[]; readonly node: string }
  | { readonly kind: "replaced"; readonly node: string }
  | { readonly kind: "suspended" | "resumed" }
  | { readonly kind: "failed"; readonly error: Error };

const NEVER = new AbortController().signal;

export class TestClusterJournal implements AsyncDisposable, SharedJournalListener<string> {
  readonly clients = new Set<string>();
  readonly told = new Arrivals<Told>("calls of the listener");

  private constructor(readonly link: NatsLink, readonly journal: ClusterJournal<string>) {}

  /** Without its listener. @throws what the start of the journal does */
  static async start(options: TestJournalOptions): Promise<TestClusterJournal> {
    const { server, name = "n", address = "", settings, snapshotEvery, wrap = (log) => log } = options;
    const pause = options.pause ?? new PausedProcess();
    const link = await openLink({ servers: [server], name }, NEVER);
    try {
      const open = await openLog(link, { name: "test", replicas: 1, system: SYSTEM }, NEVER);
      const journal = new ClusterJournal<string>({
        ...open,
        log: pause.log(wrap(open.log)),
        system: { ...SYSTEM, clock: pause.clock },
        name,
        address,
        version: "0.1.0",
        configHash: "c",
        settings: { capacity: 1_000, waitingCapacity: 0, leaseMaxMs: 5_000, ...settings },
        graceMs: 60_000,
        ...snapshotEvery === undefined ? {} : { snapshotEvery },
        placeholder: "nobody",
      });
      await journal.start();
      return new TestClusterJournal(link, journal);
    } catch (error) {
      await link.close();
      throw error;
    }
  }

  /** In touch with the log, with its listener. */
  static async listen(options: TestJournalOptions): Promise<TestClusterJournal> {
    const made = await TestClusterJournal.start(options);
    made.journal.listen(made);
    if (made.journal.isSuspended) await made.event("resumed");
    return made;
  }

  has(id: string): boolean {
    return this.clients.has(id);
  }

  applied(effects: readonly ClusterEffect<string>[], node: string): void {
    this.told.push({ kind: "applied", effects, node });
  }

  replaced(): void {
    this.told.push({ kind: "replaced", node: this.journal.node });
  }

  suspended(isSuspended: boolean): void {
    this.told.push({ kind: isSuspended ? "suspended" : "resumed" });
  }

  failed(error: Error): void {
    this.told.push({ kind: "failed", error });
  }

  async event<Kind extends Told["kind"]>(kind: Kind): Promise<Extract<Told, { readonly kind: Kind }>> {
    return await this.told.next((one) => one.kind === kind, 30_000) as Extract<Told, { kind: Kind }>;
  }

  /** The first effect of this kind. */
  async effect<Kind extends ClusterEffect["kind"]>(
    kind: Kind,
  ): Promise<Extract<ClusterEffect<string>, { readonly kind: Kind }>> {
    const found = (one: Told) =>
      one.kind === "applied" ? one.effects.find((effect) => effect.kind === kind) : undefined;
    return found(await this.told.until((one) => found(one) !== undefined, 30_000)) as never;
  }

  async at(position: number): Promise<void> {
    await new Promise<void>((resolve) => this.journal.whenAt(position, resolve));
  }

  async join(id: string, leaseMs = 0): Promise<RosterSeat<string>> {
    this.clients.add(id);
    await this.journal.append(joinRecord(id, leaseMs));
    return this.journal.state.seatById(id)!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.journal.stop();
    await this.link.close();
  }
}

export function joinRecord(id: string, leaseMs = 0): SharedRecord {
  return { kind: "join", id, name: id, ip: "::1", port: 1, since: 0, hash: `hash ${id}`, leaseMs };
}

// A node with rules that any record obeys: it keeps the order of all records, and a hash of that order.

import {
  LogDriver,
  type LogEvent,
  type LogPort,
  type NatsLink,
  openLink,
  type OpenLog,
  openLog,
} from "../../../../src/journal/engines/nats/mod.ts";
import type { LinkOptions } from "../../../../src/journal/engines/nats/mod.ts";
import type { LogSystem } from "../../../../src/journal/engines/nats/log/mod.ts";
import { DENO_CLOCK } from "../../../../src/time/mod.ts";
import { Arrivals } from "../../../support/server/arrivals.ts";

export const SYSTEM: LogSystem = {
  clock: { now: () => performance.now(), after: DENO_CLOCK.after },
  random: Math.random,
};

export interface TestNodeOptions {
  readonly servers: readonly string[];
  readonly replicas?: 1 | 3;
  readonly login?: LinkOptions["login"];
  readonly tls?: LinkOptions["tls"];
  /** Puts faults between the node and the log. */
  readonly wrap?: (log: LogPort) => LogPort;
  /** Without beats, nothing but what a test does is in the log. */
  readonly hasBeats?: boolean;
}

export class TestNode implements AsyncDisposable {
  /** Of all records that were applied here, in order; without those of a snapshot. */
  readonly applied: string[] = [];
  /** Hashes of the order, by position. */
  readonly chains = new Map<number, string>();
  readonly events = new Arrivals<LogEvent>("events of the log");
  readonly link: NatsLink;
  readonly open: OpenLog;
  readonly driver: LogDriver<number>;
  restored = 0;
  #chain = "";

  private constructor(link: NatsLink, open: OpenLog, wrap: (log: LogPort) => LogPort) {
    this.link = link;
    this.open = open;
    this.driver = new LogDriver<number>({
      log: wrap(open.log),
      snapshots: open.snapshots,
      system: SYSTEM,
      identity: open.identity,
      node: `node-${crypto.randomUUID()}`,
      rules: {
        apply: (sequence, record) => {
          this.#chain = fnv1a(`${this.#chain} ${sequence} ${record.id}`);
          this.chains.set(sequence, this.#chain);
          this.applied.push(record.id);
          return sequence;
        },
        restore: ({ position, state }) => {
          this.restored = position;
          this.#chain = JSON.parse(state).chain;
          this.chains.set(position, this.#chain);
        },
        beat: () => ({ t: "beat" }),
      },
      onEvent: (event) => this.events.push(event),
    });
  }

  static async start(options: TestNodeOptions): Promise<TestNode> {
    const { replicas = 1, wrap = (log) => log, hasBeats = true } = options;
    const link = await openLink({ name: "test", ...options }, new AbortController().signal);
    try {
      const open = await openLog(
        link,
        { name: "test", replicas, system: SYSTEM },
        new AbortController().signal,
      );
      const node = new TestNode(link, open, wrap);
      await node.driver.start();
      await node.driver.append({ t: "config" });
      if (hasBeats) node.driver.startBeats();
      return node;
    } catch (error) {
      await link.close();
      throw error;
    }
  }

  /** What a snapshot of this state is; `size` more characters make it large. */
  snapshot(size = 0): { position: number; state: string } {
    return {
      position: this.driver.position,
      state: JSON.stringify({ chain: this.#chain, filler: "x".repeat(size) }),
    };
  }

  async event(kind: LogEvent["kind"]): Promise<LogEvent> {
    return await this.events.next((event) => event.kind === kind, 30_000);
  }

  async faultReason(): Promise<string> {
    const event = await this.event("fault");
    return event.kind === "fault" ? event.fault.reason : "";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.driver.stop();
    await this.link.close();
  }
}

/** Positions that both have applied, and at which their histories differ. */
export function compareNodes(a: TestNode, b: TestNode): { common: number; different: number[] } {
  const common = [...a.chains.keys()].filter((position) => b.chains.has(position));
  return {
    common: common.length,
    different: common.filter((position) => a.chains.get(position) !== b.chains.get(position)),
  };
}

/** Appends `count` records with `workers` at the same time. @returns their positions */
export async function appendMany(node: TestNode, count: number, workers: number): Promise<number[]> {
  const positions: number[] = [];
  let left = count;
  await Promise.all(Array.from({ length: workers }, async () => {
    while (left-- > 0) positions.push(await node.driver.append({ t: "x" }));
  }));
  return positions;
}

function fnv1a(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const character of text) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(character.codePointAt(0)!)) * 0x100000001b3n);
  }
  return hash.toString(16);
}

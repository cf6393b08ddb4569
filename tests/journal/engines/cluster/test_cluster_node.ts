// A node of a cluster on a real server, with clients that are no more than ids, and with the faults that a test asks for.

import { chainText, type ClusterEffect } from "../../../../src/journal/cluster/mod.ts";
import {
  type AppliedRecord,
  ClusterNode,
  type NodeEvent,
  type NodeSettings,
} from "../../../../src/journal/engines/cluster/mod.ts";
import {
  type LinkOptions,
  type LogPort,
  type NatsLink,
  openLink,
  openLog,
} from "../../../../src/journal/engines/nats/mod.ts";
import type { RosterSeat } from "../../../../src/journal/mod.ts";
import { Arrivals } from "../../../support/server/arrivals.ts";
import { SYSTEM } from "../nats/test_node.ts";
import { PausedProcess } from "./paused_process.ts";

export interface TestClusterOptions {
  /** One, or all that the node knows. */
  readonly server: string | readonly string[];
  readonly replicas?: 1 | 3;
  readonly login?: LinkOptions["login"];
  readonly name?: string;
  readonly settings?: Partial<NodeSettings>;
  readonly graceMs?: number;
  readonly snapshotEvery?: number;
  readonly wrap?: (log: LogPort) => LogPort;
  readonly pause?: PausedProcess;
}

const NEVER = new AbortController().signal;

export class TestClusterNode implements AsyncDisposable {
  readonly link: NatsLink;
  readonly node: ClusterNode<undefined>;
  /** Connections that are there. */
  readonly clients = new Set<string>();
  readonly events = new Arrivals<NodeEvent>("events of the node");
  readonly applied = new Arrivals<AppliedRecord<undefined>>("records");
  readonly chains = new Map<number, string>();

  private constructor(link: NatsLink, make: (node: TestClusterNode) => ClusterNode<undefined>) {
    this.link = link;
    this.node = make(this);
  }

  /** @throws what the start of the node does */
  static async start(options: TestClusterOptions): Promise<TestClusterNode> {
    const { server, replicas = 1, login, name = "n", settings, graceMs = 60_000, snapshotEvery } = options;
    const { wrap = (log) => log } = options;
    const pause = options.pause ?? new PausedProcess();
    const system = { ...SYSTEM, clock: pause.clock };
    const servers = typeof server === "string" ? [server] : server;
    const link = await openLink({ servers, name, login }, NEVER);
    try {
      const open = await openLog(link, { name: "test", replicas, system: SYSTEM }, NEVER);
      const made = new TestClusterNode(link, (self) =>
        new ClusterNode<undefined>({
          ...open,
          log: pause.log(wrap(open.log)),
          system,
          name,
          address: "127.0.0.1:6000",
          version: "0.1.0",
          configHash: "c",
          settings: { capacity: 1_000, waitingCapacity: 0, leaseMaxMs: 5_000, ...settings },
          graceMs,
          ...snapshotEvery === undefined ? {} : { snapshotEvery },
          clients: self.clients,
          placeholder: undefined,
          onApplied: (applied) => {
            self.chains.set(applied.position, chainText(self.node.state.chain));
            self.applied.push(applied);
          },
          onEvent: (event) => self.events.push(event),
        }));
      await made.node.start();
      await made.event("resumed");
      return made;
    } catch (error) {
      await link.close();
      throw error;
    }
  }

  /** The seats that this node is home of, in ticket order, without those that are away. */
  get seats(): readonly RosterSeat<undefined>[] {
    const { state, id } = this.node;
    return state.roster.seats.filter(({ client }) => client.node === id && !client.isAway);
  }

  async join(id: string, leaseMs = 0): Promise<RosterSeat<undefined> | undefined> {
    this.clients.add(id);
    const effects = await this.node.append({
      kind: "join",
      id,
      name: id,
      ip: "::1",
      port: 1,
      since: 0,
      hash: `hash ${id}`,
      leaseMs,
    });
    const seated = effects.find((effect) => effect.kind === "seated");
    if (seated === undefined) this.clients.delete(id);
    return seated?.seat;
  }

  /** A client with this id claims the seat, with its present token. */
  async claim(ticket: number, id: string): Promise<readonly ClusterEffect[]> {
    const { client } = this.node.state.roster.seatOf(ticket)!;
    this.clients.add(id);
    try {
      const token = { presented: client.hash!, hash: `hash ${id}` };
      return await this.node.append({ kind: "claim", ticket, n: client.n, id, ...token });
    } catch (error) {
      this.clients.delete(id);
      throw error;
    }
  }

  async event(kind: NodeEvent["kind"]): Promise<NodeEvent> {
    return await this.events.next((event) => event.kind === kind, 30_000);
  }

  async reached(position: number): Promise<void> {
    if (this.node.state.position >= position) return;
    await this.applied.until((applied) => applied.position >= position, 30_000);
  }

  async gone(node: string): Promise<AppliedRecord<undefined>> {
    const isIt = ({ effects }: AppliedRecord<undefined>) =>
      effects.some((effect) => effect.kind === "node gone" && effect.node.id === node);
    return await this.applied.until(isIt, 30_000);
  }

  /** As if the process was killed. */
  async kill(): Promise<void> {
    this.node.stop();
    await this.link.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}

/** What nodes agree about, once all have applied the same records. */
export async function compare(
  nodes: readonly TestClusterNode[],
): Promise<{ common: number; different: number[]; seats: Set<string> }> {
  const last = Math.max(...nodes.map(({ node }) => node.state.position));
  await Promise.all(nodes.map((node) => node.reached(last)));
  const [first, ...others] = nodes;
  const common = [...first!.chains.keys()].filter((at) => others.every(({ chains }) => chains.has(at)));
  const different = common.filter((at) =>
    others.some(({ chains }) => chains.get(at) !== first!.chains.get(at))
  );
  return { common: common.length, different, seats: new Set(nodes.map(seatsText)) };
}

/** Records that nobody waits for are applied: of two of each node, the second one comes later than they do. */
export async function settled(
  nodes: readonly TestClusterNode[],
  join = (node: TestClusterNode, id: string): Promise<unknown> => node.join(id),
): Promise<void> {
  for (let round = 0; round < 2; round++) {
    await Promise.all(nodes.map((node, i) => join(node, `last ${i} after ${node.node.state.position}`)));
    await compare(nodes);
  }
}

export function seatsText({ node }: TestClusterNode): string {
  return JSON.stringify(node.state.roster.seats.map(({ ticket, client }) => ({ ticket, ...client })));
}

/** Does all of `tasks`, with `workers` at the same time. */
export async function inParallel(
  tasks: readonly (() => Promise<unknown>)[],
  workers: number,
): Promise<void> {
  const left = [...tasks];
  await Promise.all(Array.from({ length: workers }, async () => {
    for (let task = left.shift(); task !== undefined; task = left.shift()) await task();
  }));
}

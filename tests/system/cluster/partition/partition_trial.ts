// One NATS server and one node are cut off from the others: that node decides nothing, the others go on, and afterwards all
// of them have the same ranking. A NATS cluster is cut in the same way by its proxies.

import { within } from "../../lead/world/within.ts";
import { RawClient } from "../../../support/server/raw_client.ts";
import type { Program } from "../../../support/programs/start_process.ts";
import { agreed, compareWithClients } from "../world/agreement.ts";
import { Clients } from "../world/clients.ts";
import { ClusterWorld } from "../world/cluster_world.ts";
import { LeaseWatch } from "../world/lease_watch.ts";

const LEASE_MS = 5_000;
const CUT_MS = 20_000;
const CLIENTS_EACH = 20;

export interface PartitionOptions {
  /** Whether the NATS server that leads the log is the one that is cut off. */
  readonly isLeaderCutOff: boolean;
  /** Whether the clients of the node that is cut off reach the other nodes. */
  readonly canMove: boolean;
  readonly program: Program;
}

export interface PartitionReport {
  readonly options: PartitionOptions;
  /** After the cut, in ms; NaN: it did not happen. */
  readonly suspendedMs: number;
  /** Until a client got a seat at one of the other nodes again. */
  readonly othersServeMs: number;
  readonly fencedMs: number;
  /** After the heal. */
  readonly equalMs: number;
  readonly joinsAtCutOff: number;
  readonly triesAtCutOff: number;
  readonly changes: number;
  readonly smallestGapMs: number;
  readonly violation: string | undefined;
}

export async function runPartition(options: PartitionOptions): Promise<PartitionReport> {
  // A leader that cannot move is followed by another one when its seat is no longer kept.
  const graceMs = options.canMove ? 60_000 : LEASE_MS;
  const settings = {
    top: "max_clients = 300",
    session: `resume_grace_ms = ${graceMs}\nlease_max_ms = ${LEASE_MS}`,
  };
  await using world = await ClusterWorld.start({
    program: options.program,
    replicas: 3,
    hasProxies: true,
    settings,
  });
  const leader = await logLeader(world);
  const cut = options.isLeaderCutOff ? leader : (leader + 1) % world.servers.length;
  const trial = new PartitionTrial(world, cut, options);
  let violation: string | undefined;
  try {
    await trial.run();
  } catch (error) {
    violation = `${error instanceof Error ? error.stack : error}\n${world.story}`;
  } finally {
    await trial.close();
  }
  return { ...trial.report, options, violation };
}

class PartitionTrial {
  readonly #world: ClusterWorld;
  readonly #cut: number;
  readonly #clients: Clients;
  readonly #stuck: Clients;
  readonly #watch = new LeaseWatch(LEASE_MS);
  readonly #canMove: boolean;
  readonly #times = { suspendedMs: NaN, othersServeMs: NaN, fencedMs: NaN, equalMs: NaN };
  #joinsAtCutOff = 0;
  #triesAtCutOff = 0;

  constructor(world: ClusterWorld, cut: number, { canMove }: PartitionOptions) {
    this.#world = world;
    this.#cut = cut;
    this.#canMove = canMove;
    this.#clients = new Clients(world.ports);
    this.#stuck = new Clients([world.ports[cut]!], "stuck");
  }

  get report(): Omit<PartitionReport, "options" | "violation"> {
    const { changes, smallestGapMs } = this.#watch;
    const joins = { joinsAtCutOff: this.#joinsAtCutOff, triesAtCutOff: this.#triesAtCutOff };
    return { ...this.#times, ...joins, changes, smallestGapMs };
  }

  async close(): Promise<void> {
    await this.#clients[Symbol.asyncDispose]();
    await this.#stuck[Symbol.asyncDispose]();
  }

  async run(): Promise<void> {
    const world = this.#world;
    const lease = { leaseMs: LEASE_MS, onProof: this.#watch.proof };
    // The one with rank 0 is at the node that will be cut off.
    await (this.#canMove ? this.#clients : this.#stuck).join(this.#cut, lease);
    for (const node of world.nodes.keys()) await this.#clients.join(node, lease);
    for (const node of world.nodes.keys()) this.#clients.add(CLIENTS_EACH, node, { silenceMs: 2_500 });
    this.#stuck.add(CLIENTS_EACH, 0);
    await this.#clients.seated();
    await this.#stuck.seated();
    await within(10_000, "a client leads", () => this.#watch.reigns.length > 0);
    const { tickets } = this.#clients;
    const ofStuck = this.#stuck.tickets;

    const cutAt = performance.now();
    world.partition(this.#cut, [this.#cut]);
    await Promise.all([this.#observe(cutAt), this.#tryToJoin(cutAt)]);
    const healedAt = performance.now();
    world.heal();
    await this.#clients.seated();
    await this.#stuck.seated();
    const all = [...this.#clients.all, ...this.#stuck.all];
    const roster = await agreed(world.nodes, ({ length }) => length === all.length);
    this.#times.equalMs = performance.now() - healedAt;
    const faults = [...compareWithClients(roster, all), ...this.#watch.faults];
    if (this.#joinsAtCutOff > 0) {
      faults.push(`${this.#joinsAtCutOff} clients got a seat at the node that was cut off`);
    }
    // Without a lease, a client stays at a node that is suspended, where its seat is kept only for so long.
    const kept = this.#canMove ? tickets : tickets.slice(0, world.nodes.length);
    const lost = kept.filter((ticket, index) => ticket !== this.#clients.tickets[index]).length;
    if (lost > 0) faults.push(`${lost} clients that could move lost their seats`);
    const keeps = this.#stuck.tickets.every((ticket, index) => ticket === ofStuck[index]);
    if (this.#canMove && !keeps) faults.push("clients that could not move lost seats that are kept for them");
    if (faults.length > 0) throw new Error(faults.join("\n"));
  }

  async #observe(cutAt: number): Promise<void> {
    const { nodes } = this.#world;
    const since = () => performance.now() - cutAt;
    const other = nodes[(this.#cut + 1) % nodes.length]!;
    const serving = this.#joinsAt(other.port).then(() => this.#times.othersServeMs = since());
    await nodes[this.#cut]!.event("cluster_suspended", CUT_MS);
    this.#times.suspendedMs = since();
    await other.event("node_fenced", CUT_MS);
    this.#times.fencedMs = since();
    await serving;
  }

  /** A client that leaves again. */
  async #joinsAt(port: number): Promise<void> {
    await within(CUT_MS, "a client gets a seat at another node", () => this.#joins(port));
  }

  async #tryToJoin(cutAt: number): Promise<void> {
    const { port } = this.#world.nodes[this.#cut]!;
    // Until it is suspended, a join is under way and may be refused later.
    while (performance.now() - cutAt < CUT_MS) {
      this.#triesAtCutOff++;
      if (await this.#joins(port)) this.#joinsAtCutOff++;
    }
  }

  async #joins(port: number): Promise<boolean> {
    const client = await RawClient.connect(port);
    try {
      const { json } = await client.next(({ json }) => ["welcome", "closing"].includes(json?.method), 2_000);
      if (json.method !== "welcome") return false;
      await client.request("leave").catch(() => {});
      return true;
    } catch {
      return false;
    } finally {
      await client.close();
    }
  }
}

/** The number of the NATS server that leads the log. */
async function logLeader({ servers }: ClusterWorld): Promise<number> {
  return await within(20_000, "the log has a leader", async () => {
    const response = await fetch(`${servers[0]!.monitor}/jsz?accounts=true&streams=true`);
    const { account_details: [account] = [] } = await response.json();
    const stream = account?.stream_detail?.find(({ name }: { name: string }) => name === "RANK_test");
    const index = ["s1", "s2", "s3"].indexOf(stream?.cluster?.leader);
    return index < 0 ? undefined : { index };
  }).then(({ index }) => index);
}

export function describePartition(report: PartitionReport): string {
  const { options: { isLeaderCutOff, canMove }, suspendedMs, othersServeMs, fencedMs, equalMs } = report;
  const s = (ms: number) => `${(ms / 1_000).toFixed(2)} s`;
  const { smallestGapMs: gap } = report;
  return `leader of the log ${isLeaderCutOff ? "cut off" : "on the majority side"}, leading client ${
    canMove ? "free to move" : "cut off"
  }: suspended ${s(suspendedMs)}, others serve ${s(othersServeMs)}, fenced ${s(fencedMs)}, all equal ${
    s(equalMs)
  } after the heal; ${report.joinsAtCutOff} of ${report.triesAtCutOff} joins at the node that was cut off; ${report.changes} changes of leader${
    gap === Infinity ? "" : `, gap ${s(gap)}`
  }`;
}

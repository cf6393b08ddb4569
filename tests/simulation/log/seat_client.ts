// A client with a supervisor: it wants a seat, keeps it by pings, moves to another node when its own does not answer, and
// leads while it has rank 0 and a lease.

import type { Random } from "../../support/random.ts";
import type { Machine } from "../world/machine.ts";
import type { SimProcess } from "../world/process.ts";
import { randomStream } from "../world/random_stream.ts";
import { Wire } from "../world/wire.ts";
import type { LogWorld } from "./log_world.ts";
import type { NodeActor } from "./node_actor.ts";
import type { NodeLife } from "./node_life.ts";
import type { ClientRequest, NodeMessage } from "./session.ts";

/** Without an answer for so long, a client tries the next node. */
const PATIENCE_MS = 2_500;
const RETRY_MS = 200;

export interface SeatClientOptions {
  readonly name: string;
  readonly speed: number;
  readonly leaseMs: number;
}

interface Connection {
  readonly wire: Wire;
  readonly life: NodeLife;
  heardAt: number;
  isSeated: boolean;
}

export class SeatClient {
  readonly machine: Machine;
  readonly #world: LogWorld;
  readonly #nodes: readonly NodeActor[];
  readonly #options: SeatClientOptions;
  readonly #random: Random;
  process: SimProcess | undefined;
  #connection: Connection | undefined;
  #token: string | undefined;
  #tokens = 0;
  #node: number;
  #pings = new Map<number, number>();
  #lastPing = 0;
  #lives = 0;
  #isRetired = false;
  #isGivingUp = false;

  constructor(world: LogWorld, machine: Machine, nodes: readonly NodeActor[], options: SeatClientOptions) {
    this.#world = world;
    this.machine = machine;
    this.#nodes = nodes;
    this.#options = options;
    this.#random = randomStream(world.scenario.seed, `client ${options.name}`);
    this.#node = this.#random.below(nodes.length);
  }

  /** As the oracle knows it: a restarted client is another one. */
  get who(): string {
    return `${this.#options.name} life ${this.#lives}`;
  }

  get leaseMs(): number {
    return this.#options.leaseMs;
  }

  get isSeated(): boolean {
    return this.process?.state === "running" && this.#connection?.isSeated === true;
  }

  /** The ticket that it was told last. */
  ticket: number | undefined;
  rank: number | undefined;

  get token(): string | undefined {
    return this.#token;
  }

  start(): void {
    if (this.#isRetired || (this.process !== undefined && this.process.state !== "dead")) return;
    const process = this.machine.spawn({ kind: "client", name: this.#options.name });
    this.process = process;
    this.#lives++;
    this.#token = undefined;
    this.ticket = undefined;
    this.rank = undefined;
    this.#connection = undefined;
    this.#pings.clear();
    this.#isGivingUp = false;
    process.whenDead.push(() => {
      this.#world.oracle.leases.gaveUp(this.who);
      const restartMs = this.#world.scenario.restartMs * (0.5 + this.#random.next());
      this.#world.scheduler.after(restartMs, () => this.start());
    });
    process.after(1, () => this.#tick(process));
    process.defer(() => this.#connect(process));
  }

  retire(): void {
    this.#isRetired = true;
    this.giveUp("leave");
    this.process?.after(2_000, () => this.process!.exit(0));
  }

  /** It stops to lead, and then asks for it. @returns false when it has no seat */
  giveUp(kind: "leave" | "yield"): boolean {
    const { process } = this;
    if (!this.isSeated) return false;
    process!.enter(() => {
      if (!this.isSeated) return;
      this.#world.oracle.leases.gaveUp(this.who);
      this.#pings.clear();
      this.#isGivingUp = true;
      this.#send({ kind });
    });
    return true;
  }

  /** Goes to another node. */
  move(): boolean {
    const { process } = this;
    if (this.#connection === undefined || process?.state !== "running") return false;
    process.enter(() => this.#next(process));
    return true;
  }

  #connect(process: SimProcess): void {
    if (this.#isRetired) return;
    const { life } = this.#nodes[this.#node % this.#nodes.length]!;
    if (life === undefined || life.process.state === "dead") {
      this.#node++;
      return void process.after(RETRY_MS * (0.5 + this.#random.next()), () => this.#connect(process));
    }
    const wire = new Wire(this.#world.network, this.#random, [process, life.process]);
    const connection: Connection = { wire, life, heardAt: process.now().running, isSeated: false };
    this.#connection = connection;
    wire.whenClosed(process, () => this.#connection === connection && this.#next(process));
    const tell = (message: NodeMessage) =>
      wire.send(life.process, () => this.#connection === connection && this.#receive(connection, message));
    wire.send(process, () => life.accept(wire, tell));
    this.#isGivingUp = false;
    const hash = `${this.who} token ${++this.#tokens}`;
    const { name, leaseMs } = this.#options;
    this.#send(
      this.#token === undefined
        ? { kind: "join", name, hash, leaseMs }
        : { kind: "claim", presented: this.#token, hash },
    );
  }

  #next(process: SimProcess): void {
    this.#connection?.wire.close(process);
    this.#connection = undefined;
    this.#pings.clear();
    this.#node++;
    process.after(RETRY_MS * (0.2 + this.#random.next()), () => this.#connect(process));
  }

  #receive(connection: Connection, message: NodeMessage): void {
    const { process } = this;
    const { running } = process!.now();
    connection.heardAt = running;
    switch (message.kind) {
      case "seated":
        this.#token = message.hash;
        this.ticket = message.ticket;
        connection.isSeated = true;
        this.#isGivingUp = false;
        return this.#ping();
      case "pong":
        return this.#proven(message);
      case "waiting":
        return;
      case "gone":
      case "left":
        this.#token = undefined;
        this.ticket = undefined;
        return this.#next(process!);
      case "full":
      case "unavailable":
        return this.#next(process!);
    }
  }

  #proven({ id, log, ticket, rank, mayLead }: NodeMessage & { kind: "pong" }): void {
    const sentAt = this.#pings.get(id);
    if (sentAt === undefined || this.#isGivingUp) return;
    for (const older of this.#pings.keys()) {
      this.#pings.delete(older);
      if (older === id) break;
    }
    this.rank = rank;
    const { scheduler, oracle, scenario: { marginMs } } = this.#world;
    const { leaseMs, speed } = this.#options;
    if (leaseMs === 0) return;
    const until = sentAt + (leaseMs - marginMs) / speed;
    oracle.leases.proven({
      who: this.who,
      seat: `${log} ${ticket}`,
      from: scheduler.now,
      until,
      isLeading: mayLead,
    });
  }

  #ping(): void {
    if (this.#isGivingUp || this.#connection?.isSeated !== true) return;
    const id = ++this.#lastPing;
    this.#pings.set(id, this.#world.scheduler.now);
    this.#send({ kind: "ping", id });
  }

  #tick(process: SimProcess): void {
    process.after(this.#world.scenario.leaseMs / 6, () => this.#tick(process));
    const connection = this.#connection;
    if (connection === undefined) return;
    if (connection.isSeated) this.#ping();
    const isWaiting = !connection.isSeated;
    if (process.now().running - connection.heardAt > PATIENCE_MS * (isWaiting ? 4 : 1)) this.#next(process);
  }

  #send(request: ClientRequest): void {
    const { wire, life } = this.#connection!;
    wire.send(this.process!, () => life.receive(wire, request));
  }
}

// One life of a node: its process, its connection to NATS, and a ClusterNode on the log.

import { ClusterNode, type NodeEvent } from "../../../src/journal/engines/cluster/mod.ts";
import { LogFault, openLog } from "../../../src/journal/engines/nats/mod.ts";
import { SimLink } from "../nats/sim_link.ts";
import { randomStream } from "../world/random_stream.ts";
import type { SimProcess } from "../world/process.ts";
import type { Wire } from "../world/wire.ts";
import { type LogWorld, RANKING } from "./log_world.ts";
import { NodeSessions } from "./node_sessions.ts";
import type { ClientRequest, NodeMessage, Session } from "./session.ts";

const NEVER = new AbortController().signal;
/** How long a node tries to say goodbye. */
const LEAVE_MS = 3_000;
const EXIT_FAULT = 70;

export class NodeLife {
  readonly process: SimProcess;
  readonly #world: LogWorld;
  readonly #index: number;
  link: SimLink | undefined;
  node: ClusterNode<undefined> | undefined;
  #sessions: NodeSessions | undefined;
  #lastSession = 0;
  #isLeaving = false;
  #cancelCompletion = () => {};

  constructor(world: LogWorld, index: number, process: SimProcess) {
    this.#world = world;
    this.#index = index;
    this.process = process;
    process.onSignal = () => this.#leave();
  }

  /** Runs, not stopped, and not asleep. */
  get isAwake(): boolean {
    return this.process.state === "running" && !this.process.machine.isAsleep;
  }

  /** It is started, and in touch with the log. */
  get isServing(): boolean {
    return this.isAwake && this.#sessions !== undefined && !this.#isLeaving && !this.node!.isSuspended;
  }

  async run(): Promise<void> {
    const { nats, scenario, oracle } = this.#world;
    const { process } = this;
    const name = `n${this.#index + 1}`;
    const random = randomStream(scenario.seed, `node ${name} ${process.pid}`);
    const system = {
      clock: { now: () => process.now().running, after: process.clock.after },
      random: () => random.next(),
    };
    // Its own server first.
    const { servers } = nats;
    const own = this.#index % servers.length;
    const order = [...servers.slice(own), ...servers.slice(0, own)];
    this.link = await SimLink.open(nats, process, order, random);
    const replicas = servers.length === 1 ? 1 : 3;
    try {
      const open = await openLog(this.link, { name: RANKING, replicas, system }, NEVER);
      const { capacity, waitingCapacity, leaseMs, snapshotEvery } = scenario;
      const node = new ClusterNode<undefined>({
        ...open,
        system,
        name,
        version: "0.1.0",
        configHash: "c",
        address: "",
        settings: { capacity, waitingCapacity, leaseMaxMs: leaseMs },
        graceMs: leaseMs,
        snapshotEvery,
        clients: { has: (id) => this.#sessions?.has(id) ?? false },
        placeholder: undefined,
        onApplied: (applied) => {
          oracle.applied(this, applied);
          this.#sessions?.applied(applied);
          this.#completeLater();
        },
        onEvent: (event) => this.#event(event),
      });
      this.node = node;
      oracle.started(this);
      await node.start();
      this.#note(`started as ${node.id}`);
      const fail = (error: unknown) => this.#fail(error);
      const { pingRule } = this.#world;
      this.#sessions = new NodeSessions({ node, oracle, pingRule, fail });
      this.#completeLater();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A client has connected. */
  accept(wire: Wire, tell: (message: NodeMessage) => void): void {
    const sessions = this.#sessions;
    if (sessions === undefined || this.#isLeaving) return wire.close(this.process);
    const id = `${this.process.machine.name} ${this.process.pid} ${++this.#lastSession}`;
    const session: Session = { id, wire, process: this.process, tell, ticket: undefined };
    sessions.add(session);
    wire.whenClosed(this.process, () => sessions.closed(session));
    this.#handlers.set(wire, (request) => sessions.handle(session, request));
  }

  readonly #handlers = new WeakMap<Wire, (request: ClientRequest) => void>();

  receive(wire: Wire, request: ClientRequest): void {
    this.#handlers.get(wire)?.(request);
  }

  #event(event: NodeEvent): void {
    this.#note(event.kind === "fault" ? `fault: ${event.fault.message}` : JSON.stringify(event));
    this.#world.oracle.nodeEvent(this, event);
    switch (event.kind) {
      case "renewed":
        return this.#sessions?.closeAll();
      case "loaded":
        return this.#sessions?.closeAll();
      case "fault":
        return this.#fail(event.fault);
      case "suspended":
      case "resumed":
    }
  }

  /** Any node says so when every lease from before the log has ended. */
  #completeLater(): void {
    const { node, process } = this;
    if (this.#sessions === undefined || node!.state.config === undefined) return;
    const { isComplete } = node!.state.roster;
    if (isComplete) {
      this.#cancelCompletion();
      this.#cancelCompletion = () => {};
      this.#isCompleting = false;
      return;
    }
    if (this.#isCompleting) return;
    this.#isCompleting = true;
    this.#cancelCompletion = process.after(this.#world.scenario.leaseMs, () => {
      this.#isCompleting = false;
      node!.append({ kind: "complete" }).catch(() => this.#completeLater());
    });
  }

  #isCompleting = false;

  #leave(): void {
    const { node, process } = this;
    if (this.#isLeaving || this.#sessions === undefined) return process.exit(0);
    this.#isLeaving = true;
    this.#sessions.closeAll();
    const end = new AbortController();
    process.after(LEAVE_MS, () => end.abort());
    node!.leave(end.signal).catch(() => {}).finally(() => {
      void this.link!.close();
      process.exit(0);
    });
  }

  #fail(error: unknown): void {
    if (this.#isLeaving) return;
    const { oracle } = this.#world;
    if (error instanceof LogFault) oracle.nodeFault(this, error);
    else if (!(error instanceof DOMException)) {
      oracle.fault(`a node threw ${(error as Error)?.stack ?? error}`);
    }
    this.process.exit(EXIT_FAULT);
  }

  #note(text: string): void {
    this.#world.trace.note(this.process.machine.name, text);
  }
}

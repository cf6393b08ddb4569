// A server, and clients under --lead that reach it through a proxy each, as processes of their own; every one of them is
// gone when the world ends.

import { join } from "node:path";
import { makeCompleteJournal } from "../../../support/server/journals.ts";
import { verifyJournalFile } from "../../../support/server/verify_journal_file.ts";
import type { ClusterWorld } from "../../cluster/world/cluster_world.ts";
import { askSocket } from "./ask_socket.ts";
import { FakeTime } from "./fake_time.ts";
import { FaultyProxy } from "../../../support/programs/faulty_proxy.ts";
import { LeadClient, spawnInto, START_MS } from "./lead_client.ts";
import { startCluster } from "./lead_cluster.ts";
import { LeaderLog, type LogEntry } from "./leader_log.ts";
import { parentOf, processesIn, signalProcess } from "./process_tree.ts";
import { type Programs, SOURCES } from "./programs.ts";
import { within } from "./within.ts";
import {
  clientToml,
  CLUSTER_LEASE_MS,
  type LeaderOptions,
  LEASE_MS,
  type Mode,
  type WorldOptions,
} from "./world_options.ts";

const PROGRAM = join(import.meta.dirname!, "program.sh");

const STORY_LINES = 40;

export class LeadWorld {
  readonly folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "rank-lead-" }));
  readonly log = new LeaderLog(this.folder);
  readonly serverTime = new FakeTime(`${this.folder}/server.time`);
  readonly clients = new Map<string, LeadClient>();
  readonly #options: WorldOptions;
  readonly #proxies: FaultyProxy[] = [];
  #cluster: ClusterWorld | undefined;
  #server: Deno.ChildProcess | undefined;
  #servers = 0;
  #port = 0;

  private constructor(options: WorldOptions) {
    this.#options = options;
  }

  static async start(options: WorldOptions = {}): Promise<LeadWorld> {
    const world = new LeadWorld(options);
    if (options.knowsAllLeases) makeCompleteJournal(world.#store);
    if (options.servers === undefined) await world.startServer();
    else world.#cluster = await startCluster(options.servers, world.#programs, world.leaseMs);
    return world;
  }

  get #store(): string {
    return `${this.#options.storeFolder ?? this.folder}/seats.sqlite`;
  }

  async startServer(): Promise<void> {
    const { hasStore = false, leaseMaxMs = LEASE_MS, toml: more = "" } = this.#options;
    const toml = `port = ${this.#port}
[session]
lease_max_ms = ${leaseMaxMs}
heartbeat_ms = 300
silence_ms = 900
[journal]
file = "${hasStore ? this.#store : ""}"
[control]
socket = "${this.folder}/server.sock"
${more}`;
    const config = `${this.folder}/server.toml`;
    await Deno.writeTextFile(config, toml);
    const output = `${this.folder}/server-${++this.#servers}.log`;
    this.#server = spawnInto(output, [...this.#programs.server, "--config", config], {
      cwd: this.folder,
      env: this.#options.fakesServerTime ? this.serverTime.env : {},
    });
    const line = await within(START_MS, "the server listens", () => /and port: (\d+)/.exec(read(output)));
    this.#port = Number(line[1]);
  }

  get port(): number {
    return this.#port;
  }

  /** Several servers in place of one. */
  get cluster(): ClusterWorld | undefined {
    return this.#cluster;
  }

  get leaseMs(): number {
    return this.#cluster === undefined && this.#options.servers === undefined ? LEASE_MS : CLUSTER_LEASE_MS;
  }

  get #programs(): Programs {
    return this.#options.programs ?? SOURCES;
  }

  signalServer(signal: Deno.Signal): void {
    this.#server?.kill(signal);
  }

  /** KILL: it has no time to close its connections. */
  async killServer(): Promise<void> {
    // It may have ended: Ctrl-C reaches it as well.
    if (this.#server !== undefined) signalProcess(this.#server.pid, "SIGKILL");
    await this.#server?.status;
    this.#server = undefined;
  }

  /** Takes rank 0 away, as the operator does. */
  async evictLeader(): Promise<void> {
    const { error } = await askSocket(this.#control, "evict", { rank: 0 });
    if (error !== undefined) throw new Error(error.message);
  }

  /** Gives a client rank 0, as the operator does. */
  async raise(name: string): Promise<void> {
    const { error } = await askSocket(this.#control, "raise", { name });
    if (error !== undefined) throw new Error(error.message);
  }

  /** Of a server that runs. */
  get #control(): string {
    return this.#cluster?.nodes.find(({ isRunning }) => isRunning)?.control ?? `${this.folder}/server.sock`;
  }

  /** Of the server that was started last. */
  get serverLog(): string {
    return read(`${this.folder}/server-${this.#servers}.log`);
  }

  /** The end of all output, for a test that failed. */
  get story(): string {
    const outputs: [string, string][] = [["programs", read(this.log.path)], ["server", this.serverLog]];
    for (const { name, pid, output } of this.clients.values()) outputs.push([`${name} (${pid})`, output]);
    if (this.#cluster !== undefined) outputs.push(["servers", this.#cluster.story]);
    return outputs.map(([name, text]) => `${name}:\n${text.split("\n").slice(-STORY_LINES).join("\n")}`).join(
      "\n",
    );
  }

  /** Starts a client and waits for its seat; `name` is its alone. It has a proxy for as long as the world lasts. */
  async startClient(name: string, options: LeaderOptions = {}): Promise<LeadClient> {
    const client = await this.spawnClient(name, options);
    await client.seated();
    return client;
  }

  /** Starts a client that may not get as far as a seat. */
  async spawnClient(name: string, options: LeaderOptions = {}): Promise<LeadClient> {
    const servers = this.#cluster?.nodes.map(({ port }) => () => port) ?? [() => this.#port];
    const proxy = await FaultyProxy.open(...servers);
    this.#proxies.push(proxy);
    const config = `${this.folder}/${name}.toml`;
    await Deno.writeTextFile(config, options.toml ?? clientToml("", this.leaseMs));
    const {
      env = {},
      stderr,
      before = ":",
      flags = [],
      otherPorts = [],
      program = this.program(),
      client = this.#programs.client,
    } = options;
    const addresses = [...proxy.ports, ...otherPorts].map((port) => `127.0.0.1:${port}`).join();
    const argv = [...client, addresses, "--config", config, "--name", name];
    argv.push("--control", `${this.folder}/${name}.sock`, ...flags, "--lead", "--", ...program);
    const started = new LeadClient({ name, folder: this.folder, proxy, argv, env, stderr, before });
    this.clients.set(name, started);
    return started;
  }

  /** Clients one after the other, so that the first is rank 0. */
  async startClients(names: readonly string[], options: LeaderOptions = {}): Promise<LeadClient[]> {
    const clients: LeadClient[] = [];
    for (const name of names) clients.push(await this.startClient(name, options));
    return clients;
  }

  /** The program that every client runs unless its options name another one. */
  program(...modes: readonly Mode[]): readonly string[] {
    return ["/bin/sh", PROGRAM, this.log.path, ...modes];
  }

  /** The client whose program runs: its guard's parent. */
  leader(): LeadClient | undefined {
    const pid = this.log.running?.pid;
    if (pid === undefined) return undefined;
    const guard = parentOf(pid);
    const parent = guard === undefined ? undefined : parentOf(guard);
    return [...this.clients.values()].find((client) => client.pid === parent);
  }

  /** Waits until the program of a start that `isIt` runs. @throws when two have run at once. */
  started(what: string, isIt: (start: LogEntry) => boolean = () => true, ms = START_MS): Promise<LogEntry> {
    return within(ms, what, () => {
      const { running, overlaps } = this.log;
      // The later one waits for the lock.
      if (overlaps > 0 && !this.#options.mayOverlap) {
        throw new Error(`While waiting until ${what}: ${this.log.faults.join("; ")}`);
      }
      return running !== undefined && isIt(running) ? running : undefined;
    });
  }

  /** Waits until the program of a later leader runs. */
  succeeded(before: LogEntry, ms = START_MS): Promise<LogEntry> {
    return this.started(`a leader after ticket ${before.ticket}`, ({ ticket }) => ticket > before.ticket, ms);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A guard tells the server that the seat is free, and would go on trying while it cannot reach it.
    for (const proxy of this.#proxies) proxy.heal();
    for (const client of this.clients.values()) await client.kill();
    const server = this.#server?.pid;
    const left = () => processesIn(this.folder).filter((pid) => pid !== server);
    for (const { pid } of this.log.of("outsider")) signalProcess(pid, "SIGKILL");
    try {
      // Guards outlive their clients for as long as their programs take to end.
      await within(START_MS, "all guards and programs have ended", () => left().length === 0);
    } finally {
      for (const pid of left()) signalProcess(pid, "SIGKILL");
      await this.killServer();
      await this.#cluster?.[Symbol.asyncDispose]();
      if (this.#options.hasStore) verifyJournalFile(this.#store);
      for (const proxy of this.#proxies) await proxy[Symbol.asyncDispose]();
      await Deno.remove(this.folder, { recursive: true });
    }
  }
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

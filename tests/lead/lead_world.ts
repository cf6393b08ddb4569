// A server, and clients under --lead that reach it through a proxy each, as processes of their own; every one of them is
// gone when the world ends.

import { join } from "node:path";
import { openSeatStore } from "../../src/server/sqlite_seat_store.ts";
import { isThere, LeaderLog } from "./leader_log.ts";
import { SwallowingProxy } from "./swallowing_proxy.ts";
import { within } from "./within.ts";

export const PROJECT = join(import.meta.dirname!, "..", "..");
const PROGRAM = join(import.meta.dirname!, "program.sh");
const PERMISSIONS = ["net", "read", "write", "env", "run", "sys", "ffi"].map((name) => `--allow-${name}`);
const FROM_SOURCES = [
  Deno.execPath(),
  "run",
  "--quiet",
  "--no-prompt",
  ...PERMISSIONS,
  join(PROJECT, "main.ts"),
];

/** Long enough for a machine that is busy with other tests. */
export const LEASE_MS = 1_200;
export const KILL_AFTER_MS = 150;
/** Until a process that was started from its sources is at work, on a busy machine. */
export const START_MS = 15_000;

export interface WorldOptions {
  /** Seats outlive a restart of the server. */
  readonly hasStore?: boolean;
  readonly leaseMaxMs?: number;
  /** The store is one of a server that was up for long. */
  readonly knowsItsPast?: boolean;
  /** More of the server's configuration. */
  readonly toml?: string;
  /** The two programs with their first arguments; absent: from their sources. */
  readonly programs?: Programs | undefined;
}

export interface Programs {
  readonly server: readonly string[];
  readonly client: readonly string[];
}

const SOURCES: Programs = { server: [...FROM_SOURCES, "server"], client: [...FROM_SOURCES, "client"] };

export interface LeaderOptions {
  readonly program?: readonly string[];
  readonly flags?: readonly string[];
  readonly toml?: string;
}

export class LeadWorld {
  readonly folder = Deno.makeTempDirSync({ prefix: "rank-lead-" });
  readonly log = new LeaderLog(this.folder);
  readonly clients = new Map<string, LeadClient>();
  readonly #options: WorldOptions;
  readonly #proxies: SwallowingProxy[] = [];
  #server: Deno.ChildProcess | undefined;
  #servers = 0;
  #port = 0;

  private constructor(options: WorldOptions) {
    this.#options = options;
  }

  static async start(options: WorldOptions = {}): Promise<LeadWorld> {
    const world = new LeadWorld(options);
    if (options.knowsItsPast) world.#makeStore();
    await world.startServer();
    return world;
  }

  #makeStore(): void {
    const options = { firstTicket: 1, now: () => 0, onFailure: (why: string) => console.log(why) };
    const store = openSeatStore(`${this.folder}/seats.sqlite`, options);
    store.notePastOver();
    store.close();
  }

  async startServer(): Promise<void> {
    const { hasStore = false, leaseMaxMs = LEASE_MS, toml: more = "" } = this.#options;
    const toml = `port = ${this.#port}
[session]
lease_max_ms = ${leaseMaxMs}
heartbeat_ms = 300
silence_ms = 900
store = "${hasStore ? `${this.folder}/seats.sqlite` : ""}"
[control]
socket = "${this.folder}/server.sock"
${more}`;
    const config = `${this.folder}/server.toml`;
    await Deno.writeTextFile(config, toml);
    const output = `${this.folder}/server-${++this.#servers}.log`;
    this.#server = spawn([...this.#programs.server, "--config", config], output);
    const line = await within(
      START_MS,
      "the server listens",
      () => /and port: (\d+)/.exec(read(output)),
    );
    this.#port = Number(line[1]);
  }

  get #programs(): Programs {
    return this.#options.programs ?? SOURCES;
  }

  /** KILL: it has no time to tell anybody. */
  async killServer(): Promise<void> {
    this.#server?.kill("SIGKILL");
    await this.#server?.status;
    this.#server = undefined;
  }

  /** Takes rank 0 away, as the operator does. */
  async evictLeader(): Promise<void> {
    const { error } = await askSocket(`${this.folder}/server.sock`, "evict", { rank: 0 });
    if (error !== undefined) throw new Error(error.message);
  }

  /** Of the server that was started last. */
  get serverLog(): string {
    return read(`${this.folder}/server-${this.#servers}.log`);
  }

  /** What everybody said, for a test that failed. */
  get story(): string {
    const parts = [`programs:\n${Deno.readTextFileSync(this.log.path)}`, `server:\n${this.serverLog}`];
    for (const { name, output } of this.clients.values()) parts.push(`${name}:\n${output}`);
    return parts.join("\n");
  }

  /** Starts a client and waits for its place; `name` is its alone. It has a proxy for as long as the world lasts. */
  async startClient(name: string, options: LeaderOptions = {}): Promise<LeadClient> {
    const client = await this.spawnClient(name, options);
    await client.says(/you are rank|waiting room|took back/);
    return client;
  }

  async spawnClient(name: string, options: LeaderOptions = {}): Promise<LeadClient> {
    const proxy = new SwallowingProxy(() => this.#port);
    this.#proxies.push(proxy);
    const config = `${this.folder}/${name}.toml`;
    await Deno.writeTextFile(config, options.toml ?? clientToml());
    const client = new LeadClient(name, this.folder, proxy, [
      ...this.#programs.client,
      `127.0.0.1:${proxy.port}`,
      "--config",
      config,
      "--name",
      name,
      "--control",
      `${this.folder}/${name}.sock`,
      ...options.flags ?? [],
      "--lead",
      "--",
      ...options.program ?? ["sh", PROGRAM, this.log.path],
    ]);
    this.clients.set(name, client);
    return client;
  }

  /** Clients one after the other, so that the first is rank 0. */
  async startClients(names: readonly string[], options: LeaderOptions = {}): Promise<LeadClient[]> {
    const clients: LeadClient[] = [];
    for (const name of names) clients.push(await this.startClient(name, options));
    return clients;
  }

  get stubborn(): readonly string[] {
    return ["sh", PROGRAM, this.log.path, "stubborn"];
  }

  /** The client whose program runs; the name is told by who its guard's parent is. */
  leader(): LeadClient | undefined {
    const pid = this.log.running?.pid;
    if (pid === undefined) return undefined;
    const guard = parentOf(pid);
    const parent = guard === undefined ? undefined : parentOf(guard);
    return [...this.clients.values()].find((client) => client.pid === parent);
  }

  /** Waits until the program of a start that `isIt` runs. */
  started(what: string, isIt: (start: { ticket: number; pid: number }) => boolean, ms = START_MS) {
    return within(ms, what, () => {
      const { running } = this.log;
      return running !== undefined && isIt(running) ? running : undefined;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const guards = [...this.clients.values()].map(({ guard }) => guard);
    for (const client of this.clients.values()) await client.kill();
    // A guard tells the server that the seat is free, and would go on trying when nobody listens any more.
    await within(
      START_MS,
      "all guards have ended",
      () => !guards.some((pid) => pid !== undefined && isThere(pid)),
    );
    await this.killServer();
    for (const proxy of this.#proxies) await proxy[Symbol.asyncDispose]();
    // Guards outlive their clients for as long as their programs take to end.
    await within(START_MS, "all programs have ended", () => this.log.running === undefined);
    await Deno.remove(this.folder, { recursive: true });
  }
}

export class LeadClient {
  readonly name: string;
  readonly proxy: SwallowingProxy;
  readonly control: string;
  readonly #output: string;
  readonly #child: Deno.ChildProcess;
  readonly status: Promise<Deno.CommandStatus>;
  hasEnded = false;

  constructor(name: string, folder: string, proxy: SwallowingProxy, argv: readonly string[]) {
    this.name = name;
    this.proxy = proxy;
    this.control = `${folder}/${name}.sock`;
    this.#output = `${folder}/${name}.log`;
    Deno.writeTextFileSync(this.#output, "");
    this.#child = spawn(argv, this.#output);
    this.status = this.#child.status.then((status) => {
      this.hasEnded = true;
      return status;
    });
  }

  get pid(): number {
    return this.#child.pid;
  }

  get output(): string {
    return Deno.readTextFileSync(this.#output);
  }

  says(pattern: RegExp, ms = START_MS): Promise<RegExpExecArray> {
    return within(ms, `${this.name} says ${pattern}`, () => {
      if (this.hasEnded && !pattern.test(this.output)) {
        throw new Error(`${this.name} has ended: ${this.output}`);
      }
      return pattern.exec(this.output);
    });
  }

  signal(signal: Deno.Signal): void {
    if (!this.hasEnded) this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.status;
  }

  /** Asks through the control socket; the answer as it came. */
  ask(method: string): Promise<Answer> {
    return askSocket(this.control, method);
  }

  /** The guard of its program, while that runs. */
  get guard(): number | undefined {
    return childrenOf(this.pid).find((pid) => childrenOf(pid).length > 0);
  }
}

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

async function askSocket(
  path: string,
  method: string,
  params: Record<string, unknown> = {},
): Promise<Answer> {
  using conn = await Deno.connect({ transport: "unix", path });
  await conn.write(
    new TextEncoder().encode(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method, params })}\n`),
  );
  const buffer = new Uint8Array(65_536);
  const giveUp = setTimeout(() => conn.closeWrite(), START_MS);
  const count = await conn.read(buffer).finally(() => clearTimeout(giveUp));
  return JSON.parse(new TextDecoder().decode(buffer.subarray(0, count ?? 0)));
}

export function clientToml(more = "", leaseMs = LEASE_MS): string {
  return `[lead]
lease_ms = ${leaseMs}
kill_after_ms = ${KILL_AFTER_MS}
${more}
[limits]
reconnect_min_ms = 50
reconnect_max_ms = 200
`;
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

/** Its output goes to a file, because a pipe would end with the test's reading. */
function spawn(argv: readonly string[], output: string): Deno.ChildProcess {
  return new Deno.Command("sh", {
    args: ["-c", 'out=$1; shift; exec "$@" >> "$out" 2>&1', "sh", output, ...argv],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

function childrenOf(parent: number): number[] {
  const pids = [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter(Number.isInteger);
  return pids.filter((pid) => parentOf(pid) === parent);
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)$/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1]);
  } catch {
    return undefined;
  }
}

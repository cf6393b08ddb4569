// Clients that issue and execute commands on one server: two in a pipe, one at a terminal, and one that starts programs.
// Visitors join and leave below them, and connections break.

import { delay } from "@std/async";
import { isTmuxMissing } from "../../../tests/support/programs/tmux.ts";
import { isThere } from "../../../tests/system/lead/world/process_tree.ts";
import { START_MS } from "../../../tests/system/lead/world/lead_client.ts";
import { FaultyProxy } from "../../../tests/support/programs/faulty_proxy.ts";
import type { Programs } from "../../../tests/system/lead/world/programs.ts";
import { within } from "../../../tests/system/lead/world/within.ts";
import { Random } from "../../../tests/support/random.ts";
import { RawClient } from "../../../tests/support/server/raw_client.ts";
import { type Program, ServerProcess } from "../../../tests/support/programs/start_process.ts";
import { ExecutingClient } from "./executing_client.ts";
import { FedClient } from "./fed_client.ts";
import type { SoakedClient } from "./soaked_client.ts";
import { TerminalClient } from "./terminal_client.ts";
import { WatchedProcess } from "./watched_process.ts";

/** A client whose connection broke is back long before its seat is given away. */
const SERVER_CONFIG = `port = 0
max_clients = 20
commands = ["uptime", "show", "slow"]
[session]
resume_grace_ms = 30_000
`;
/** How long a visitor stays, and until the next one joins. */
const VISIT_MS = 200;
/** So many visits from one broken connection to the next. */
const VISITS_PER_BREAK = 20;

export class Fleet implements SoakedClient {
  readonly processes: readonly WatchedProcess[];
  readonly #stack: AsyncDisposableStack;
  readonly #server: ServerProcess;
  readonly #proxies: readonly FaultyProxy[];
  /** In the order of their ranks. */
  readonly #clients: readonly SoakedClient[];
  readonly #random: Random;
  #visits = 0;
  #breaks = 0;

  private constructor(
    stack: AsyncDisposableStack,
    server: ServerProcess,
    proxies: readonly FaultyProxy[],
    clients: readonly SoakedClient[],
    random: Random,
  ) {
    this.#stack = stack;
    this.#server = server;
    this.#proxies = proxies;
    this.#clients = clients;
    this.#random = random;
    const tally = () => `${this.#visits} visitors, ${this.#breaks} connections broken`;
    this.processes = [
      ...clients.flatMap(({ processes }) => processes),
      new WatchedProcess("their server", server.pid, tally),
    ];
  }

  /** @param folder for configuration files. */
  static async start({ server: program, client }: Programs, folder: string, seed: number): Promise<Fleet> {
    await using stack = new AsyncDisposableStack();
    const config = `${folder}/fleet.toml`;
    await Deno.writeTextFile(config, SERVER_CONFIG);
    const server = stack.use(await ServerProcess.start({ program, args: ["--config", config] }));
    const proxies: FaultyProxy[] = [];
    const clients: SoakedClient[] = [];
    const seat = async (name: string, start: (argv: Program, random: Random) => Promise<SoakedClient>) => {
      const proxy = stack.use(await FaultyProxy.open(() => server.port));
      proxies.push(proxy);
      const argv: Program = [...client, `127.0.0.1:${proxy.port}`, "--name", name];
      clients.push(stack.use(await start(argv, new Random(seed + clients.length))));
      await server.line(`is named '${name}'`, START_MS);
    };
    for (const [name, isLong] of [["piped", false], ["long lines", true]] as const) {
      await seat(name, (argv, random) => Promise.resolve(new FedClient(argv, { name, isLong, random })));
    }
    if (!isTmuxMissing()) await seat("terminal", TerminalClient.start);
    await seat("executing", (argv) => ExecutingClient.start(argv, folder));
    return new Fleet(stack.move(), server, proxies, clients, new Random(seed));
  }

  async work(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#clients.map((client) => client.work(signal)), this.#disturb(signal)]);
  }

  async stop(): Promise<string[]> {
    const problems: string[] = [];
    for (const client of this.#clients) problems.push(...await client.stop());
    const pids = this.#clients.flatMap(({ processes }) => processes.map(({ pid }) => pid));
    await within(START_MS, "the clients have ended", () => !pids.some(isThere))
      .catch(({ message }: Error) => problems.push(`fleet: ${message}`));
    const { code } = await this.#server.stop();
    if (code !== 0) problems.push(`their server: exit code ${code}`);
    problems.push(...this.#server.output.filter((line) => line.startsWith("Internal error in")));
    return problems;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack[Symbol.asyncDispose]();
  }

  /** The clients above are sent an event for each visitor. */
  async #disturb(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const visitor = await RawClient.join(this.#server.port);
      await delay(VISIT_MS, { signal }).catch(() => {});
      visitor.notify("leave");
      await visitor.ended();
      await visitor.close();
      if (++this.#visits % VISITS_PER_BREAK === 1) {
        this.#breaks++;
        this.#proxies[this.#random.below(this.#proxies.length)]!.breakAll();
      }
      await delay(VISIT_MS, { signal }).catch(() => {});
    }
  }
}

// One rankserver of a cluster as a process of its own: it is started from a file, and stopped, killed or paused by its
// process id. It can be started again, on the same port.

import { join } from "node:path";
import { type Exit, type Program, ServerProcess } from "../../../support/programs/start_process.ts";
import type { ServerStatus } from "../../../../src/protocol/methods/mod.ts";
import { askSocket } from "../../lead/world/ask_socket.ts";

/** With three replicas, the first start waits until NATS has chosen the leaders of two streams. */
export const START_MS = 60_000;
const LISTED = 100_000;
const ABOUT_CLIENTS = /"event":"clients?_/;

export interface NodeOptions {
  readonly program: Program;
  readonly folder: string;
  readonly name: string;
  readonly port: number;
  readonly toml: string;
}

/** An event of the log. */
export type LoggedEvent = Readonly<Record<string, unknown>> & { readonly event: string };

export class RankNode {
  readonly name: string;
  readonly port: number;
  readonly #options: NodeOptions;
  #process: ServerProcess | undefined;
  #isPaused = false;
  /** Of the processes before this one. */
  readonly #outputs: string[] = [];

  constructor(options: NodeOptions) {
    this.#options = options;
    this.name = options.name;
    this.port = options.port;
  }

  get control(): string {
    return join(this.#options.folder, `${this.name}.sock`);
  }

  get configFile(): string {
    return join(this.#options.folder, `${this.name}.toml`);
  }

  get pid(): number {
    return this.process.pid;
  }

  get isRunning(): boolean {
    return this.#process !== undefined && !this.#isPaused;
  }

  get process(): ServerProcess {
    if (this.#process === undefined) throw new Error(`Node ${this.name} does not run`);
    return this.#process;
  }

  /** Resolves when it listens. */
  async start(toml = this.#options.toml): Promise<void> {
    const process = await this.spawn(toml);
    try {
      await this.event("listening", START_MS);
    } catch (error) {
      const { code, stderr } = await process.stop("SIGKILL");
      throw new Error(`Node ${this.name} did not start, exit code ${code}: ${stderr}`, { cause: error });
    }
  }

  /** For a start that may fail. */
  async spawn(toml = this.#options.toml): Promise<ServerProcess> {
    await Deno.writeTextFile(this.configFile, toml);
    const args = ["--config", this.configFile];
    this.#process = ServerProcess.spawn({ program: this.#options.program, args, cwd: this.#options.folder });
    this.#isPaused = false;
    return this.#process;
  }

  /** Waits for the end of a process that ends by itself. */
  async exit(withinMs = START_MS): Promise<Exit> {
    const exit = await this.process.exit(withinMs);
    this.#ended();
    return exit;
  }

  /** As the operator stops it. */
  async terminate(): Promise<Exit> {
    this.process.signal("SIGTERM");
    return await this.exit();
  }

  /** It has no time to close anything. */
  async kill(): Promise<void> {
    if (this.#process === undefined) return;
    await this.#process.stop("SIGKILL");
    this.#ended();
  }

  /** SIGSTOP: it does nothing until {@linkcode continue}. */
  pause(): void {
    this.process.signal("SIGSTOP");
    this.#isPaused = true;
  }

  continue(): void {
    this.process.signal("SIGCONT");
    this.#isPaused = false;
  }

  /** The next unread event of this kind in its log. */
  async event(name: string, withinMs?: number): Promise<LoggedEvent> {
    return JSON.parse(await this.process.nextLine(`"event":"${name}"`, withinMs));
  }

  /** All events of this kind since its start. */
  events(name: string): LoggedEvent[] {
    return this.process.output.filter((line) => line.includes(`"event":"${name}"`)).map((line) =>
      JSON.parse(line)
    );
  }

  /** As `--status` shows it. */
  async status(): Promise<ServerStatus & Readonly<Record<string, unknown>>> {
    const { result, error } = await askSocket(this.control, "status", { list: LISTED });
    if (error !== undefined) throw new Error(`Node ${this.name}: ${error.message}`);
    return result as ServerStatus & Readonly<Record<string, unknown>>;
  }

  /** The end of its output without that about clients, for a test that failed. */
  story(lines: number): string {
    const output = [...this.#outputs, ...this.#process?.timedOutput ?? []].filter((line) =>
      !ABOUT_CLIENTS.test(line)
    );
    return `node ${this.name}:\n${output.slice(-lines).join("\n")}`;
  }

  #ended(): void {
    this.#outputs.push(...this.process.timedOutput);
    this.#process = undefined;
    this.#isPaused = false;
  }
}

// A client in a pipe that executes commands: it starts a program for each, and stops those that run too long.

import { join } from "node:path";
import type { Program } from "../../../tests/support/programs/start_process.ts";
import { PipedProcess } from "./piped_process.ts";
import { type SoakedClient, TERM_CODE } from "./soaked_client.ts";
import { WatchedProcess } from "./watched_process.ts";

const CONFIG = `[run]
uptime = ["echo", "up"]
show = ["echo", "{1}"]
[run.slow]
argv = ["sleep", "60"]
timeout_ms = 150
`;

export class ExecutingClient implements SoakedClient {
  readonly processes: readonly WatchedProcess[];
  readonly #process: PipedProcess;
  #executed = 0;
  #stopped = 0;

  private constructor(argv: Program) {
    this.#process = new PipedProcess(argv, (line) => {
      if (/ ran: /.test(line)) this.#executed++;
      else if (line.startsWith("slow: timed out")) this.#stopped++;
    });
    const tally = () => `${this.#executed} programs ran, ${this.#stopped} were stopped`;
    this.processes = [new WatchedProcess("executing", this.#process.pid, tally)];
  }

  /** @param argv the client, its server and its name. @param folder for its configuration */
  static async start(argv: Program, folder: string): Promise<ExecutingClient> {
    const config = join(folder, "executing.toml");
    await Deno.writeTextFile(config, CONFIG);
    return new ExecutingClient([...argv, "--config", config, "--stay"]);
  }

  /** The clients above it send it commands. */
  async work(): Promise<void> {}

  async stop(): Promise<string[]> {
    const problems: string[] = [];
    if (this.#process.hasEnded) problems.push(`executing: ended early and said\n${this.#process.lastErrors}`);
    const code = await this.#process.stop();
    if (code !== TERM_CODE) problems.push(`executing: exit code ${code} instead of ${TERM_CODE}`);
    if (this.#executed === 0) problems.push("executing: no program ran");
    return problems;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }
}

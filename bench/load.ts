// The load generator from this side: compiled on the spot, run with a list of steps, and its lines read as numbers.

import { join } from "node:path";
import type { Running } from "./running.ts";

/** Longer than the generator's own limit. */
const PATIENCE_MS = 170_000;

/** What one step measured, by field name. */
export type StepResult = Readonly<Record<string, number>>;

export interface Load {
  readonly protocol: string;
  readonly port: number;
  readonly serverPid: number;
  readonly receivers: number;
  /** Messages on their way at most. */
  readonly window: number;
  readonly seconds: number;
  readonly steps: readonly string[];
  /** Where and in which words the server says that it closed somebody as slow. */
  readonly slow: { readonly log: string; readonly words: string };
}

export class LoadGenerator {
  readonly #running: Running;
  readonly #program: string;
  readonly #env: Readonly<Record<string, string>>;

  /** @param isPinned whether server and generator get a processor each. */
  constructor(running: Running, root: string, isPinned: boolean) {
    this.#running = running;
    this.#program = join(running.folder, "load");
    this.#env = isPinned ? {} : { LOAD_UNPINNED: "1" };
    compile(join(root, "bench/load.c"), this.#program);
  }

  /** Runs steps on one set of connections. @returns the results by step. */
  async run(load: Load): Promise<Map<string, StepResult>> {
    const { protocol, port, serverPid, receivers, window, seconds, steps, slow } = load;
    const numbers = [port, serverPid, receivers, window, seconds].map(String);
    const env = { LOAD_LOG: slow.log, LOAD_SLOW_WORDS: slow.words };
    return await this.#call([protocol, ...numbers, ...steps], env);
  }

  /** Milliseconds from starting a program until it listens on `port`. */
  async startUp(port: number, argv: readonly string[]): Promise<StepResult> {
    return (await this.#call(["startup", `${port}`, ...argv])).get("startup")!;
  }

  async #call(args: string[], env: Record<string, string> = {}): Promise<Map<string, StepResult>> {
    const child = this.#running.add(
      new Deno.Command(this.#program, {
        args,
        env: { ...this.#env, ...env },
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn(),
    );
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    const { success, stdout, stderr } = await child.output();
    clearTimeout(timer);
    if (!success) {
      throw new Error(
        `Cannot measure: ${new TextDecoder().decode(stderr).trim() || "the load generator ended"}`,
      );
    }
    const results = new Map<string, StepResult>();
    for (const line of new TextDecoder().decode(stdout).trim().split("\n")) {
      const { step, ...fields } = JSON.parse(line) as { step: string } & StepResult;
      results.set(step, fields as StepResult);
    }
    return results;
  }
}

function compile(source: string, program: string): void {
  try {
    const { success, stderr } = new Deno.Command("cc", { args: ["-O2", "-o", program, source] }).outputSync();
    if (!success) throw new Error(`Cannot compile ${source}:\n${new TextDecoder().decode(stderr)}`);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Error(
      "Cannot measure: the load generator is written in C, and there is no cc (Debian: gcc, libc6-dev)",
      {
        cause,
      },
    );
  }
}

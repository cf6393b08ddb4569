// The load generator from this side: compiled on the spot, run with a list of steps, and its lines read as numbers.

import { join } from "node:path";
import type { Running } from "../servers/running.ts";

/** Longer than the generator's own limit. */
const PATIENCE_MS = 170_000;

/** What one step measured, by field name. */
export type StepResult = Readonly<Record<string, number>>;

export interface Load {
  readonly protocol: string;
  /** Several: connections take them in turn, the publisher the first. */
  readonly port: number | readonly number[];
  readonly serverPid: number | readonly number[];
  /** Processes that carry messages between the servers. */
  readonly brokerPids?: readonly number[];
  readonly receivers: number;
  /** Messages on their way at most. */
  readonly window: number;
  readonly seconds: number;
  readonly steps: readonly string[];
  /** Where and in which words the server says that it closed somebody as slow. */
  readonly slow?: { readonly log: string; readonly words: string };
  /** The authority of the server's certificate, as a path: all connections use TLS. */
  readonly authority?: string | undefined;
  /** Of several servers on the port, only the one with this capacity. */
  readonly capacity?: number;
  /** The kernel places server and generator, whatever holds for others. */
  readonly isUnpinned?: true;
}

export class LoadGenerator {
  readonly #running: Running;
  readonly #program: string;
  readonly #isPinned: boolean;
  /** Whether it can use TLS: where that is wanted, and the headers of OpenSSL are there. */
  readonly hasTls: boolean;

  /**
   * @param isPinned whether server and generator get a processor each.
   * @param wantsTls takes longer to compile.
   */
  constructor(running: Running, root: string, isPinned: boolean, wantsTls = false) {
    this.#running = running;
    this.#program = join(running.folder, "load");
    this.#isPinned = isPinned;
    const folder = join(root, "bench/load");
    const failure = wantsTls ? compile(folder, this.#program, TLS_ARGS) : undefined;
    this.hasTls = wantsTls && failure === undefined;
    const reason = this.hasTls ? undefined : compile(folder, this.#program);
    if (reason !== undefined) throw new Error(`Cannot compile ${folder}:\n${reason}`);
  }

  /** Runs steps on one set of connections. @returns the results by step. */
  async run(load: Load): Promise<Map<string, StepResult>> {
    const { protocol, port, serverPid, receivers, window, seconds, steps, slow } = load;
    const numbers = [port, serverPid, receivers, window, seconds].map(String);
    const brokers = load.brokerPids ?? [];
    return await this.#call([protocol, ...numbers, ...steps], {
      ...(slow === undefined ? {} : { LOAD_LOG: slow.log, LOAD_SLOW_WORDS: slow.words }),
      ...(load.authority === undefined ? {} : { LOAD_CA: load.authority }),
      ...(brokers.length === 0 ? {} : { LOAD_BROKERS: brokers.join() }),
      ...(load.capacity === undefined ? {} : { LOAD_CAPACITY: `${load.capacity}` }),
      ...(load.isUnpinned ? { LOAD_UNPINNED: "1" } : {}),
    });
  }

  /** Milliseconds from starting a program until it listens on `port`. */
  async startUp(port: number, argv: readonly string[]): Promise<StepResult> {
    return (await this.#call(["startup", `${port}`, ...argv])).get("startup")!;
  }

  /** What a program says about its own start (`bench/startup/marks.ts`). */
  async startTimed(argv: readonly string[]): Promise<StepResult> {
    return (await this.#call(["timed", ...argv])).get("marks")!;
  }

  async #call(args: string[], env: Record<string, string> = {}): Promise<Map<string, StepResult>> {
    const child = this.#running.add(
      new Deno.Command(this.#program, {
        args,
        env: { ...(this.#isPinned ? {} : { LOAD_UNPINNED: "1" }), ...env },
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn(),
    );
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    const { success, stdout, stderr } = await child.output();
    clearTimeout(timer);
    const output = new TextDecoder().decode(stdout).trim();
    if (!success) {
      throw new Error(
        `Cannot measure: ${new TextDecoder().decode(stderr).trim() || output || "the load generator ended"}`,
      );
    }
    return readSteps(output);
  }
}

/** One JSON object for each step, on a line of its own. */
export function readSteps(output: string): Map<string, StepResult> {
  const results = new Map<string, StepResult>();
  for (const line of output.split("\n").filter((line) => line !== "")) {
    const { step, ...fields } = JSON.parse(line) as { step: string } & StepResult;
    results.set(step, fields as StepResult);
  }
  return results;
}

const TLS_ARGS = ["-DWITH_TLS", "-lssl", "-lcrypto"];

/** @returns what the compiler objects to. @throws if there is no compiler. */
function compile(folder: string, program: string, more: readonly string[] = []): string | undefined {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".c"));
  const sources = names.sort().map((name) => join(folder, name));
  try {
    const args = ["-O2", "-o", program, ...sources, ...more];
    const { success, stderr } = new Deno.Command("cc", { args }).outputSync();
    return success ? undefined : new TextDecoder().decode(stderr);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Error(
      "Cannot measure: the load generator is written in C, and there is no cc (Debian: gcc, libc6-dev)",
      { cause },
    );
  }
}

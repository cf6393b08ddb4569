// One client under --lead as a process of its own, and what a test does to it and to its guard.

import { type Answer, askSocket } from "./ask_socket.ts";
import type { FaultyProxy } from "../../../support/programs/faulty_proxy.ts";
import { argumentsOf, childrenOf, signalProcess } from "./process_tree.ts";
import { within } from "./within.ts";

/** Until a process that was started from its sources is at work, on a busy machine. */
export const START_MS = 15_000;

export interface ClientStart {
  readonly name: string;
  /** It works there, and so do its guard and its program. */
  readonly folder: string;
  readonly proxy: FaultyProxy;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where its standard error goes; absent: to the file that {@linkcode LeadClient.output} reads. */
  readonly stderr: string | undefined;
  /** A line of sh before it starts. */
  readonly before: string;
}

/** What a client says of itself. */
export interface Status {
  readonly seated: boolean;
  readonly rank?: number;
  readonly ticket?: number;
}

export class LeadClient {
  readonly name: string;
  readonly proxy: FaultyProxy;
  readonly control: string;
  readonly status: Promise<Deno.CommandStatus>;
  readonly #output: string;
  readonly #child: Deno.ChildProcess;
  hasEnded = false;

  constructor({ name, folder, proxy, argv, env, stderr, before }: ClientStart) {
    this.name = name;
    this.proxy = proxy;
    this.control = `${folder}/${name}.sock`;
    this.#output = `${folder}/${name}.log`;
    Deno.writeTextFileSync(this.#output, "");
    this.#child = spawnInto(this.#output, argv, { cwd: folder, env, stderr, before });
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
    if (!this.hasEnded) signalProcess(this.pid, signal);
  }

  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.status;
  }

  /** Its exit code; rejects when it does not end in time. */
  async ends(ms = START_MS): Promise<number> {
    await within(ms, `${this.name} ends`, () => this.hasEnded);
    return (await this.status).code;
  }

  /** Asks through the control socket; the answer as it came. */
  ask(method: string, before: readonly unknown[] = []): Promise<Answer> {
    return askSocket(this.control, method, {}, before);
  }

  /** Waits until it has a seat that `isIt`, as it says itself. */
  async seated(isIt?: (status: Status) => boolean, ms = START_MS): Promise<Status> {
    const status = await this.settled(isIt, ms);
    if (status === "ended") throw new Error(`${this.name} has ended: ${this.output}`);
    return status;
  }

  /** Waits until it has ended, or has a seat that `isIt`. */
  settled(isIt: (status: Status) => boolean = () => true, ms = START_MS): Promise<Status | "ended"> {
    return within(ms, `${this.name} has its seat`, async () => {
      if (this.hasEnded) return "ended";
      const { result } = await this.ask("status").catch(() => ({ result: undefined }));
      const status = result as Status | undefined;
      return status?.seated && isIt(status) ? status : undefined;
    });
  }

  /** The process between it and its program. */
  get guard(): number | undefined {
    return childrenOf(this.pid).find((pid) => argumentsOf(pid).includes("--guard"));
  }

  signalGuard(signal: Deno.Signal): void {
    const { guard } = this;
    if (guard !== undefined) signalProcess(guard, signal);
  }
}

export interface SpawnOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stderr?: string | undefined;
  readonly before?: string;
}

/** Its output goes to a file, because a pipe would end with the test's reading. */
export function spawnInto(
  output: string,
  argv: readonly string[],
  { cwd, env = {}, stderr = output, before = ":" }: SpawnOptions,
): Deno.ChildProcess {
  return new Deno.Command("/bin/sh", {
    args: [
      "-c",
      `out=$1 err=$2; shift 2; ${before}; exec "$@" >> "$out" 2>> "$err"`,
      "sh",
      output,
      stderr,
      ...argv,
    ],
    cwd,
    env: { ...env },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

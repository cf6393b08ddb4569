// Executes commands without programs: a command takes some time and has an exit code, and can be stopped.

import type { CommandRunner, StartCommand, StopSignal } from "../../../src/client/executor/command_runner.ts";
import type { Outcome } from "../../../src/client/executor/outcome.ts";
import type { OwnPlace } from "../../../src/client/session/mod.ts";
import type { ExecuteParams } from "../../../src/protocol/methods/mod.ts";
import { randomStream } from "../world/random_stream.ts";
import type { Random } from "../../support/random.ts";
import type { SimProcess } from "../world/process.ts";
import type { World } from "./world.ts";

/** The exit code of a stopped command that would have exited with 0, as of timeout(1). */
const STOPPED_CODE = 124;
const MAX_WORK_MS = 1_500;
const SUCCESS_RATE = 0.8;
const HANG_RATE = 0.05;
const HANG_MS = 1e9;
/** The longest output, in limits of the server. */
const MAX_OUTPUT = 1.2;

export class SimRunner implements CommandRunner {
  readonly #world: World;
  readonly #process: SimProcess;
  readonly #random: Random;
  /** Those that run or wait. */
  #commands = 0;
  #programs = 0;

  constructor(world: World, process: SimProcess) {
    this.#world = world;
    this.#process = process;
    this.#random = randomStream(world.scenario.seed, `runner of ${process.name} ${process.pid}`);
  }

  prepare({ command, args, from }: ExecuteParams, place: OwnPlace | undefined): Outcome | StartCommand {
    const run = args[0] ?? "";
    const { oracle: { runs, bounds } } = this.#world;
    // A command arrives only after the welcome.
    const ticket = place!.ticket;
    runs.arrived(run, this.#process.name, ticket, from.ticket);
    if (command === "show") return { kind: "delivered" };
    if (command === "forbidden") return { kind: "refused", reason: "the file does not name it" };
    bounds.commandArrives(this.#commands++);
    return (stopping) => this.#work(run, ticket, stopping);
  }

  /** The client has reported the end of a command. */
  executed({ command }: ExecuteParams): void {
    if (command === "work") this.#commands--;
  }

  /** Nothing to kill: the commands are timers of the process, which end with it. */
  killAll(): void {}

  #work(run: string, ticket: number, stopping: StopSignal): Promise<Outcome> {
    if (stopping.aborted) return Promise.resolve({ kind: "dropped", reason: stopping.reason ?? "lost" });
    const { oracle: { runs, bounds }, serverConfig: { limits }, scenario } = this.#world;
    bounds.programStarts(++this.#programs);
    const maxOutput = scenario.limits === undefined ? 0 : limits.outputBytes * MAX_OUTPUT;
    const stdout = "x".repeat(Math.floor(this.#random.next() * maxOutput));
    const code = this.#random.chance(SUCCESS_RATE) ? 0 : 1;
    const takesMs = this.#random.chance(HANG_RATE) ? HANG_MS : this.#random.next() * MAX_WORK_MS;
    return new Promise((resolve) => {
      const end = (stopped: StopSignal["reason"]) => {
        cancel();
        this.#programs--;
        stopping.removeEventListener("abort", onStop);
        const ended = stopped !== undefined && code === 0 ? STOPPED_CODE : code;
        if (stopped === undefined) runs.completed(run, ticket, code);
        const result = { code: ended, stdout, stderr: "" };
        resolve({ kind: "ended", result, ...(stopped === undefined ? {} : { stopped }) });
      };
      const onStop = () => end(stopping.reason);
      const cancel = this.#process.after(takesMs, () => end(undefined));
      stopping.addEventListener("abort", onStop);
    });
  }
}

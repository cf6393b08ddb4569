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

export class SimRunner implements CommandRunner {
  readonly #world: World;
  readonly #process: SimProcess;
  readonly #random: Random;

  constructor(world: World, process: SimProcess) {
    this.#world = world;
    this.#process = process;
    this.#random = randomStream(world.scenario.seed, `runner of ${process.name} ${process.pid}`);
  }

  prepare({ command, args, from }: ExecuteParams, place: OwnPlace | undefined): Outcome | StartCommand {
    const run = args[0] ?? "";
    const { oracle: { runs } } = this.#world;
    // A command arrives only after the welcome.
    const ticket = place!.ticket;
    runs.arrived(run, this.#process.name, ticket, from.ticket);
    if (command === "show") return { kind: "delivered" };
    if (command === "forbidden") return { kind: "refused", reason: "the file does not name it" };
    return (stopping) => this.#work(run, ticket, stopping);
  }

  /** Nothing to kill: the commands are timers of the process, which end with it. */
  killAll(): void {}

  #work(run: string, ticket: number, stopping: StopSignal): Promise<Outcome> {
    if (stopping.aborted) return Promise.resolve({ kind: "dropped", reason: stopping.reason ?? "lost" });
    const { oracle: { runs } } = this.#world;
    const code = this.#random.chance(SUCCESS_RATE) ? 0 : 1;
    const takesMs = this.#random.chance(HANG_RATE) ? HANG_MS : this.#random.next() * MAX_WORK_MS;
    return new Promise((resolve) => {
      const end = (stopped: StopSignal["reason"]) => {
        cancel();
        stopping.removeEventListener("abort", onStop);
        const ended = stopped !== undefined && code === 0 ? STOPPED_CODE : code;
        if (stopped === undefined) runs.completed(run, ticket, code);
        const result = { code: ended, stdout: "", stderr: "" };
        resolve({ kind: "ended", result, ...(stopped === undefined ? {} : { stopped }) });
      };
      const onStop = () => end(stopping.reason);
      const cancel = this.#process.after(takesMs, () => end(undefined));
      stopping.addEventListener("abort", onStop);
    });
  }
}

// Carries out commands with the programs that this machine's own file names, and with no others. It does not trust the
// server: arguments are checked a second time, and a command that the file does not name is refused.

import type { ExecuteParams, ProgramResult } from "../../protocol/methods/mod.ts";
import { type ArgumentBounds, checkArguments, expandArgv, type Program } from "../../rules/mod.ts";
import { visible } from "../../words/mod.ts";
import type { CommandRunner, StartCommand, StopSignal } from "./command_runner.ts";
import type { Outcome, StopReason } from "./outcome.ts";
import { OutputCapture } from "./output_capture.ts";
import { ProcessGroup, type ProgramStart, type StopTimes } from "../processes/mod.ts";
import type { OwnPlace } from "../session/mod.ts";
import { settlesWithin } from "../../time/mod.ts";

export interface ProgramLimits extends ArgumentBounds, StopTimes {
  /** Of stdout and stderr each, where the server's limit is not lower. */
  readonly outputBytes: number;
  readonly outputAfterExitMs: number;
}

/** What one program may use. */
interface RunBounds {
  /** Of stdout and stderr each. */
  readonly outputBytes: number;
  readonly timeoutMs: number;
}

/** As `timeout(1)` reports it, for a program that exited with 0 only because it was stopped: that is no success. */
const STOPPED_CODE = 124;

export class ProgramRunner implements CommandRunner {
  readonly #programs: ReadonlyMap<string, Program> | undefined;
  readonly #limits: ProgramLimits;
  readonly #isDryRun: boolean;
  readonly #groups = new Set<ProcessGroup>();

  /**
   * @param programs absent: this machine executes nothing, and every command is only printed.
   * @param isDryRun say what would be started, and start nothing.
   */
  constructor(programs: ReadonlyMap<string, Program> | undefined, limits: ProgramLimits, isDryRun = false) {
    this.#programs = programs;
    this.#limits = limits;
    this.#isDryRun = isDryRun;
  }

  prepare(params: ExecuteParams, place: OwnPlace | undefined): Outcome | StartCommand {
    // The face that shows the events prints the command.
    if (this.#programs === undefined) return { kind: "delivered" };
    const program = this.#programs.get(params.command);
    if (program === undefined) {
      return { kind: "refused", reason: `this machine's [run] table has no program for ${params.command}` };
    }
    const check = checkArguments(program.args, params.args, this.#limits);
    if (!check.ok) return { kind: "refused", reason: check.reason, rule: check.rule };
    const expanded = expandArgv(program.argv, params.args, program.args);
    if (!expanded.ok) return { kind: "refused", reason: expanded.reason };
    const start: ProgramStart = {
      argv: expanded.argv,
      cwd: program.cwd,
      env: environment(params, place),
      input: program.stdin === "json" ? describeCommand(params, place) : undefined,
    };
    if (this.#isDryRun) {
      return { kind: "delivered", reason: `dry run: would start ${describe(start)}` };
    }
    const outputBytes = Math.min(this.#limits.outputBytes, place?.limits.output_bytes ?? Infinity);
    const bounds = { outputBytes, timeoutMs: program.timeoutMs };
    return (stopping) => this.#run(start, bounds, stopping);
  }

  /** Sends KILL to everything that runs: for a process that is about to end without waiting. */
  killAll(): void {
    for (const group of this.#groups) group.kill();
  }

  async #run(start: ProgramStart, bounds: RunBounds, stopping: StopSignal): Promise<Outcome> {
    if (stopping.aborted) return { kind: "dropped", reason: stopping.reason ?? "lost" };
    let group: ProcessGroup;
    try {
      group = new ProcessGroup(start);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { kind: "failed", reason: `cannot start ${start.argv[0]}: ${message}` };
    }
    this.#groups.add(group);
    try {
      return await this.#attend(group, bounds, stopping);
    } finally {
      this.#groups.delete(group);
    }
  }

  async #attend(
    group: ProcessGroup,
    { outputBytes, timeoutMs }: RunBounds,
    stopping: StopSignal,
  ): Promise<Outcome> {
    const stdout = new OutputCapture(outputBytes);
    const stderr = new OutputCapture(outputBytes);
    const readers = [group.stdout.getReader(), group.stderr.getReader()] as const;
    const reading = Promise.all([drain(readers[0], stdout), drain(readers[1], stderr)]);

    const ended = group.status.then(async (status) => {
      // A process that the program left behind may hold its output open forever.
      await settlesWithin(reading, this.#limits.outputAfterExitMs);
      return status;
    });
    const stopped = await firstOf(ended, timeoutMs, stopping);
    if (stopped !== undefined) await group.stop(this.#limits);
    const { code, signal } = await ended;
    await Promise.all(readers.map((reader) => reader.cancel()));
    await settlesWithin(Promise.all([reading, group.closeInput()]), this.#limits.outputAfterExitMs);

    const result: ProgramResult = {
      code: stopped !== undefined && code === 0 ? STOPPED_CODE : code,
      stdout: stdout.text,
      stderr: stopped === undefined ? stderr.text : withNote(stderr.text, stopped, timeoutMs),
    };
    if (signal !== undefined) result.signal = signal;
    if (stopped === "timed_out") result.timed_out = true;
    return { kind: "ended", result, stopped };
  }
}

/** `undefined` when `ended` comes first, else why the program is to be stopped. */
async function firstOf(
  ended: Promise<unknown>,
  timeoutMs: number,
  stopping: StopSignal,
): Promise<StopReason | undefined> {
  const { promise, resolve } = Promise.withResolvers<StopReason | undefined>();
  const onStop = () => resolve(stopping.reason);
  const timer = setTimeout(() => resolve("timed_out"), timeoutMs);
  stopping.addEventListener("abort", onStop, { once: true });
  try {
    return await Promise.race([promise, ended.then(() => undefined)]);
  } finally {
    clearTimeout(timer);
    stopping.removeEventListener("abort", onStop);
  }
}

async function drain(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  capture: OutputCapture,
): Promise<void> {
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) capture.push(read.value);
  } catch {
    // The pipe broke: what was read so far is the output.
  }
}

/**
 * RANK and RANK_TICKET are the executor's own place when the command arrived; RANK_EPOCH is the version of the roster when
 * the server accepted it, RANK_ISSUER the name of its issuer.
 */
function environment(
  { command, from, epoch }: ExecuteParams,
  place: OwnPlace | undefined,
): Record<string, string> {
  return {
    RANK: String(place?.rank ?? ""),
    RANK_TICKET: String(place?.ticket ?? ""),
    RANK_EPOCH: String(epoch),
    RANK_COMMAND: command,
    // The issuer chose its name, and an environment cannot hold a NUL.
    RANK_ISSUER: visible(from.name),
  };
}

/** The line for `stdin = "json"`; client.example.toml has its form. */
function describeCommand({ command, args, from, epoch }: ExecuteParams, place: OwnPlace | undefined): string {
  const own = place === undefined ? {} : { rank: place.rank, ticket: place.ticket };
  return `${JSON.stringify({ command, args, from, epoch, ...own })}\n`;
}

function describe({ argv, cwd }: ProgramStart): string {
  return `${JSON.stringify(argv)}${cwd === undefined ? "" : ` in ${JSON.stringify(cwd)}`}`;
}

function withNote(stderr: string, reason: StopReason, timeoutMs: number): string {
  const separator = stderr === "" || stderr.endsWith("\n") ? "" : "\n";
  return `${stderr}${separator}[stopped: ${STOPPED[reason](timeoutMs)}]\n`;
}

const STOPPED: Readonly<Record<StopReason, (timeoutMs: number) => string>> = {
  timed_out: (timeoutMs) => `it ran longer than ${timeoutMs} ms`,
  cancelled: () => "the server no longer waits for it",
  lost: () => "this client left, or lost its connection",
};

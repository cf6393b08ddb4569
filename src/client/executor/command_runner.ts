// What the executor needs of the code that carries a command out. ProgramRunner is one; a program that imports the client
// as a library may bring another.

import type { ExecuteParams } from "../../protocol/methods/mod.ts";
import type { Outcome, StopReason } from "./outcome.ts";
import type { OwnPlace } from "../session/mod.ts";

/** Work that takes time. It must end soon after `stopping` is aborted, and leave nothing running. */
export type StartCommand = (stopping: StopSignal) => Promise<Outcome>;

/** An `AbortSignal` whose reason is a {@linkcode StopReason}. */
export interface StopSignal extends AbortSignal {
  /** Why the command is stopped; `undefined` while it may run. */
  readonly reason: StopReason | undefined;
}

/** Decides what becomes of the commands that a client receives. */
export interface CommandRunner {
  /**
   * Looks at a command: gives its outcome where that is known immediately (refused, or nothing to start), or else the
   * function to call when there is room for it. Must not throw, wait, or start anything.
   */
  prepare(params: ExecuteParams, place: OwnPlace | undefined): Outcome | StartCommand;
}

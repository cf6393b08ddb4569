// What the executor needs of whoever carries a command out. The program runner is one; who imports the client as a
// library may bring another.

import type { ExecuteParams } from "../../protocol/methods/mod.ts";
import type { Outcome, StopReason } from "./outcome.ts";
import type { OwnPlace } from "../session/mod.ts";

/** Something that takes time. It must come to its end soon after `stopping` is aborted, leaving nothing behind. */
export type StartCommand = (stopping: StopSignal) => Promise<Outcome>;

/** An `AbortSignal` whose reason is a {@linkcode StopReason}. */
export interface StopSignal extends AbortSignal {
  readonly reason: StopReason | undefined;
}

export interface CommandRunner {
  /**
   * Looks at a command: an outcome when it is known at once (refused, or nothing to be started), else what is to be
   * started when there is room for it. Must not throw, wait, or start anything.
   */
  prepare(params: ExecuteParams, place: OwnPlace | undefined): Outcome | StartCommand;
}

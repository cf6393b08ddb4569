// Builds what `--on-change HOOK` needs.

import type { ClientEvent } from "../../../client/session/mod.ts";
import { DENO_SIGNALS } from "../../../client/processes/mod.ts";
import { Hooks, RankChanges } from "../../../client/lead/mod.ts";
import { CLIENT_BOUNDS } from "../../../config/keys/mod.ts";
import type { ClientConfig } from "../../../config/mod.ts";
import { splitWords } from "../../../protocol/text/mod.ts";
import { CLIENT_EXIT } from "../../shared/mod.ts";
import { findProgram } from "./find_program.ts";
import { startDetached } from "./lead_system.ts";

export interface OpenHooks {
  /** Takes every event. */
  readonly observe: (event: ClientEvent) => void;
  readonly close: () => Promise<void>;
  readonly kill: () => void;
  /** The process of the hook that runs. */
  readonly pid: number | undefined;
}

export type HooksOpened =
  | { readonly ok: true; readonly hooks: OpenHooks }
  | { readonly ok: false; readonly code: number; readonly message: string };

const NO_HOOKS: OpenHooks = { observe() {}, close: () => Promise.resolve(), kill() {}, pid: undefined };

/**
 * @param hook as typed: a program and its arguments; `undefined`: there is none.
 * @param say takes a line for people. Must not throw or wait.
 */
export async function openHooks(
  hook: string | undefined,
  { lead, limits }: ClientConfig,
  say: (line: string) => void,
): Promise<HooksOpened> {
  if (hook === undefined) return { ok: true, hooks: NO_HOOKS };
  const words = splitWords(hook);
  const code = CLIENT_EXIT.usage;
  if (!words.ok) return { ok: false, code, message: `--on-change cannot be read: ${words.message}` };
  const [program] = words.words;
  if (program === undefined) return { ok: false, code, message: "--on-change names no program" };
  const found = await findProgram(program, Deno.env.get("PATH"));
  if (!found.ok) return { ...found, message: `--on-change: ${found.message}` };
  const hooks = new Hooks({
    argv: words.words,
    start: startDetached,
    timeoutMs: lead.hookTimeoutMs,
    maxWaiting: CLIENT_BOUNDS.hooksWaiting,
    stopTimes: { ...CLIENT_BOUNDS, killAfterMs: limits.killAfterMs },
    say,
    system: DENO_SIGNALS,
  });
  const changes = new RankChanges();
  const observe = (event: ClientEvent) => {
    const change = changes.note(event);
    if (change !== undefined) hooks.add(change);
  };
  return {
    ok: true,
    hooks: {
      observe,
      close: () => hooks.close(),
      kill: () => hooks.kill(),
      get pid() {
        return hooks.pid;
      },
    },
  };
}

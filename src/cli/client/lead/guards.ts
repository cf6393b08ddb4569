// What a client under --lead does about its guards: how it starts one, what it orders, and what it does when one is lost.

import type { GuardCommand, GuardProcess, GuardStart } from "../../../client/lead/guard/mod.ts";
import {
  type DeadProcesses,
  DENO_SIGNALS,
  GroupSignals,
  killLeftBehind,
  type LeftBehindParts,
  type SignalSystem,
} from "../../../client/processes/mod.ts";
import type { Claim } from "../../../client/lead/mod.ts";
import type { ServerAccess } from "../../../client/connection/mod.ts";
import { CLIENT_BOUNDS } from "../../../config/keys/mod.ts";
import { addressText, type ServerAddress } from "../../../words/mod.ts";
import type { ClientConfig } from "../../../config/mod.ts";
import { CLIENT_EXIT, GUARD_ARGUMENT } from "../../shared/mod.ts";

/** This program a second time: from source with the permissions that a guard needs. */
export function guardCommand(): GuardCommand {
  const program = Deno.execPath();
  // The variable names a descriptor that a guard does not inherit, and the runtime would not start.
  const { NODE_CHANNEL_FD: _, ...env } = Deno.env.toObject();
  if (Deno.build.standalone) return { program, args: [GUARD_ARGUMENT], env };
  const permissions = ["net", "run", "ffi"].map((name) => `--allow-${name}`);
  const args = ["run", "--quiet", "--no-prompt", ...permissions, Deno.mainModule, "client", GUARD_ARGUMENT];
  return { program, args, env };
}

export function guardOrder(
  config: ClientConfig,
  access: ServerAccess,
  argv: readonly string[],
  connectedTo: ServerAddress,
  { ticket, epoch, leaseMs, goneBy, leftMs }: Claim,
  token: string | undefined,
): Omit<GuardStart, "do" | "run"> {
  const { host, port, others, lead: { killAfterMs } } = config;
  const env = {
    RANK: "0",
    RANK_EPOCH: String(epoch),
    RANK_TICKET: String(ticket),
    RANKSERVER: addressText(connectedTo),
  };
  const server = { host, port, others, ...access };
  return { argv, env, goneBy, leftMs, leaseMs, killAfterMs, server, token };
}

/** Ends what has left the group, and waits until the group, which has got KILL, is gone. @returns what became of it */
export async function endLeftBehind(
  parts: LeftBehindParts,
  group: number | undefined,
  dead: DeadProcesses,
  system: SignalSystem = DENO_SIGNALS,
): Promise<string> {
  const members = group === undefined ? undefined : new GroupSignals(group, dead, system);
  const isKilled = await killLeftBehind(parts);
  const isGroupGone = await members?.isGoneWithin(CLIENT_BOUNDS.groupGoneMs, CLIENT_BOUNDS.groupPollMs);
  if (isGroupGone === false || isKilled === false) return "some processes may still be running";
  if (isKilled) return "remaining processes killed";
  return isGroupGone
    ? "process group killed; cannot search for processes that left it"
    : "cannot search for remaining processes";
}

/**
 * Kills the programs and ends this process on an error that nothing else has handled. The runtime makes one of a guard
 * that a real-time signal has ended: then the guard counts as lost, and this process goes on.
 */
export function onFaults(
  currentGuard: () => GuardProcess | undefined,
  kill: () => void,
): { release(): void } {
  let lost: GuardProcess | undefined;
  const onFault = (event: Event) => {
    event.preventDefault();
    const guard = currentGuard();
    if (guard?.isGone && guard !== lost) {
      // It has one such error.
      lost = guard;
      return;
    }
    kill();
    const fault: unknown = event instanceof ErrorEvent
      ? event.error
      : (event as PromiseRejectionEvent).reason;
    console.error("internal error, stopping the program:", fault);
    Deno.exit(CLIENT_EXIT.failed);
  };
  const kinds = ["error", "unhandledrejection"];
  for (const kind of kinds) globalThis.addEventListener(kind, onFault);
  return { release: () => kinds.forEach((kind) => globalThis.removeEventListener(kind, onFault)) };
}

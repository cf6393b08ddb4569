// What a client under --lead needs, on a simulated machine: its guards, signals and clocks.

import { wait } from "../../../src/time/wait.ts";
import type { Client } from "../../../src/client/mod.ts";
import { GuardProcess } from "../../../src/client/lead/guard/guard_process.ts";
import type { LeadParts } from "../../../src/client/lead/lead_parts.ts";
import { releaseSeat } from "../../../src/client/connection/release_seat.ts";
import { endLeftBehind, guardOrder } from "../../../src/cli/client/lead/guards.ts";
import { CLIENT_BOUNDS } from "../../../src/config/keys/client_bounds.ts";
import type { SimProcess } from "../world/process.ts";
import type { GuardSpawn } from "./guard.ts";
import type { OpenHooks } from "./hooks.ts";
import { connectionSystem, serversFor, signalSystem, type World } from "./world.ts";

export interface LeadActor {
  readonly session: () => Client;
  readonly hooks: OpenHooks | undefined;
  /** The guard that was started last. */
  readonly guard: () => GuardSpawn | undefined;
  readonly spawnGuard: () => GuardSpawn;
}

export function leadParts(
  world: World,
  process: SimProcess,
  { session, hooks, guard, spawnGuard }: LeadActor,
): LeadParts {
  const { clientConfig: config, trace, tokens } = world;
  const access = { accessToken: tokens?.of(process.name) };
  const servers = serversFor(world, process.name);
  const { machine } = process;
  const { now, after } = process.clock;
  const system = connectionSystem(world, process);
  const signals = signalSystem(process);
  const isGuard = (pid: number) => pid === guard()?.process.pid;
  const dead = {
    reapOrphans: () => machine.reap(process, isGuard),
    isRunning: (group: number) => machine.isGroupRunning(group),
  };
  const leftBehind = {
    adopted: () => machine.childrenOf(process).filter(({ pid }) => !isGuard(pid) && pid !== hooks?.pid),
    kill: (pid: number) => void machine.signal(pid, "SIGKILL"),
    ownGroup: process.group,
    delay: (ms: number) => wait(after, ms),
  };
  return {
    times: config.lead,
    session,
    spawnGuard: (listener) => new GuardProcess(spawnGuard().child, listener, after),
    orderFor: (claim, token) =>
      guardOrder({ ...config, ...servers }, access, ["program"], servers, claim, token),
    release: (token, ms) => releaseSeat({ ...servers, ...access }, token, ms, undefined, system),
    killGroup: (group) => void machine.signal(-group, "SIGKILL"),
    killLeftBehind: (group) => endLeftBehind(leftBehind, group, dead, signals),
    signalProgram: (pid, signal) => void machine.signal(pid, signal),
    now,
    after,
    say: (line) => trace.note(process.name, line),
    guardEndMs: CLIENT_BOUNDS.guardEndMs,
    leaveMs: CLIENT_BOUNDS.closeTimeoutMs,
  };
}

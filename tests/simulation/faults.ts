// What can go wrong, and what clients and the operator do meanwhile. A fault names a kind, a client and a duration; whether
// it can happen is decided when it is due: what docs/succession.md does not promise anything for is left out.

import { TIMEOUT_MS } from "./oracle/run_checks.ts";
import { LeadingSession } from "../../src/client/lead/leading_session.ts";
import { type ClientActor, isGuarded, isOfProgram } from "./actors/client.ts";
import type { ServerActor } from "./actors/server.ts";
import { SERVER_MACHINE, type World } from "./actors/world.ts";

export const FAULT_KINDS = [
  "partition",
  "block_to_server",
  "block_from_server",
  "reset",
  "forget_connections",
  "stop_client",
  "kill_client",
  "term_client",
  "term_client_twice",
  "stop_guard",
  "kill_guard",
  "term_guard",
  "term_guard_twice",
  "kill_guard_at_start",
  "kill_program",
  "stop_program",
  "stop_server",
  "kill_server",
  "term_server",
  "cut_client_power",
  "cut_server_power",
  "sleep",
  "client_clock_forward",
  "client_clock_back",
  "server_clock_forward",
  "server_clock_back",
  "restore_backup",
  "disk_full",
  "disk_read_only",
  "yield",
  "evict",
  "raise",
  "run",
  "cancel",
  "roster",
] as const;

export type FaultKind = typeof FAULT_KINDS[number];

export interface Fault {
  /** True time, in ms. */
  readonly at: number;
  readonly kind: FaultKind;
  /** The number of a client. */
  readonly target: number;
  /** How long it lasts, or how much. */
  readonly ms: number;
}

const CLOCK_JUMP = 10;
const RUN_COMMANDS = ["work", "work", "work", "show", "forbidden"];

export interface Cast {
  readonly world: World;
  readonly server: ServerActor;
  readonly clients: readonly ClientActor[];
  /** Runs something later, unless everything has been repaired by then. */
  readonly later: (ms: number, undo: () => void) => void;
}

/** Where a fault happens: at the server, or at a client. */
export function actorOf(kind: FaultKind, client: string): string {
  return /server|disk|backup/.test(kind) && !kind.startsWith("block") ? SERVER_MACHINE : client;
}

/** @returns whether anything happened */
export function inflict({ kind, target, ms }: Fault, cast: Cast): boolean {
  const {
    world: { network, disk, serverMachine, scheduler, scenario: { leaseMs } },
    server,
    clients,
    later,
  } = cast;
  const client = clients[target % clients.length]!;
  const { machine } = client;
  const block = (from: string, to: string) => {
    network.block(from, to);
    later(ms, () => network.unblock(from, to));
  };
  switch (kind) {
    case "partition":
      block(machine.name, SERVER_MACHINE);
      block(SERVER_MACHINE, machine.name);
      return true;
    case "block_to_server":
      block(machine.name, SERVER_MACHINE);
      return true;
    case "block_from_server":
      block(SERVER_MACHINE, machine.name);
      return true;
    case "reset": {
      const sockets = [...network.sockets].filter(({ process }) =>
        process.machine === machine && process.state !== "dead"
      );
      const socket = sockets[ms % Math.max(1, sockets.length)];
      socket?.reset();
      return socket !== undefined;
    }
    case "forget_connections":
      network.forget(machine);
      return true;
    case "stop_client":
      if (!isGuarded(client)) return false;
      return suspend(client.process!, ms, later);
    case "kill_client":
      if (!isGuarded(client)) return false;
      client.process!.signal("SIGKILL");
      return true;
    case "term_client":
    case "term_client_twice":
      if (client.process?.state !== "running") return false;
      client.process.signal("SIGTERM");
      if (kind === "term_client_twice") {
        const { process } = client;
        scheduler.after(ms / 10, () => isGuarded(client) && process.signal("SIGTERM"));
      }
      return true;
    case "stop_guard": {
      if (!isAttended(client) || machine.isAsleep) return false;
      return suspend(client.guard!.process, ms, later);
    }
    case "kill_guard":
      if (!isAttended(client)) return false;
      client.guard!.process.signal("SIGKILL");
      return true;
    case "kill_guard_at_start":
      client.killsGuardAtStart = true;
      later(ms * 10, () => client.killsGuardAtStart = false);
      return true;
    case "term_guard":
    case "term_guard_twice": {
      const guard = client.guard?.process;
      if (guard?.state !== "running") return false;
      guard.signal("SIGTERM");
      if (kind === "term_guard_twice") scheduler.after(ms / 10, () => guard.signal("SIGTERM"));
      return true;
    }
    case "kill_program":
    case "stop_program": {
      const program = machine.living.find(({ name }) => name === "program");
      if (program === undefined) return false;
      if (kind === "stop_program") return suspend(program, ms, later);
      program.signal("SIGKILL");
      return true;
    }
    case "stop_server":
      if (server.process?.state !== "running") return false;
      return suspend(server.process, ms, later);
    case "kill_server":
    case "term_server": {
      if (server.process === undefined || server.process.state === "dead") return false;
      server.process.signal(kind === "kill_server" ? "SIGKILL" : "SIGTERM");
      restartWhenDead(server, ms, later);
      return true;
    }
    case "cut_client_power":
      machine.cutPower();
      block(machine.name, SERVER_MACHINE);
      block(SERVER_MACHINE, machine.name);
      return true;
    case "cut_server_power":
      serverMachine.cutPower();
      disk.cutPower();
      later(ms, () => server.start());
      return true;
    case "restore_backup":
      server.process?.signal("SIGKILL");
      disk.restoreBackup();
      later(ms, () => server.start());
      return true;
    case "sleep":
      // Not promised for a leader: neither of its clocks would show the time that has passed.
      if (scheduler.now - machine.setBackAt < leaseMs * 2 && machine.living.some(isOfProgram)) return false;
      // Nor where the guard cannot look at them when the machine wakes up.
      if (client.guard?.process.state === "stopped" && machine.living.some(isOfProgram)) return false;
      machine.sleep();
      later(ms, () => machine.wake());
      return true;
    case "client_clock_forward":
      machine.shiftWall(ms * CLOCK_JUMP);
      return true;
    case "client_clock_back":
      if (
        (machine.isAsleep || scheduler.now - machine.wokeAt < leaseMs * 2) && machine.living.some(isOfProgram)
      ) {
        return false;
      }
      machine.shiftWall(-ms * CLOCK_JUMP);
      return true;
    case "server_clock_forward":
      serverMachine.shiftWall(ms * CLOCK_JUMP);
      return true;
    case "server_clock_back":
      serverMachine.shiftWall(-ms * CLOCK_JUMP);
      return true;
    case "disk_full":
      disk.isFull = true;
      later(ms, () => disk.isFull = false);
      return true;
    case "disk_read_only":
      disk.isReadOnly = true;
      later(ms, () => disk.isReadOnly = false);
      return true;
    default:
      return act(kind, client, cast, ms);
  }
}

/** What clients and the operator do. */
function act(
  kind: "yield" | "evict" | "raise" | "run" | "cancel" | "roster",
  actor: ClientActor,
  { world: { oracle, scheduler }, server }: Cast,
  ms: number,
): boolean {
  const { client, process } = actor;
  if (kind === "evict" || kind === "raise") {
    if (!server.isRunning) return false;
    const params = kind === "evict" ? { rank: ms % 3 } : { name: actor.name };
    server.process!.enter(() => void server.server![kind](params));
    return true;
  }
  if (client === undefined || process?.state !== "running" || client.place === undefined) return false;
  const { ticket } = client.place;
  switch (kind) {
    case "yield": {
      const session = actor.lead === undefined ? client : new LeadingSession(client, actor.lead);
      process.enter(() =>
        void (ms % 2 === 0 ? session.request("yield") : session.notify("yield")).catch(() => {/* Refused. */})
      );
      return true;
    }
    case "roster":
      process.enter(() =>
        void client.request("roster").then((roster) => oracle.seats.rosterSeen(actor.name, roster), () => {})
      );
      return true;
    case "run":
    case "cancel": {
      const name = oracle.runs.nextName();
      const command = RUN_COMMANDS[ms % RUN_COMMANDS.length]!;
      const leaving = new AbortController();
      process.enter(() => {
        oracle.runs.sent(name, actor.name, ticket);
        const run = client.run({ command, args: [name], timeout_ms: TIMEOUT_MS }, { signal: leaving.signal });
        run.done.then((summary) => oracle.runEnded(name, summary), () => {}).finally(() =>
          oracle.runs.settled(name)
        );
      });
      if (kind === "cancel") scheduler.after(ms / 4, () => process.enter(() => leaving.abort()));
      return true;
    }
  }
}

/** Whether the guard may fail: its client is there, and nothing of an earlier guard is left. */
function isAttended({ process, guard, machine }: ClientActor): boolean {
  return process?.state === "running" && guard?.process.state === "running" &&
    guard.process.parent === process &&
    !machine.living.some((other) => isGuardProcess(other.name) && other !== guard.process);
}

const isGuardProcess = (name: string) => name.startsWith("guard of");

function suspend(
  process: { signal(name: "SIGSTOP" | "SIGCONT"): void },
  ms: number,
  later: Cast["later"],
): true {
  process.signal("SIGSTOP");
  later(ms, () => process.signal("SIGCONT"));
  return true;
}

function restartWhenDead(server: ServerActor, ms: number, later: Cast["later"]): void {
  const { process } = server;
  if (process!.state === "dead") return later(ms, () => server.start());
  process!.whenDead.push(() => later(ms, () => server.start()));
}

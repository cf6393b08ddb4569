// Builds a client that runs a program while it has rank 0: `rankclient HOST --lead -- PROGRAM`.

import { delay } from "@std/async";
import { cappedBackOff, DENO_CLOCK, settlesWithin } from "../../../time/mod.ts";
import { ControlServer } from "../../../client/control/mod.ts";
import {
  eventJson,
  eventLines,
  jsonLine,
  LineOutput,
  missedLine,
  type Notice,
  noticeLine,
  OutageNotices,
} from "../../../client/output/mod.ts";
import { GuardProcess, spawnGuard } from "../../../client/lead/guard/mod.ts";
import { type DeadProcesses, GroupSignals, type LeftBehindParts } from "../../../client/processes/mod.ts";
import { Lead, type LeadEnd, LeadingSession } from "../../../client/lead/mod.ts";
import { releaseSeat, type ServerAccess } from "../../../client/connection/mod.ts";
import { openClient } from "../../../client/mod.ts";
import { ProgramRunner } from "../../../client/executor/mod.ts";
import type { ClientEvent, DroppableSession } from "../../../client/session/mod.ts";
import { CLIENT_BOUNDS, type ClientFlags } from "../../../config/keys/mod.ts";
import type { ServerAddress } from "../../../words/mod.ts";
import type { ClientConfig } from "../../../config/mod.ts";
import { type ControlSocket, openControlSocket } from "../../../control/mod.ts";
import { CLIENT_EXIT, dropClientRights, listenForLeave, type ProcessStart } from "../../shared/mod.ts";
import { reportSeat, type ServiceManager } from "../../systemd/mod.ts";
import { findProgram } from "./find_program.ts";
import { endLeftBehind, guardCommand, guardOrder, onFaults } from "./guards.ts";
import { killProcess, now, signalProcess } from "./lead_system.ts";
import { ProcessTable } from "./process_table.ts";
import { reapOrphans } from "./reap_orphans.ts";
import { openHooks } from "./start_hooks.ts";

/** The guard was killed: the code that a shell gives for a program that KILL ended. */
const GUARD_LOST_CODE = 137;

/** Passed on to the program. */
const PASSED_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows" ? [] : ["SIGUSR1", "SIGUSR2"];

export interface LeadJob {
  /** The program and its arguments. */
  readonly argv: readonly string[];
  /** This client ends if it does not lead within so many ms; absent: it waits. */
  readonly maxWaitMs?: number | undefined;
  readonly start: ProcessStart;
  readonly manager: ServiceManager;
}

/** Runs until the program ends by itself, or a signal comes. @returns the exit code. */
export async function startLead(
  config: ClientConfig,
  flags: ClientFlags,
  { argv, maxWaitMs, start: { libc, ignored }, manager }: LeadJob,
  access: ServerAccess,
): Promise<number> {
  const toLeftOut = flags.json ? missedLine : undefined;
  const stderr = new LineOutput(Deno.stderr, CLIENT_BOUNDS.printedLength, toLeftOut);
  // Standard output belongs to the program.
  const note = (event: Notice, message: string) => stderr.note(noticeLine(event, message, flags.json));
  const say = (message: string) => note("lead", message);
  const refuse = async (message: string, code = CLIENT_EXIT.usage) => {
    note("error", message);
    await stderr.flushedWithin(CLIENT_BOUNDS.closeTimeoutMs);
    return code;
  };
  const found = await findProgram(argv[0]!, Deno.env.get("PATH"));
  if (!found.ok) return await refuse(found.message, found.code);
  const opened = await openHooks(flags["on-change"], config, (line) => note("hook", line));
  if (!opened.ok) return await refuse(opened.message, opened.code);
  const { hooks } = opened;
  let control: ControlSocket | undefined;
  if (flags.control !== undefined) {
    const socket = await openControlSocket(flags.control);
    if (!socket.ok) return await refuse(socket.reason);
    control = socket.socket;
  }
  const servers = { host: config.host, port: config.port, others: config.others };
  let connectedTo: ServerAddress = servers;
  const command = guardCommand();
  let guard: GuardProcess | undefined;
  // What a killed guard leaves behind is adopted by this process.
  const table = libc?.adoptOrphans() ? new ProcessTable(libc, Deno.pid) : undefined;
  const dead: DeadProcesses = {
    reapOrphans: reapOrphans(libc, true),
    isRunning: (group) => table?.isGroupRunning(group) ?? true,
  };
  const leftBehind: LeftBehindParts = {
    // A program of the executor that is killed with them ends with this client in any case.
    adopted: () => table?.children()?.filter(({ pid }) => pid !== guard?.pid && pid !== hooks.pid),
    kill: killProcess,
    ownGroup: libc?.groupOf(Deno.pid),
    delay,
  };
  dropClientRights({ startsPrograms: true, hasControl: control !== undefined, readsEnvironment: true });
  const runner = new ProgramRunner(config.run, { ...CLIENT_BOUNDS, ...config.limits }, flags["dry-run"]);
  const kill = () => {
    runner.killAll();
    hooks.kill();
    // A second signal does not wait, and the guard may be stopped.
    lead.killProgram();
  };
  globalThis.addEventListener("unload", kill);
  const faults = onFaults(() => guard, kill);
  const signals = listenForLeave(ignored);
  const lead = new Lead({
    times: config.lead,
    session: (): DroppableSession => session,
    spawnGuard: (listener) => guard = new GuardProcess(spawnGuard(command), listener),
    orderFor: (claim, token) => guardOrder(config, access, argv, connectedTo, claim, token),
    release: (token, ms) => releaseSeat({ ...servers, ...access }, token, ms),
    killGroup: (group) => new GroupSignals(group).kill(),
    killLeftBehind: (group) => endLeftBehind(leftBehind, group, dead),
    signalProgram: signalProcess,
    now,
    after: DENO_CLOCK.after,
    say,
    guardEndMs: CLIENT_BOUNDS.guardEndMs,
    leaveMs: CLIENT_BOUNDS.closeTimeoutMs,
    maxWaitMs,
  });
  const outage = new OutageNotices();
  const passed = passSignals(lead.signalProgram);
  const session = openClient({
    ...servers,
    ...access,
    name: config.name,
    reconnect: cappedBackOff(
      { minMs: config.limits.reconnectMinMs, maxMs: config.limits.reconnectMaxMs },
      CLIENT_BOUNDS.leadReconnectMs,
    ),
    leaseMs: config.lead.leaseMs,
    // Its own pings prove rank 0 as well.
    sendsHeartbeat: false,
    onToken: lead.keepToken,
    observe: (event) => {
      if (event.kind === "connected") connectedTo = event;
      // First: what the lead says of an event comes after it.
      showEvent(event, { stderr, outage, isJson: flags.json });
      lead.observe(event);
      reportSeat(manager, event);
      hooks.observe(event);
    },
    runner,
    limits: config.limits,
  });
  const serving = control &&
    new ControlServer(new LeadingSession(session, lead), CLIENT_BOUNDS).serve(control.listener);
  const showing = drain(session.events);

  signals.signal.addEventListener("abort", () => manager.stopping("Stopping the program"), { once: true });
  const end = await lead.run(signals.signal);
  control?.close();
  // Some processes may still run: without a leave, the seat is kept until the lease expires.
  if (end.kind !== "unsure") {
    await session.close();
    await serving;
  }
  await hooks.close();
  if ("why" in end) say(end.why);
  // A reader of the output that has stopped must not keep this process.
  await settlesWithin(showing.then(() => stderr.flushed()), CLIENT_BOUNDS.closeTimeoutMs);
  passed.release();
  signals.release();
  manager.close();
  faults.release();
  globalThis.removeEventListener("unload", kill);
  return signals.exitCode ?? exitCode(end);
}

function exitCode(end: LeadEnd): number {
  switch (end.kind) {
    case "ended":
      return end.code;
    case "asked":
      return CLIENT_EXIT.ok;
    case "unfit":
      return CLIENT_EXIT.usage;
    case "waited":
      return CLIENT_EXIT.waited;
    case "disconnected":
    case "unreached":
      return CLIENT_EXIT.lost;
    case "unauthenticated":
      return CLIENT_EXIT.unauthenticated;
    case "unsure":
      return GUARD_LOST_CODE;
  }
}

/** These end a process by default, and users of a wrapper expect its program to get them. */
function passSignals(pass: (signal: Deno.Signal) => void): { release(): void } {
  const listeners = PASSED_SIGNALS.map((signal) => {
    const listener = () => pass(signal);
    Deno.addSignalListener(signal, listener);
    return () => Deno.removeSignalListener(signal, listener);
  });
  return { release: () => listeners.forEach((remove) => remove()) };
}

interface EventOutput {
  readonly stderr: LineOutput;
  readonly outage: OutageNotices;
  readonly isJson: boolean;
}

function showEvent(event: ClientEvent, { stderr, outage, isJson }: EventOutput): void {
  if (isJson) stderr.note(jsonLine(eventJson(event)));
  else if (event.kind !== "result" && event.kind !== "execute" && outage.shows(event)) {
    for (const line of eventLines(event)) stderr.note(line);
  }
}

/** Resolves at the end of the events, which have been shown as they came. */
async function drain(events: AsyncIterable<ClientEvent>): Promise<void> {
  for await (const _event of events);
}

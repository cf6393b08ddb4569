// Builds the parts of the server and connects them. How they work together over the life of a server is in rank_server.ts.

import { SERVER_BOUNDS } from "../config/keys/mod.ts";
import type { ServerConfig } from "../config/mod.ts";
import { ThrottledReports } from "../log/mod.ts";
import { visible } from "../words/mod.ts";
import { PlainRunReader } from "../protocol/fast/mod.ts";
import { Admission, LoginGate } from "./login/mod.ts";
import { AllowList, CommandAudit, CommandChecker, CommandLog, Commands, FanOut, Runs } from "./runs/mod.ts";
import { Deadlines, type YieldToIo } from "../time/mod.ts";
import { FastLane, JsonHandler, LineHandler, TextHandler } from "./requests/mod.ts";
import {
  CANNOT_SAVE,
  Heartbeats,
  type RemoteMembersHost,
  Seating,
  type SeatingOptions,
} from "./seats/mod.ts";
import { RemoteRuns } from "./cluster/mod.ts";
import { Connections } from "./connections.ts";
import { Operator } from "./operator/mod.ts";
import { pageHint } from "./page_hint.ts";
import { RateLimit } from "./limits/mod.ts";
import { type Callbacks, guardCallbacks, type ServerSystem } from "./system.ts";
import {
  NO_RIGHTS,
  type Rights,
  RIGHTS_WITHOUT_TOKEN,
  type Session,
  WriteScheduler,
} from "./connection/mod.ts";

/** How often saving is tried again while the journal cannot be written, in ms. */
const COMMIT_RETRY_MS = 1_000;
/** Between two log lines about commands that could not be passed on, in ms. */
const DROPPED_LOG_MS = 1_000;

/** What all other parts are built from. */
interface Base {
  readonly config: ServerConfig;
  readonly system: ServerSystem;
  readonly callbacks: Callbacks;
  readonly allowed: AllowList;
  /** Starts writing what has been queued. */
  readonly flush: () => void;
}

export type ServerParts = ReturnType<typeof assemble>;

export function assemble(config: ServerConfig, system: ServerSystem) {
  const { limits, session } = config;
  const { report, journal, wallClock, yieldToIo } = system;
  const callbacks = guardCallbacks(system);
  const { clock } = callbacks;
  const sessions = new Set<Session>();
  const allowed = new AllowList(config.commands);
  let stopRetrying: (() => void) | undefined;
  const commit = (): boolean => {
    const isSaved = journal.isShared || journal.commit();
    const concerned = seating.takeTold();
    if (isSaved) return true;
    breakOff(concerned, limits.retryAfterMs);
    stopRetrying ??= clock.after(COMMIT_RETRY_MS, () => {
      stopRetrying = undefined;
      commit();
    });
    return false;
  };
  const writes: WriteScheduler = new WriteScheduler(callbacks.afterIo, callbacks.microtask, commit);
  const flush = () => writes.flush();
  const base: Base = { config, system, callbacks, allowed, flush };
  const lingering = new Deadlines<Session>(clock, (session) => session.destroy());
  const heartbeats = new Heartbeats(clock, { ...session, ...limits }, sessions, flush);
  const seating: Seating = buildSeating(base, heartbeats, {
    onMoved: (session) => runs.memberLeft(session),
    notify: (seat, note) => others?.notify(seat, note),
    seatLost: (seat) => runs.seatLost(seat),
    seatClaimed: (seat, before) => others?.seatClaimed(seat, before),
  });
  const admission = buildAdmission(base, seating);
  const rateLimit = new RateLimit({
    perSecond: limits.commandsPerSecond ?? limits.remoteCommandsPerSecond,
    burst: limits.commandsBurst,
    exemptsLoopback: limits.commandsPerSecond === undefined,
  }, report);
  const gate: LoginGate = new LoginGate({
    authenticator: system.authenticator,
    limits,
    auth: config.auth,
    page: pageHint(config),
    clock,
    report,
    admit: (session, resume) => connections.admit(session, resume),
    logMs: SERVER_BOUNDS.loginLogMs,
    flush,
  });
  const audit = system.audit && new CommandAudit(system.audit, allowed);
  const commandLog = new CommandLog(report, config.log.arguments, allowed, audit);
  const dropped = new ThrottledReports<"commands_dropped">(report, clock, DROPPED_LOG_MS);
  const others: RemoteRuns | undefined = buildRemoteRuns(base, seating, () => runs, dropped);
  const fanOut = new FanOut(seating, commandLog, others);
  const runs: Runs = new Runs(limits, fanOut, report, clock, flush, audit, others);
  const commands = new Commands(seating, new CommandChecker(allowed, limits), fanOut, runs, commandLog);
  const plainRuns = new PlainRunReader(allowed.names, limits);
  const operator = new Operator({
    seating,
    runs,
    report,
    flush,
    save: commit,
    connections: sessions,
    clusterName: journal.isShared ? config.cluster.name : undefined,
  });
  const parts = { seating, commands, fanOut, runs, rateLimit, gate, yieldToIo, admission, operator };
  const lines = buildLines(base, { ...parts, turns: writes, plainRuns });
  // A roster may list every member, and may follow as many notifications: that much does not mean a slow reader.
  const outboxBytes = limits.outboxBytes + config.maxClients * limits.outboxMemberBytes;
  const connections = new Connections({
    ...parts,
    sessions,
    wallClock,
    flush,
    retryAfterMs: limits.retryAfterMs,
  }, {
    writes,
    yieldToIo,
    lingering,
    lineBytes: limits.lineBytes,
    outboxBytes,
    lingerMs: limits.lingerMs,
    lingeringRefusals: limits.lingeringRefusals,
    now: () => clock.now(),
    onLines: (session, received) => lines.handle(session, received),
    onFault: (error) => report({ event: "fault", where: "a session", message: visible(String(error)) }),
  });
  return {
    clock,
    sessions,
    lingering,
    outboxBytes,
    allowed,
    plainRuns,
    writes,
    heartbeats,
    seating,
    runs,
    commands,
    operator,
    others,
    dropped,
    gate,
    connections,
    stopRetrying: () => stopRetrying?.(),
  };
}

/** Closes clients whose queued messages depend on unsaved records, and drops these messages. */
function breakOff(sessions: readonly Session[], retryAfterMs: number): void {
  for (const session of sessions) session.breakOff("unavailable", CANNOT_SAVE, retryAfterMs);
}

function buildSeating(
  { config, system, callbacks, allowed, flush }: Base,
  heartbeats: Heartbeats,
  { onMoved, ...onRemote }: RosterCallbacks,
): Seating {
  const { limits, session } = config;
  const { journal, tokens, report } = system;
  const { clock, afterIo } = callbacks;
  return new Seating({
    capacity: config.maxClients,
    // Getters, because the list can be replaced.
    get commands() {
      return allowed.names;
    },
    get limits() {
      const { lineBytes, outputBytes } = limits;
      return { line_bytes: lineBytes, output_bytes: outputBytes, timeout_ms: allowed.maxTimeoutMs };
    },
    retryAfterMs: limits.retryAfterMs,
    remotes: !journal.isShared ? undefined : {
      isLive: (node) => journal.isLive(node),
      rightsOf: (identity) => rightsOf(system, identity),
      ...onRemote,
    },
    waitingCapacity: session.overflow === "wait" ? session.waitingClients : 0,
    times: {
      heartbeat_ms: session.heartbeatMs,
      silence_ms: session.silenceMs,
      resume_grace_ms: session.resumeGraceMs,
    },
    maxLeaseMs: session.leaseMaxMs,
    logPromotions: limits.logPromotions,
    confirmMs: session.presentMs,
    journal,
    tokens,
    clock,
    report,
    afterIo,
    flush,
    onLease: (session) => heartbeats.watchLease(session),
    onMoved,
  });
}

type RosterCallbacks =
  & Pick<SeatingOptions, "onMoved">
  & Pick<RemoteMembersHost, "notify" | "seatLost" | "seatClaimed">;

/** @param runs is not there yet */
function buildRemoteRuns(
  { config: { limits, maxClients }, system, callbacks, flush }: Base,
  seating: Seating,
  runs: () => Runs,
  dropped: ThrottledReports<"commands_dropped">,
): RemoteRuns | undefined {
  const { journal, nodes, report } = system;
  if (!journal.isShared || nodes === undefined) return undefined;
  return new RemoteRuns({
    ...callbacks,
    journal,
    seating,
    runs: {
      settle: (...args) => runs().settle(...args),
      isTimely: (...args) => runs().isTimely(...args),
      takeNumber: () => runs().takeNumber(),
    },
    link: nodes,
    flush,
    limits: { outputBytes: limits.outputBytes, foreignRuns: limits.runsTotal + maxClients },
    onDropped: (node, why) => dropped.note({ event: "commands_dropped", node: visible(node), why }),
    onFault: (error) => report({ event: "fault", where: "another server", message: visible(String(error)) }),
  });
}

/** A token that this server does not know allows nothing. */
function rightsOf({ authenticator }: ServerSystem, identity: string | undefined): Rights {
  if (authenticator === undefined || identity === undefined) return RIGHTS_WITHOUT_TOKEN;
  return authenticator.rightsOf(identity) ?? NO_RIGHTS;
}

function buildAdmission(
  { config: { limits, session }, system: { report }, callbacks: { clock }, flush }: Base,
  seating: Seating,
): Admission {
  return new Admission({
    seating,
    report,
    clock,
    presentMs: session.presentMs,
    lingeringRefusals: limits.lingeringRefusals,
    retryAfterMs: limits.retryAfterMs,
    flush,
  });
}

interface LineParts {
  readonly seating: Seating;
  readonly commands: Commands;
  readonly fanOut: FanOut;
  readonly runs: Runs;
  readonly rateLimit: RateLimit;
  readonly gate: LoginGate;
  readonly turns: WriteScheduler;
  readonly yieldToIo: YieldToIo;
  readonly admission: Admission;
  readonly operator: Operator;
  readonly plainRuns: PlainRunReader;
}

function buildLines(
  { config, system, callbacks: { clock }, allowed }: Base,
  { plainRuns, admission, operator, gate, turns, yieldToIo, ...forCommands }: LineParts,
): LineHandler {
  const { limits } = config;
  const { seating, fanOut, rateLimit } = forCommands;
  return new LineHandler({
    seating,
    fanOut,
    rateLimit,
    gate,
    turns,
    yieldToIo,
    fastLane: new FastLane({ ...forCommands, reader: plainRuns }),
    json: new JsonHandler({
      ...forCommands,
      allowed,
      report: system.report,
      logsArguments: config.log.arguments,
      operator,
      // Half of the send queue, which leaves room for the results that arrive one by one.
      limits: { ...limits, batchAnswerLength: limits.outboxBytes / 2 },
      whenNotSeated: (session) => admission.answerSeatless(session),
    }),
    text: new TextHandler({ ...forCommands, allowed, limits, wallClock: system.wallClock }),
    lineBytes: limits.lineBytes,
    now: () => clock.now(),
  });
}

// Builds the parts of the server and gives them to each other. What the parts do stands in their own files; what is done
// with them as a whole, in rank_server.ts.

import { SERVER_BOUNDS } from "../config/keys/mod.ts";
import type { ServerConfig } from "../config/mod.ts";
import { visible } from "../log/mod.ts";
import { PlainRunReader } from "../protocol/fast/mod.ts";
import { Admission, LoginGate } from "./login/mod.ts";
import { AllowList, CommandChecker, Commands, FanOut, Runs } from "./runs/mod.ts";
import { Deadlines, YieldToIo } from "../time/mod.ts";
import { FastLane, JsonHandler, LineHandler, TextHandler } from "./requests/mod.ts";
import { Heartbeats, Seating } from "./seats/mod.ts";
import { Connections } from "./connections.ts";
import { Operator } from "./operator/mod.ts";
import { RateLimit } from "./limits/mod.ts";
import { type Callbacks, guardCallbacks, type ServerSystem } from "./server_system.ts";
import { type Session, WriteTurns } from "./connection/mod.ts";

/** What everything else is built on. */
interface Ground {
  readonly config: ServerConfig;
  readonly system: ServerSystem;
  readonly callbacks: Callbacks;
  readonly allowed: AllowList;
  /** Starts the writes of what was queued. */
  readonly flush: () => void;
}

export type ServerParts = ReturnType<typeof buildParts>;

export function buildParts(config: ServerConfig, system: ServerSystem) {
  const { limits, session } = config;
  const { report, store, wallClock } = system;
  const callbacks = guardCallbacks(system);
  const { clock } = callbacks;
  const sessions = new Set<Session>();
  const allowed = new AllowList(config.commands);
  const turns: WriteTurns = new WriteTurns(callbacks.nextTurn, callbacks.soon, () => {
    store.noteEpoch(seating.epoch);
    if (!store.commit()) breakOffLeases(sessions, limits.retryAfterMs);
  });
  const flush = () => turns.flush();
  const ground: Ground = { config, system, callbacks, allowed, flush };
  const lingering = new Deadlines<Session>(clock, (session) => session.destroy());
  const heartbeats = new Heartbeats(clock, { ...session, ...limits }, sessions, flush);
  const seating: Seating = buildSeating(ground, heartbeats);
  const admission = buildAdmission(ground, seating, lingering);
  const rateLimit = new RateLimit(
    { perSecond: limits.commandsPerSecond, burst: limits.commandsBurst },
    report,
  );
  const gate: LoginGate = new LoginGate({
    authenticator: system.authenticator,
    limits,
    auth: config.auth,
    clock,
    report,
    lingering,
    admit: (session, resume) => connections.admit(session, resume),
    logMs: SERVER_BOUNDS.doorLogMs,
    flush,
  });
  const fanOut = new FanOut(seating, report);
  const runs = new Runs(limits, fanOut, report, clock, flush);
  const commands = new Commands(seating, new CommandChecker(allowed, limits), fanOut, runs, report);
  const plainRuns = new PlainRunReader(allowed.names, limits);
  const operator = new Operator({ seating, runs, report, flush, connections: sessions });
  const yieldToIo = new YieldToIo(clock);
  const parts = { seating, commands, fanOut, runs, rateLimit, gate, turns, yieldToIo, admission, operator };
  const lines = buildLines(ground, { ...parts, plainRuns });
  const connections = new Connections({ ...parts, sessions, wallClock, flush }, {
    turns,
    yieldToIo,
    lingering,
    lineBytes: limits.lineBytes,
    // An answer may name every member, and the notes that lead to it do so before: that much is no sign of slowness.
    outboxBytes: limits.outboxBytes + config.maxClients * limits.outboxMemberBytes,
    lingerMs: limits.lingerMs,
    now: () => clock.now(),
    onLines: (session, received) => lines.handle(session, received),
    onFault: (error) => report({ event: "fault", where: "a session", message: visible(String(error)) }),
  });
  return {
    clock,
    sessions,
    allowed,
    plainRuns,
    turns,
    heartbeats,
    seating,
    runs,
    commands,
    operator,
    gate,
    connections,
  };
}

/** Who has a lease is sent nothing that a restart would not know: without proof of its rank, no client leads. */
function breakOffLeases(sessions: Iterable<Session>, retryAfterMs: number): void {
  for (const session of sessions) {
    if (session.leaseMs === 0) continue;
    const why = "the server cannot save what a lease relies on; its log says why";
    session.breakOff("unavailable", why, retryAfterMs);
  }
}

function buildSeating(
  { config, system, callbacks, allowed, flush }: Ground,
  heartbeats: Heartbeats,
): Seating {
  const { limits, session } = config;
  const { store, tokens, report } = system;
  const { clock, nextTurn } = callbacks;
  return new Seating({
    capacity: config.maxClients,
    // Asked for each time, because the list may be another one by then.
    get commands() {
      return allowed.names;
    },
    waitingCapacity: session.overflow === "wait" ? session.waitingClients : 0,
    times: {
      heartbeat_ms: session.heartbeatMs,
      silence_ms: session.silenceMs,
      resume_grace_ms: session.resumeGraceMs,
    },
    maxLeaseMs: session.leaseMaxMs,
    logPromotions: limits.logPromotions,
    answerMs: session.presentMs,
    store,
    tokens,
    clock,
    report,
    nextTurn,
    flush,
    onLease: (session) => heartbeats.watchLease(session),
  });
}

function buildAdmission(
  { config: { limits, session }, system: { report }, callbacks: { clock }, flush }: Ground,
  seating: Seating,
  lingering: Deadlines<Session>,
): Admission {
  return new Admission({
    seating,
    report,
    clock,
    presentMs: session.presentMs,
    lingering,
    maxLingering: limits.lingeringRefusals,
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
  readonly turns: WriteTurns;
  readonly yieldToIo: YieldToIo;
  readonly admission: Admission;
  readonly operator: Operator;
  readonly plainRuns: PlainRunReader;
}

function buildLines(
  { config, system, callbacks: { clock }, allowed }: Ground,
  parts: LineParts,
): LineHandler {
  const { limits } = config;
  const { seating, commands, fanOut, runs, rateLimit, admission, operator, plainRuns } = parts;
  const forCommands = { seating, commands, fanOut, runs, rateLimit };
  return new LineHandler({
    ...{ seating, fanOut, rateLimit, gate: parts.gate, turns: parts.turns, yieldToIo: parts.yieldToIo },
    fastLane: new FastLane({ ...forCommands, reader: plainRuns }),
    json: new JsonHandler({
      ...forCommands,
      report: system.report,
      operator,
      // Half of what may wait, so that the results that come one by one have room beside it.
      limits: { ...limits, batchAnswerLength: limits.outboxBytes / 2 },
      whenNotSeated: (session) => admission.answerSeatless(session),
    }),
    text: new TextHandler({
      ...forCommands,
      get allowed() {
        return allowed.rules;
      },
    }),
    lineBytes: limits.lineBytes,
    now: () => clock.now(),
  });
}

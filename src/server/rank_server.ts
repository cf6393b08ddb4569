// The server, put together: this file builds the parts and gives them to each other, takes connections in, and ends in
// good order. What the parts do stands in their own files.

import { SERVER_BOUNDS } from "../config/server_bounds.ts";
import type { ServerConfig } from "../config/server_config.ts";
import type { Refusal } from "../protocol/errors.ts";
import type { CloseReason } from "../protocol/methods.ts";
import type { Evicted, EvictParams, ServerStatus } from "../protocol/operator_methods.ts";
import { PlainRunReader } from "../protocol/plain_runs.ts";
import type { Report } from "../log/server_event.ts";
import { visible } from "../log/visible_text.ts";
import { Admission } from "./admission.ts";
import { AllowList } from "./allow_list.ts";
import { Breaths } from "./breaths.ts";
import { CommandChecker } from "./check_command.ts";
import { Commands } from "./commands.ts";
import { applyTokens } from "./apply_tokens.ts";
import type { Authenticator, TokenDescription } from "./authenticator.ts";
import { type Clock, Deadlines } from "./deadlines.ts";
import { Door } from "./door.ts";
import { FastLane } from "./fast_lane.ts";
import { FanOut } from "./fan_out.ts";
import { HandshakeFailures } from "./handshake_failures.ts";
import { Heartbeats } from "./heartbeats.ts";
import { JsonHandler } from "./json_handler.ts";
import type { TokenSource } from "./kept_seats.ts";
import { LineHandler } from "./line_handler.ts";
import { Listening, type Source } from "./listening.ts";
import { Operator } from "./operator.ts";
import { RateLimit } from "./rate_limit.ts";
import { mayIssue } from "./rights.ts";
import { Runs } from "./runs.ts";
import type { SeatStore } from "./seat_store.ts";
import { Seating } from "./seating.ts";
import { formatAddress } from "./member.ts";
import { type Connection, Session, type SessionHost } from "./session.ts";
import { TextHandler } from "./text_handler.ts";
import { WriteTurns } from "./write_turns.ts";

/** What the server takes from the system around it. */
export interface ServerSystem {
  readonly clock: Clock;
  /** Milliseconds since 1970, for what people read. */
  readonly wallClock: () => number;
  /** Calls back after pending I/O was looked at. */
  readonly nextTurn: (callback: () => void) => void;
  readonly report: Report;
  readonly tokens: TokenSource;
  /** Belongs to the server from now on. */
  readonly store: SeatStore;
  /** Knows who is to be let in; absent: everybody is. */
  readonly authenticator?: Authenticator | undefined;
}

export type Incoming = Connection & {
  readonly remoteAddr: Deno.Addr;
  /** TCP's own; other transports have none. */
  setNoDelay?(isOn: boolean): void;
  /** Whether the system is to look whether the other end is still there (TCP keep-alive, at its own pace). */
  setKeepAlive?(isOn: boolean): void;
  /** TLS: resolves when the connection can be used, rejects when it never will; nobody is seated before. */
  handshake?(): Promise<unknown>;
};

export type Listener = Source<Incoming>;

export class RankServer {
  readonly #config: ServerConfig;
  readonly #system: ServerSystem;
  readonly #allowed: AllowList;
  readonly #plainRuns: PlainRunReader;
  readonly #stopping = new AbortController();
  readonly #sessions = new Set<Session>();
  readonly #lingering: Deadlines<Session>;
  readonly #turns: WriteTurns;
  readonly #seating: Seating;
  readonly #fanOut: FanOut;
  readonly #admission: Admission;
  readonly #rateLimit: RateLimit;
  readonly #door: Door;
  readonly #heartbeats: Heartbeats;
  readonly #runs: Runs;
  readonly #commands: Commands;
  readonly #operator: Operator;
  readonly #startedAt: number;
  readonly #stopPastTimer: () => void;
  readonly #host: SessionHost;
  readonly #handshakeFailures: HandshakeFailures;
  readonly #listening: Listening<Incoming>;
  #empty: (() => void)[] = [];

  /** Begins to serve the connections of `listener`, which belongs to the server from now on. */
  constructor(config: ServerConfig, listener: Listener, system: ServerSystem) {
    const { limits, session } = config;
    const { report, tokens, store } = system;
    const { clock, nextTurn, soon } = guarded(system);
    this.#config = config;
    this.#system = system;
    const allowed = new AllowList(config.commands);
    this.#allowed = allowed;
    this.#turns = new WriteTurns(nextTurn, soon, () => {
      store.noteEpoch(this.#seating.epoch);
      store.commit();
    });
    const flush = () => this.#turns.flush();
    this.#lingering = new Deadlines(clock, (session) => session.destroy());
    this.#heartbeats = new Heartbeats(clock, { ...session, ...limits }, this.#sessions, flush);
    this.#seating = new Seating({
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
      onLease: (session) => this.#heartbeats.watchLease(session),
    });
    this.#admission = new Admission({
      seating: this.#seating,
      report,
      clock,
      presentMs: session.presentMs,
      lingering: this.#lingering,
      maxLingering: limits.lingeringRefusals,
      retryAfterMs: limits.retryAfterMs,
      flush,
    });
    this.#rateLimit = new RateLimit(
      { perSecond: limits.commandsPerSecond, burst: limits.commandsBurst },
      report,
    );
    this.#door = new Door({
      authenticator: system.authenticator,
      limits,
      auth: config.auth,
      clock,
      report,
      lingering: this.#lingering,
      letIn: (session, resume) => this.#letIn(session, resume),
      onHandshakeFailed: (session, error) => this.#handshakeFailures.note(session, error),
      flush,
    });
    const fanOut = new FanOut(this.#seating, report);
    this.#fanOut = fanOut;
    this.#runs = new Runs(limits, fanOut, report, clock, flush);
    const checker = new CommandChecker(allowed, limits);
    this.#commands = new Commands(this.#seating, checker, fanOut, this.#runs, report);
    const parts = {
      ...{ seating: this.#seating, commands: this.#commands, fanOut, runs: this.#runs },
      rateLimit: this.#rateLimit,
    };
    this.#plainRuns = new PlainRunReader(allowed.names, limits);
    this.#operator = new Operator({
      ...{ seating: this.#seating, runs: this.#runs, report, flush },
      connections: this.#sessions,
    });
    this.#startedAt = clock.now();
    // Whoever led in an earlier life that the store does not know of has stopped by then.
    this.#stopPastTimer = store.knowsItsPast ? () => {} : clock.after(session.leaseMaxMs, () => {
      store.notePastOver();
      store.commit();
    });
    const breaths = new Breaths(clock);
    const lines = new LineHandler({
      door: this.#door,
      seating: this.#seating,
      rateLimit: this.#rateLimit,
      fanOut,
      turns: this.#turns,
      fastLane: new FastLane({ ...parts, reader: this.#plainRuns }),
      json: new JsonHandler({
        ...parts,
        report,
        operator: this.#operator,
        // Half of what may wait, so that the results that come one by one have room beside it.
        limits: { ...limits, batchAnswerLength: limits.outboxBytes / 2 },
        whenNotSeated: (session) => this.#admission.answerSeatless(session),
      }),
      text: new TextHandler({
        ...parts,
        get allowed() {
          return allowed.rules;
        },
      }),
      lineBytes: limits.lineBytes,
      now: () => clock.now(),
      breaths,
    });
    this.#host = {
      turns: this.#turns,
      breaths,
      lingering: this.#lingering,
      lineBytes: limits.lineBytes,
      // An answer may name every member, and the notes that lead to it do so before: that much is no sign of slowness.
      outboxBytes: limits.outboxBytes + config.maxClients * limits.outboxMemberBytes,
      lingerMs: limits.lingerMs,
      now: () => clock.now(),
      onLines: (session, received) => lines.handle(session, received),
      onFault: (error) => report({ event: "fault", where: "a session", message: visible(String(error)) }),
      onClosed: (session, reason) => this.#closed(session, reason),
      onGone: (session) => this.#gone(session),
    };
    this.#handshakeFailures = new HandshakeFailures(report, clock, SERVER_BOUNDS.handshakeLogMs);
    const { hostname, port } = listener.addr as Deno.NetAddr;
    report({ event: "listening", host: hostname, port });
    const onConnection = (connection: Incoming) => this.#admit(connection);
    this.#listening = new Listening(listener, { onConnection, report, clock, bounds: SERVER_BOUNDS });
  }

  /** Where it listens: the port is the real one. */
  get address(): Deno.NetAddr {
    return this.#listening.address;
  }

  /** How the server is, for its operator. */
  status(): Omit<ServerStatus, "version"> {
    const { hostname, port } = this.address;
    return {
      address: formatAddress(hostname, port),
      uptime_ms: Math.round(this.#system.clock.now() - this.#startedAt),
      ...this.#operator.status(),
      is_draining: this.#stopping.signal.aborted,
    };
  }

  /** Takes a member's seat away, for the operator. */
  evict(params: EvictParams): Evicted | Refusal {
    return this.#operator.evict(params);
  }

  /** Takes over what of a configuration can change while the server runs; for the rest it needs a restart. */
  reconfigure({ commands }: ServerConfig): void {
    if (!this.#allowed.replace(commands)) return;
    this.#plainRuns.replaceCommands(this.#allowed.names);
    for (const { member } of this.#seating.roster) {
      const commands = mayIssue(member.rights, this.#allowed.names);
      member.notify({ method: "commands_changed", params: { commands } });
    }
    this.#turns.flush();
  }

  /** From now on connections come from `listener`, on the same port; those that are there stay. */
  replaceListener(listener: Listener): void {
    this.#listening.replace(listener);
  }

  /**
   * From now on these tokens let in, and no others. Whose token is gone, or another one by now, is closed at once; the
   * rights of the others are as their tokens say now. Throws on a server that was started without tokens.
   *
   * @returns how many connections were closed
   */
  replaceTokens(tokens: readonly TokenDescription[]): number {
    const { authenticator, report } = this.#system;
    if (authenticator === undefined) throw new Error("Cannot ask for tokens: the server was started without");
    const revoked = applyTokens(authenticator.replace(tokens), this.#sessions, this.#seating);
    report({ event: "tokens_replaced", tokens: tokens.length, revoked });
    this.#turns.flush();
    return revoked;
  }

  /** Runs that have not ended. */
  get runsInFlight(): number {
    return this.#runs.inFlight;
  }

  /**
   * Takes no more connections and commands, lets runs in flight end within `drain_ms`, tells everybody, and closes.
   *
   * @param signal why, for the log.
   */
  async stop(signal: string): Promise<void> {
    const { report } = this.#system;
    const { drainMs } = this.#config.limits;
    report({ event: "draining", signal, members: this.#seating.roster.length, runs: this.#runs.inFlight });
    this.#stopping.abort();
    this.#listening.close();
    this.#handshakeFailures.stop();
    this.#commands.drain();
    this.#seating.close();
    const giveUp = this.#system.clock.after(drainMs, () => {
      this.#runs.cancelAll();
      this.#turns.flush();
    });
    await this.#runs.idle();
    giveUp();
    for (const session of [...this.#sessions]) {
      this.#sendAway(session);
    }
    await this.#allGone();
    await this.#listening.ended();
    this.#heartbeats.stop();
    this.#stopPastTimer();
    this.#seating.stop();
    this.#system.store.close();
    report({ event: "stopped" });
  }

  #admit(connection: Incoming): void {
    const { hostname, port } = connection.remoteAddr as Deno.NetAddr;
    // Small answers are not to wait for each other (Nagle).
    connection.setNoDelay?.(true);
    const session = new Session(connection, { ip: hostname, port }, this.#system.wallClock(), this.#host);
    this.#sessions.add(session);
    // Nobody asks a person, or one who has said nothing yet, whether they are there: the system does.
    connection.setKeepAlive?.(true);
    if (this.#stopping.signal.aborted) {
      session.serve();
      this.#sendAway(session);
    } else this.#door.admit(session, connection.handshake && (() => connection.handshake!()));
    this.#turns.flush();
  }

  #letIn(session: Session, resume: string | undefined): void {
    const hasSeat = resume !== undefined &&
      this.#seating.comebacks.refuseToken(session, resume) === undefined;
    if (!hasSeat) return this.#admission.admit(session);
    // Its hello takes the seat back in a moment, unless something else is wrong with it.
    queueMicrotask(() => {
      if (!session.isOpen || session.seat !== undefined) return;
      this.#admission.admit(session);
      this.#turns.flush();
    });
  }

  #sendAway(session: Session): void {
    session.closeWith("shutdown", "the server is shutting down");
  }

  #closed(session: Session, reason: CloseReason): void {
    // What it sent before it was closed was accepted while it still had its rank.
    this.#fanOut.flush();
    this.#runs.memberLeft(session);
    this.#door.forget(session);
    this.#rateLimit.forget(session);
    this.#admission.forget(session);
    this.#seating.depart(session, reason);
  }

  #gone(session: Session): void {
    this.#sessions.delete(session);
    this.#door.gone(session);
    if (this.#sessions.size > 0) return;
    const empty = this.#empty;
    this.#empty = [];
    for (const resolve of empty) resolve();
  }

  #allGone(): Promise<void> {
    return this.#sessions.size === 0
      ? Promise.resolve()
      : new Promise((resolve) => this.#empty.push(resolve));
  }
}

/** Callbacks that cannot throw into the event loop, which would end the process: what goes wrong is reported. */
function guarded(
  { clock, nextTurn, report }: ServerSystem,
): Pick<ServerSystem, "clock" | "nextTurn"> & { readonly soon: (callback: () => void) => void } {
  const guard = (callback: () => void) => () => {
    try {
      callback();
    } catch (error) {
      report({ event: "fault", where: "a callback", message: visible(String(error)) });
    }
  };
  return {
    clock: { now: () => clock.now(), after: (ms, callback) => clock.after(ms, guard(callback)) },
    nextTurn: (callback) => nextTurn(guard(callback)),
    soon: (callback) => queueMicrotask(guard(callback)),
  };
}

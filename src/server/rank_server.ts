// The server, put together: this file builds the parts and gives them to each other, takes connections in, and ends in
// good order. What the parts do stands in their own files.

import type { ServerConfig } from "../config/server_config.ts";
import type { Refusal } from "../protocol/errors.ts";
import type { CloseReason } from "../protocol/methods.ts";
import type { Evicted, EvictParams, ServerStatus } from "../protocol/operator_methods.ts";
import type { Report } from "../log/server_event.ts";
import { visible } from "../log/visible_text.ts";
import { acceptLoop } from "./accept_loop.ts";
import { Admission } from "./admission.ts";
import { Breaths } from "./breaths.ts";
import { CommandChecker } from "./check_command.ts";
import { Commands } from "./commands.ts";
import { type Clock, Deadlines } from "./deadlines.ts";
import { FanOut } from "./fan_out.ts";
import { Heartbeats } from "./heartbeats.ts";
import { JsonHandler } from "./json_handler.ts";
import type { TokenSource } from "./kept_seats.ts";
import { LineHandler } from "./line_handler.ts";
import { Operator } from "./operator.ts";
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
}

export type Incoming = Connection & {
  readonly remoteAddr: Deno.Addr;
  /** TCP's own; other transports have none. */
  setNoDelay?(isOn: boolean): void;
  /** Whether the system is to look whether the other end is still there (TCP keep-alive, at its own pace). */
  setKeepAlive?(isOn: boolean): void;
};

/** A source of connections that can be closed; `Deno.listen` gives one. */
export interface Listener extends AsyncIterable<Incoming> {
  readonly addr: Deno.Addr;
  close(): void;
}

export class RankServer {
  readonly #config: ServerConfig;
  readonly #system: ServerSystem;
  readonly #listener: Listener;
  readonly #stopping = new AbortController();
  readonly #sessions = new Set<Session>();
  readonly #lingering: Deadlines<Session>;
  readonly #turns: WriteTurns;
  readonly #seating: Seating;
  readonly #fanOut: FanOut;
  readonly #admission: Admission;
  readonly #heartbeats: Heartbeats;
  readonly #runs: Runs;
  readonly #commands: Commands;
  readonly #operator: Operator;
  readonly #startedAt: number;
  readonly #host: SessionHost;
  readonly #accepting: Promise<void>;
  #empty: (() => void)[] = [];

  /** Begins to serve the connections of `listener`, which belongs to the server from now on. */
  constructor(config: ServerConfig, listener: Listener, system: ServerSystem) {
    const { limits, session } = config;
    const { report, tokens, store } = system;
    const { clock, nextTurn } = guarded(system);
    this.#config = config;
    this.#system = system;
    this.#listener = listener;
    this.#turns = new WriteTurns(nextTurn, () => store.commit());
    const flush = () => this.#turns.flush();
    this.#lingering = new Deadlines(clock, (session) => session.destroy());
    this.#heartbeats = new Heartbeats(clock, session, this.#sessions, flush);
    this.#seating = new Seating({
      capacity: config.maxClients,
      commands: [...config.commands.keys()],
      waitingCapacity: session.overflow === "wait" ? session.waitingClients : 0,
      times: {
        heartbeat_ms: session.heartbeatMs,
        silence_ms: session.silenceMs,
        resume_grace_ms: session.resumeGraceMs,
      },
      maxLeaseMs: session.leaseMaxMs,
      logPromotions: limits.logPromotions,
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
    const fanOut = new FanOut(this.#seating, report);
    this.#fanOut = fanOut;
    this.#runs = new Runs(limits, fanOut, report, clock, flush);
    const checker = new CommandChecker(config.commands, limits);
    this.#commands = new Commands(this.#seating, checker, fanOut, this.#runs, report);
    const parts = { seating: this.#seating, commands: this.#commands, fanOut, runs: this.#runs };
    this.#operator = new Operator({
      ...{ seating: this.#seating, runs: this.#runs, report, flush },
      connections: this.#sessions,
    });
    this.#startedAt = clock.now();
    const breaths = new Breaths(clock);
    const lines = new LineHandler({
      seating: this.#seating,
      fanOut,
      turns: this.#turns,
      json: new JsonHandler({
        ...parts,
        report,
        // Half of what may wait, so that the results that come one by one have room beside it.
        limits: { ...limits, batchAnswerLength: limits.outboxBytes / 2 },
        whenNotSeated: (session) => this.#admission.answerSeatless(session),
      }),
      text: new TextHandler({ ...parts, allowed: [...config.commands.values()] }),
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
    const { hostname, port } = listener.addr as Deno.NetAddr;
    report({ event: "listening", host: hostname, port });
    this.#accepting = acceptLoop(listener, {
      onConnection: (connection) => this.#admit(connection),
      onFailure: (error, retryMs) => {
        const message = error instanceof Error ? error.message : String(error);
        report({ event: "accept_failed", message, retry_ms: retryMs });
      },
      signal: this.#stopping.signal,
    });
  }

  /** Where it listens: the port is the real one. */
  get address(): Deno.NetAddr {
    return this.#listener.addr as Deno.NetAddr;
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
    this.#listener.close();
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
    await this.#accepting;
    this.#heartbeats.stop();
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
    session.serve();
    if (this.#stopping.signal.aborted) this.#sendAway(session);
    else this.#admission.admit(session);
    this.#turns.flush();
  }

  #sendAway(session: Session): void {
    session.closeWith("shutdown", "the server is shutting down");
  }

  #closed(session: Session, reason: CloseReason): void {
    // What it sent before it was closed was accepted while it still had its rank.
    this.#fanOut.flush();
    this.#runs.memberLeft(session);
    this.#admission.forget(session);
    this.#seating.depart(session, reason);
  }

  #gone(session: Session): void {
    this.#sessions.delete(session);
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
function guarded({ clock, nextTurn, report }: ServerSystem): Pick<ServerSystem, "clock" | "nextTurn"> {
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
  };
}

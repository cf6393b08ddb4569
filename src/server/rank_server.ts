// The life of a server: it starts accepting connections, reports its status, applies configuration changes while it runs,
// and shuts down gracefully.

import type { ServerConfig } from "../config/mod.ts";
import type { SharedJournal } from "../journal/engines/mod.ts";
import type { Refusal } from "../protocol/json_rpc/mod.ts";
import type { Evicted, EvictParams, Raised, ServerFigures } from "../protocol/methods/mod.ts";
import { Acceptor, formatAddress, type Incoming, type Listener, mayIssue } from "./connection/mod.ts";
import { applyTokens, type TokenDescription } from "./login/mod.ts";
import type { Evictor, Listed } from "./operator/mod.ts";
import { assemble, type ServerParts } from "./assemble.ts";
import type { ConnectionTotals } from "./connection_totals.ts";
import { followJournal } from "./follow_journal.ts";
import { type JournalFigures, journalFigures } from "./journal_figures.ts";
import type { ServerSystem } from "./system.ts";
import type { Clock } from "../time/mod.ts";
import { measureUsage, type ServerUsage } from "./usage.ts";

/** The others notice by themselves, later. */
const LEAVE_MS = 2_000;

export class RankServer {
  readonly #config: ServerConfig;
  readonly #system: ServerSystem;
  readonly #parts: ServerParts;
  readonly #acceptor: Acceptor;
  readonly #startedAt: number;
  readonly #stopPastTimer: () => void;
  /** Resolves when the server cannot go on; never where it has a journal of its own. */
  readonly failed: Promise<Error>;
  #isDraining = false;

  /** Starts serving the connections of `listener`, which it owns from now on. */
  constructor(config: ServerConfig, listener: Listener, system: ServerSystem) {
    const { report } = system;
    this.#config = config;
    this.#system = system;
    this.#parts = assemble(config, system);
    const { clock, connections, seating, sessions, others, writes } = this.#parts;
    const { journal } = system;
    this.failed = journal.isShared
      ? followJournal({
        journal,
        seating,
        sessions,
        others,
        report,
        flush: () => writes.flush(),
      })
      : new Promise(() => {});
    this.#startedAt = clock.now();
    const { hostname, port } = listener.addr as Deno.NetAddr;
    // Before the first timer: the runtime loads its timers lazily, and that takes time.
    report({ event: "listening", host: hostname, port });
    // By then, every leader of an earlier process that the journal does not know of has stopped.
    const { isComplete, unknownLeaseMs } = journal.state;
    this.#stopPastTimer = isComplete ? () => {} : clock.after(unknownLeaseMs, () => seating.complete());
    this.#acceptor = new Acceptor(listener, {
      onConnection: (connection) => connections.accept(connection),
      yieldToIo: system.yieldToIo,
      after: clock.after,
      report,
    });
  }

  /** The address it listens on, with the actual port. */
  get address(): Deno.NetAddr {
    return this.#acceptor.address;
  }

  /** The server's state, for its operator. */
  status(): Omit<ServerFigures, "version"> {
    const { hostname, port } = this.address;
    return {
      address: formatAddress(hostname, port),
      uptime_ms: Math.round(this.#system.clock.now() - this.#startedAt),
      ...this.#parts.operator.status(),
      is_draining: this.#isDraining,
    };
  }

  /** Who has a seat, and who waits for one, for its operator. @param count of each list, from its beginning */
  list(count: number): Listed {
    return this.#parts.operator.list(count);
  }

  /** How much of what the server limits is in use. */
  usage(): ServerUsage {
    return measureUsage(this.#parts);
  }

  /** Connections since the start. */
  totals(): Readonly<ConnectionTotals> {
    return this.#parts.connections.totals;
  }

  journal(): JournalFigures {
    return journalFigures(this.#system.journal);
  }

  /** Evicts a member on behalf of the operator. @param by the one of several, for the log and the audit */
  evict(params: EvictParams, by?: Evictor): Evicted | Refusal | Promise<Evicted | Refusal> {
    return this.#parts.operator.evict(params, by);
  }

  /** Takes a connection that did not come from the listener; its end is the server's, like that of any other. */
  accept(connection: Incoming): void {
    this.#parts.connections.accept(connection);
  }

  /** Gives a member rank 0 on behalf of the operator. */
  raise(params: EvictParams): Raised | Refusal {
    return this.#parts.operator.raise(params);
  }

  /** Applies the parts of a configuration that can change while the server runs; the others require a restart. */
  reconfigure({ commands }: ServerConfig): void {
    const { allowed, plainRuns, seating, writes } = this.#parts;
    if (!allowed.replace(commands)) return;
    plainRuns.replaceCommands(allowed.names);
    for (const { member } of seating.roster) {
      const commands = mayIssue(member.rights, allowed.names);
      member.notify({ method: "commands_changed", params: { commands } });
    }
    writes.flush();
  }

  /**
   * Replaces the set of valid tokens. Connections whose token was removed or changed are closed; the others get the rights
   * that their tokens have now.
   *
   * @returns how many connections were closed
   * @throws {Error} when the server was started without tokens
   */
  replaceTokens(tokens: readonly TokenDescription[]): number {
    const { authenticator, report } = this.#system;
    const { sessions, seating, writes } = this.#parts;
    if (authenticator === undefined) throw new Error("Cannot ask for tokens: the server was started without");
    const revoked = applyTokens(authenticator.replace(tokens), sessions, seating);
    report({ event: "tokens_replaced", tokens: tokens.length, revoked });
    writes.flush();
    return revoked;
  }

  /** Runs that have not ended. */
  get runsInFlight(): number {
    return this.#parts.runs.inFlight;
  }

  /**
   * Stops accepting connections and commands, gives runs in flight up to `drain_ms` to end, notifies all clients, and
   * closes their connections.
   *
   * @param signal the reason, for the log.
   */
  async stop(signal: string): Promise<void> {
    const { clock, report, journal, audit } = this.#system;
    const { commands, gate, heartbeats, connections, runs, seating, writes } = this.#parts;
    report({ event: "draining", signal, members: seating.roster.length, runs: runs.inFlight });
    this.#isDraining = true;
    connections.close();
    this.#acceptor.close();
    commands.drain();
    seating.close();
    const stopDrainTimer = clock.after(this.#config.limits.drainMs, () => {
      runs.cancelAll();
      writes.flush();
    });
    await runs.idle();
    stopDrainTimer();
    const closed = connections.closeAll();
    if (journal.isShared) await leave(journal, clock);
    await closed;
    await this.#acceptor.closed;
    heartbeats.stop();
    gate.stop();
    this.#stopPastTimer();
    seating.stop();
    this.#parts.others?.stop();
    this.#parts.dropped.stop();
    this.#parts.stopRetrying();
    audit?.close();
    if (!journal.isShared) journal.close();
    report({ event: "stopped" });
  }
}

/** Never rejects. */
async function leave(journal: Pick<SharedJournal, "leave">, { after }: Pick<Clock, "after">): Promise<void> {
  const ended = new AbortController();
  const stopTimer = after(LEAVE_MS, () => ended.abort(new Error("The log did not answer")));
  await journal.leave(ended.signal).catch(() => {});
  stopTimer();
}

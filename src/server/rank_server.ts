// The life of a server: it begins to serve, is asked how it is, takes over what changes while it runs, and ends in good
// order.

import type { ServerConfig } from "../config/mod.ts";
import type { Refusal } from "../protocol/json_rpc/mod.ts";
import type { Evicted, EvictParams, ServerStatus } from "../protocol/methods/mod.ts";
import { acceptLoop, formatAddress, mayIssue } from "./connection/mod.ts";
import { applyTokens, type TokenDescription } from "./login/mod.ts";
import { assemble, type ServerParts } from "./assemble.ts";
import type { Listener, ServerSystem } from "./system.ts";

export class RankServer {
  readonly #config: ServerConfig;
  readonly #system: ServerSystem;
  readonly #parts: ServerParts;
  readonly #listener: Listener;
  readonly #closing = new AbortController();
  /** Resolves when nothing is accepted any more. */
  readonly #accepting: Promise<void>;
  readonly #startedAt: number;
  readonly #stopPastTimer: () => void;
  #isDraining = false;

  /** Begins to serve the connections of `listener`, which belongs to the server from now on. */
  constructor(config: ServerConfig, listener: Listener, system: ServerSystem) {
    const { report, store } = system;
    this.#config = config;
    this.#system = system;
    this.#parts = assemble(config, system);
    const { clock, connections } = this.#parts;
    this.#startedAt = clock.now();
    const { hostname, port } = listener.addr as Deno.NetAddr;
    // Before the first timer, for which the runtime loads its timers.
    report({ event: "listening", host: hostname, port });
    // Whoever led in an earlier life that the store does not know of has stopped by then.
    this.#stopPastTimer = store.knowsAllLeases ? () => {} : clock.after(config.session.leaseMaxMs, () => {
      store.notePastOver();
      store.commit();
    });
    this.#listener = listener;
    this.#accepting = acceptLoop(listener, {
      onConnection: (connection) => connections.take(connection),
      onFailure(error, retryMs) {
        const message = error instanceof Error ? error.message : String(error);
        report({ event: "accept_failed", message, retry_ms: retryMs });
      },
      signal: this.#closing.signal,
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
      ...this.#parts.operator.status(),
      is_draining: this.#isDraining,
    };
  }

  /** Takes a member's seat away, for the operator. */
  evict(params: EvictParams): Evicted | Refusal {
    return this.#parts.operator.evict(params);
  }

  /** Takes over what of a configuration can change while the server runs; for the rest it needs a restart. */
  reconfigure({ commands }: ServerConfig): void {
    const { allowed, plainRuns, seating, turns } = this.#parts;
    if (!allowed.replace(commands)) return;
    plainRuns.replaceCommands(allowed.names);
    for (const { member } of seating.roster) {
      const commands = mayIssue(member.rights, allowed.names);
      member.notify({ method: "commands_changed", params: { commands } });
    }
    turns.flush();
  }

  /**
   * From now on these tokens let in, and no others. Whose token is gone, or another one by now, is closed at once; the
   * rights of the others are as their tokens say now. Throws on a server that was started without tokens.
   *
   * @returns how many connections were closed
   */
  replaceTokens(tokens: readonly TokenDescription[]): number {
    const { authenticator, report } = this.#system;
    const { sessions, seating, turns } = this.#parts;
    if (authenticator === undefined) throw new Error("Cannot ask for tokens: the server was started without");
    const revoked = applyTokens(authenticator.replace(tokens), sessions, seating);
    report({ event: "tokens_replaced", tokens: tokens.length, revoked });
    turns.flush();
    return revoked;
  }

  /** Runs that have not ended. */
  get runsInFlight(): number {
    return this.#parts.runs.inFlight;
  }

  /**
   * Takes no more connections and commands, lets runs in flight end within `drain_ms`, tells everybody, and closes.
   *
   * @param signal why, for the log.
   */
  async stop(signal: string): Promise<void> {
    const { clock, report, store } = this.#system;
    const { commands, gate, heartbeats, connections, runs, seating, turns } = this.#parts;
    report({ event: "draining", signal, members: seating.roster.length, runs: runs.inFlight });
    this.#isDraining = true;
    connections.close();
    this.#closing.abort();
    this.#listener.close();
    commands.drain();
    seating.close();
    const giveUp = clock.after(this.#config.limits.drainMs, () => {
      runs.cancelAll();
      turns.flush();
    });
    await runs.idle();
    giveUp();
    await connections.closeAll();
    await this.#accepting;
    heartbeats.stop();
    gate.stop();
    this.#stopPastTimer();
    seating.stop();
    store.close();
    report({ event: "stopped" });
  }
}

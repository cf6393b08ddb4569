// The connections of the page's port that are in the middle of a request or wait for the next one. Each has a deadline, and
// there is a limit for all of them and one for each address: a flood closes its own oldest ones, and uses up no descriptors.

import { addressKey, ConnectionCounts, isLoopback } from "../../server/limits/mod.ts";
import { type Clock, Deadlines } from "../../time/mod.ts";

export interface PoolLimits {
  readonly maxConnections: number;
  /** 0: no limit. */
  readonly maxPerAddress: number;
  readonly exemptsLoopback: boolean;
  readonly requestMs: number;
}

/** A connection in the pool. */
export interface Pooled {
  readonly ip: string;
  /** Closes it without an answer. */
  destroy(): void;
}

export class ConnectionPool<Connection extends Pooled> {
  readonly #limits: PoolLimits;
  /** In the order in which their current requests began. */
  readonly #connections = new Set<Connection>();
  readonly #byAddress: ConnectionCounts;
  readonly #deadlines: Deadlines<Connection>;

  constructor(limits: PoolLimits, clock: Clock) {
    this.#limits = limits;
    this.#byAddress = new ConnectionCounts(limits.maxPerAddress);
    this.#deadlines = new Deadlines<Connection>(clock, (connection) => connection.destroy());
  }

  get size(): number {
    return this.#connections.size;
  }

  /** @returns false: its address has too many. Beyond the limit for all, the oldest one is closed. */
  add(connection: Connection): boolean {
    if (this.#isCounted(connection) && !this.#byAddress.add(addressKey(connection.ip))) return false;
    this.#connections.add(connection);
    this.#deadlines.add(connection, this.#limits.requestMs);
    if (this.#connections.size > this.#limits.maxConnections) {
      this.#connections.values().next().value?.destroy();
    }
    return true;
  }

  /** It has answered a request and waits for the next one. */
  renew(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    this.#connections.add(connection);
    this.#deadlines.remove(connection, this.#limits.requestMs);
    this.#deadlines.add(connection, this.#limits.requestMs);
  }

  /** It has ended, or is not used for requests any more. */
  remove(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    if (this.#isCounted(connection)) this.#byAddress.remove(addressKey(connection.ip));
    this.#deadlines.remove(connection, this.#limits.requestMs);
  }

  #isCounted({ ip }: Connection): boolean {
    return !this.#limits.exemptsLoopback || !isLoopback(ip);
  }

  /** Closes all of them. */
  destroyAll(): void {
    for (const connection of [...this.#connections]) connection.destroy();
  }
}

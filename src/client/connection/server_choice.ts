// Where a client connects to next: its own addresses and those that the server has named, what their names resolve to, and
// how long an attempt may hang.

import { CLIENT_BOUNDS, MAX_ADDRESSES, readAddress } from "../../config/keys/mod.ts";
import { settlesWithin, unlessAborted } from "../../time/mod.ts";
import type { ServerAddress } from "../../words/mod.ts";
import { AddressRotation, type Candidate } from "./address_rotation.ts";
import type { ConnectionSystem } from "./connection_system.ts";
import type { ConversationEnd } from "./conversation/mod.ts";
import { mayHaveSeveral } from "./transport/mod.ts";

/** How long the two parts of an attempt may take, in ms. */
export interface AttemptBounds {
  readonly connectTimeoutMs: number;
  readonly firstLineMs: number;
}

const { hangMs } = CLIENT_BOUNDS;

export class ServerChoice {
  readonly #system: Pick<ConnectionSystem, "now" | "after" | "lookUp">;
  readonly #defaultPort: number;
  readonly #rotation: AddressRotation;
  /** The waits since a server last gave a seat, or a place in the waiting room. */
  #vainWaits = 0;
  #startedAt = 0;

  /** @param addresses at least one; the port of the first is that of addresses without one */
  constructor(
    addresses: readonly [ServerAddress, ...ServerAddress[]],
    system: Pick<ConnectionSystem, "now" | "after" | "lookUp">,
  ) {
    this.#system = system;
    this.#defaultPort = addresses[0].port;
    this.#rotation = new AddressRotation(addresses);
  }

  get hasSeveral(): boolean {
    return this.#rotation.hasSeveral;
  }

  /** The address to try now, if there is one that was not tried since the last wait. */
  next(): Candidate | undefined {
    this.#startedAt = this.#now();
    return this.#rotation.next(this.#startedAt);
  }

  /** The attempt at that address has ended. */
  noteEnd({ retryAfterMs, wasWelcome }: ConversationEnd): void {
    if (wasWelcome) this.#vainWaits = 0;
    const at = this.#now();
    // A server that welcomes, and closes again, must not be dialled without an end.
    const wasLasting = wasWelcome && at - this.#startedAt >= hangMs;
    this.#rotation.noteEnd({ at, retryAfterMs, wasLasting });
  }

  /** The wait that the servers have asked for, in ms. */
  get requestedWaitMs(): number {
    return this.#rotation.requestedWaitMs(this.#now());
  }

  /** The wait is over: all addresses may be tried again. */
  noteWaited(): void {
    this.#vainWaits++;
    this.#rotation.startOver();
  }

  /** The list in a welcome; a later one replaces it. What cannot be used is ignored. */
  noteNamed(servers: readonly string[] | undefined): void {
    if (servers === undefined) return;
    const named = servers.slice(0, MAX_ADDRESSES).map((text) => readAddress(text, this.#defaultPort));
    this.#rotation.setNamed(named.filter((address) => address !== undefined));
  }

  /** With several addresses, one that hangs must not keep this client from the next one. */
  limit<Bounds extends AttemptBounds>(bounds: Bounds): Bounds {
    if (!this.hasSeveral) return bounds;
    const limitMs = hangMs * 2 ** Math.min(this.#vainWaits, 10);
    return {
      ...bounds,
      connectTimeoutMs: Math.min(limitMs, bounds.connectTimeoutMs),
      firstLineMs: Math.min(limitMs, bounds.firstLineMs),
    };
  }

  /**
   * Whether {@linkcode lookUp} is to be called before the next attempt: at the start, and when a second wait was in vain. The
   * first attempt after an outage has begun is not delayed by it.
   */
  get isLookUpDue(): boolean {
    return this.#system.lookUp !== undefined && this.#vainWaits !== 1 && this.#names.length > 0;
  }

  /** Takes no longer than an attempt may hang; then the addresses that were found before remain. Never rejects. */
  async lookUp(signal: AbortSignal): Promise<void> {
    const ips = new Map<string, readonly string[]>();
    const found = Promise.all(this.#names.map(async (address) => {
      const several = await this.#system.lookUp!(address);
      if (several.length > 0) ips.set(address.host, several);
    }));
    const after: ConnectionSystem["after"] = (ms, callback) => this.#system.after(ms, callback);
    const isFound = await settlesWithin(unlessAborted(found, signal), hangMs, after);
    if (isFound && !signal.aborted) this.#rotation.setResolved(ips);
  }

  get #names(): readonly ServerAddress[] {
    return this.#rotation.addresses.filter(({ host }) => mayHaveSeveral(host));
  }

  #now(): number {
    return this.#system.now().running;
  }
}

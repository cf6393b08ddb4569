// The limits on logging in: connections of an address, connections of a token, and failed logins of an address.

import type { AuthSettings, Limits } from "../../config/keys/mod.ts";
import type { Session } from "../connection/mod.ts";
import { addressKey, ConnectionCounts, FailedLogins } from "../limits/mod.ts";

/** Why a connection is refused, and when the client may try again. */
export interface LimitReached {
  readonly message: string;
  readonly retryAfterMs: number;
}

type AddressLimits = Pick<Limits, "connectionsPerAddress" | "remoteConnectionsPerAddress" | "retryAfterMs">;

export class LoginLimits {
  readonly #limits: AddressLimits;
  readonly #auth: AuthSettings;
  readonly #maxPerAddress: number;
  readonly #byAddress: ConnectionCounts;
  readonly #byToken: ConnectionCounts;
  readonly #failures: FailedLogins;

  constructor(limits: AddressLimits, auth: AuthSettings) {
    const { connectionsPerAddress, remoteConnectionsPerAddress } = limits;
    this.#limits = limits;
    this.#auth = auth;
    this.#maxPerAddress = connectionsPerAddress ?? remoteConnectionsPerAddress;
    this.#byAddress = new ConnectionCounts(this.#maxPerAddress);
    this.#byToken = new ConnectionCounts(auth.connectionsPerToken);
    this.#failures = new FailedLogins(auth);
  }

  /** Counts a new connection until {@linkcode release}, unless a limit is reached. */
  countConnection(session: Session, now: number): LimitReached | undefined {
    const blocked = this.checkFailures(session.ip, now);
    if (blocked !== undefined) return blocked;
    if (session.isOnLoopback && this.#limits.connectionsPerAddress === undefined) return undefined;
    const key = addressKey(session.ip);
    if (!this.#byAddress.add(key)) {
      const message = `Too many connections from your address: the limit is ${this.#maxPerAddress}`;
      return { message, retryAfterMs: this.#limits.retryAfterMs };
    }
    session.countedAs = key;
    return undefined;
  }

  /** Counts a connection that has logged in with the token of that name; the caller sets the session's identity. */
  countToken(name: string): LimitReached | undefined {
    if (this.#byToken.add(name)) return undefined;
    const message = `Too many connections with your token: the limit is ${this.#auth.connectionsPerToken}`;
    return { message, retryAfterMs: this.#limits.retryAfterMs };
  }

  /** The connection of a session has ended. */
  release({ countedAs, identity }: Session): void {
    if (countedAs !== undefined) this.#byAddress.remove(countedAs);
    if (identity !== undefined) this.#byToken.remove(identity);
  }

  /** The number of addresses whose failed logins are counted. */
  get failureAddresses(): number {
    return this.#failures.size;
  }

  noteFailure(ip: string, now: number): void {
    this.#failures.note(addressKey(ip), now);
  }

  /** Whether the address is blocked because of failed logins. */
  checkFailures(ip: string, now: number): LimitReached | undefined {
    const retryAfterMs = this.#failures.blockedMs(addressKey(ip), now);
    return retryAfterMs > 0 ? { message: this.#failures.message, retryAfterMs } : undefined;
  }
}

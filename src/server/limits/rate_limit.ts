// Limits how many commands a client may send per second. Beyond the limit, requests are refused, each with a response, and
// the log gets at most one line per client and second.

import { count } from "../../words/mod.ts";
import type { Refusal } from "../../protocol/json_rpc/mod.ts";
import { clientRef, type NamedClient, type Report } from "../../log/mod.ts";
import { TokenBucket, type TokenBucketRates } from "./token_bucket.ts";

const MIN_REPORT_INTERVAL_MS = 1_000;

/** A request about all members costs one more for each this many members. */
const MEMBERS_PER_COMMAND = 10;

export interface RateLimitOptions extends TokenBucketRates {
  /** Whether clients on the same machine have no limit. */
  readonly exemptsLoopback: boolean;
}

/** The part of a session that is used here. */
export interface RateLimited extends NamedClient {
  readonly isOnLoopback: boolean;
  /** When it last made a request. */
  lastRequestAt: number;
  /** Absent until its first request. */
  rate: RateState | undefined;
}

/** A client's bucket, and its refusals that have not been logged yet. */
export interface RateState {
  readonly bucket: TokenBucket;
  refused: number;
  reportedAt: number;
}

export class RateLimit {
  readonly #rates: RateLimitOptions;
  readonly #report: Report;
  #now = 0;

  constructor(rates: RateLimitOptions, report: Report) {
    this.#rates = rates;
    this.#report = report;
  }

  /** To be called before a session's lines are handled; `now` applies to every {@linkcode take} until the next call. */
  begin(client: RateLimited, now: number): void {
    this.#now = now;
    client.rate?.bucket.refill(now);
  }

  /** How many commands {@linkcode take} would allow now. */
  available(client: RateLimited): number {
    if (this.#isUnlimited(client)) return Infinity;
    return client.rate === undefined ? this.#rates.burst : client.rate.bucket.left;
  }

  /** Takes the tokens for a request that costs as much as `cost` commands; all or none. */
  take(client: RateLimited, cost: number): Refusal | undefined {
    const { perSecond } = this.#rates;
    client.lastRequestAt = this.#now;
    if (this.#isUnlimited(client)) return undefined;
    const rate = client.rate ??= {
      bucket: new TokenBucket(this.#rates, this.#now),
      refused: 0,
      reportedAt: -Infinity,
    };
    if (rate.bucket.take(cost)) return undefined;
    rate.refused++;
    return {
      reason: "rate_limited",
      message: `Rate limit exceeded: ${count(perSecond, "command")} per second`,
      data: { limit: perSecond, retry_after_ms: rate.bucket.waitMs(cost) },
    };
  }

  /** To be called after a session's lines are handled; logs its refusals if the last log line is old enough. */
  end(client: RateLimited): void {
    const { rate } = client;
    if (rate === undefined || rate.refused === 0) return;
    if (this.#now - rate.reportedAt < MIN_REPORT_INTERVAL_MS) return;
    rate.reportedAt = this.#now;
    this.#reportRefused(client, rate);
  }

  /** The session is closed: logs its remaining refusals. */
  forget(client: RateLimited): void {
    if (client.rate !== undefined && client.rate.refused > 0) this.#reportRefused(client, client.rate);
  }

  #isUnlimited({ isOnLoopback }: RateLimited): boolean {
    const { perSecond, exemptsLoopback } = this.#rates;
    return perSecond === 0 || (exemptsLoopback && isOnLoopback);
  }

  #reportRefused(client: RateLimited, rate: RateState): void {
    this.#report({ event: "client_rate_limited", ...clientRef(client), count: rate.refused });
    rate.refused = 0;
  }
}

/** The cost of a request that lists or notifies all members. */
export function costForAll(members: number): number {
  return 1 + Math.floor(members / MEMBERS_PER_COMMAND);
}

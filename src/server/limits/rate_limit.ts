// Keeps any one client from asking for more than its share. Beyond the limit nothing is executed: what was asked for is
// refused, each time with an answer, and the log has one line for a client and second.

import type { Refusal } from "../../protocol/json_rpc/mod.ts";
import type { Report } from "../../log/mod.ts";
import { TokenBucket, type TokenBucketRates } from "./token_bucket.ts";

const REPORT_EVERY_MS = 1_000;

/** So many members make a question about all of them cost one more. */
const MEMBERS_PER_COMMAND = 10;

/** What is known here of a session. */
export interface RateLimited {
  readonly ip: string;
  readonly port: number;
  /** When it last asked for anything. */
  lastAskedAt: number;
  /** Of this file; absent until it asks for something. */
  use: RateState | undefined;
}

/** What a client has left, and what of its refusals is not in the log yet. */
export interface RateState {
  readonly bucket: TokenBucket;
  refused: number;
  reportedAt: number;
}

export class RateLimit {
  readonly #rates: TokenBucketRates;
  readonly #report: Report;
  #now = 0;

  constructor(rates: TokenBucketRates, report: Report) {
    this.#rates = rates;
    this.#report = report;
  }

  /** A session's lines are about to be handled: the time of all {@linkcode take} until the next call. */
  begin(asker: RateLimited, now: number): void {
    this.#now = now;
    asker.use?.bucket.refill(now);
  }

  /** How many commands {@linkcode take} would let through now, before something is refused. */
  available(asker: RateLimited): number {
    const { perSecond, burst } = this.#rates;
    if (perSecond === 0) return Infinity;
    return asker.use === undefined ? burst : asker.use.bucket.left;
  }

  /** Takes `cost` commands' worth, all or nothing; `undefined`: they may be carried out. */
  take(asker: RateLimited, cost: number): Refusal | undefined {
    const { perSecond } = this.#rates;
    asker.lastAskedAt = this.#now;
    if (perSecond === 0) return undefined;
    const use = asker.use ??= {
      bucket: new TokenBucket(this.#rates, this.#now),
      refused: 0,
      reportedAt: -Infinity,
    };
    if (use.bucket.take(cost)) return undefined;
    use.refused++;
    return {
      reason: "rate_limited",
      message: `You ask for too much at once: the limit is ${perSecond} commands a second`,
      data: { limit: perSecond, retry_after_ms: use.bucket.waitMs(cost) },
    };
  }

  /** The session's lines are handled: what was refused goes to the log, if it is time. */
  end(asker: RateLimited): void {
    const { use } = asker;
    if (use === undefined || use.refused === 0 || this.#now - use.reportedAt < REPORT_EVERY_MS) return;
    use.reportedAt = this.#now;
    this.#tell(asker, use);
  }

  /** The session is gone, and with it what was to be said of it. */
  forget(asker: RateLimited): void {
    if (asker.use !== undefined && asker.use.refused > 0) this.#tell(asker, asker.use);
  }

  #tell({ ip, port }: RateLimited, use: RateState): void {
    this.#report({ event: "client_rate_limited", ip, port, count: use.refused });
    use.refused = 0;
  }
}

/** The cost of what names, or tells, every member. */
export function costForAll(members: number): number {
  return 1 + Math.floor(members / MEMBERS_PER_COMMAND);
}

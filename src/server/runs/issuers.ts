// The runs in flight of each issuer, by the ids that it has chosen.

import type { Id, Refusal } from "../../protocol/json_rpc/mod.ts";
import { visible } from "../../words/mod.ts";
import type { Member } from "../connection/mod.ts";
import type { Run } from "./run.ts";

const MAX_SHOWN_KEY_LENGTH = 64;

export interface RunCountLimits {
  readonly runsPerIssuer: number;
  readonly runsTotal: number;
}

export class Issuers {
  readonly #limits: RunCountLimits;
  readonly #runs = new Map<Member, Map<Id, Run>>();

  constructor(limits: RunCountLimits) {
    this.#limits = limits;
  }

  /** @param total runs in flight of all issuers */
  mayBegin(issuer: Member, key: Id, total: number): Refusal | undefined {
    const own = this.#runs.get(issuer);
    if (own?.has(key)) {
      return {
        reason: "invalid_request",
        message: `A run with id ${visible(JSON.stringify(key), MAX_SHOWN_KEY_LENGTH)} is already in flight`,
      };
    }
    const { runsPerIssuer, runsTotal } = this.#limits;
    if ((own?.size ?? 0) >= runsPerIssuer) return tooMany("for one issuer", runsPerIssuer);
    // A member without a run may always begin one: other members must not be able to block it by using up the total.
    if (own !== undefined && total >= runsTotal) return tooMany("on this server", runsTotal);
    return undefined;
  }

  add(run: Run): void {
    const own = this.#runs.get(run.owner) ?? new Map<Id, Run>();
    this.#runs.set(run.owner, own.set(run.key, run));
  }

  get(issuer: Member, key: Id): Run | undefined {
    return this.#runs.get(issuer)?.get(key);
  }

  runsOf(issuer: Member): readonly Run[] {
    return [...this.#runs.get(issuer)?.values() ?? []];
  }

  delete({ owner, key }: Run): void {
    const own = this.#runs.get(owner);
    own?.delete(key);
    if (own?.size === 0) this.#runs.delete(owner);
  }
}

function tooMany(whose: string, limit: number): Refusal {
  const message = `Too many runs in flight: the limit ${whose} is ${limit}`;
  return { reason: "rate_limited", message, data: { limit } };
}

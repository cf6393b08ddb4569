// What a client under --lead says about its leading, and what it asks the server to know who is next.

import { METHODS, readShape, type Roster } from "../../protocol/methods/mod.ts";
import { type LeaseTimes, shortestLeaseMs } from "../../rules/mod.ts";
import { ErrorCode } from "../../protocol/json_rpc/mod.ts";
import type { GuardEnd } from "./guard/mod.ts";
import { RequestError } from "../session/mod.ts";
import type { LeadParts } from "./lead_parts.ts";
import { settlesWithin } from "../../time/mod.ts";

/** How long the end of a client waits for the server to say who is next. */
const NEXT_MS = 500;

type Member = Roster["members"][number];

type NoticeParts = Pick<LeadParts, "say" | "session" | "after">;

export class LeadNotices {
  readonly #parts: NoticeParts;
  /** The ticket with which a wait was told. */
  #waitToldFor: number | undefined;

  constructor(parts: NoticeParts) {
    this.#parts = parts;
  }

  /** Once for each seat: an operator would wonder why no program is started. */
  seated(ticket: number | undefined, waitMs: number): void {
    if (waitMs <= 0 || ticket === this.#waitToldFor) return;
    this.#waitToldFor = ticket;
    const seconds = (waitMs / 1_000).toFixed(1);
    this.#parts.say(
      `No client may lead for another ${seconds} s: the server has just started and may not know who led before`,
    );
  }

  /** @param isEnding this client ends with its program, or does already: it does not wait in line again. */
  programEnded(end: GuardEnd, isEnding: boolean): void {
    const how = end.kind !== "ended"
      ? "stopped"
      : end.signal === undefined
      ? `exit code ${end.code}`
      : `${end.signal}, exit code ${end.code}`;
    this.#parts.say(`The program has ended (${how}); ${isEnding ? "this client ends" : "following"}`);
  }

  /** Says who leads next, if the server tells in time. */
  async next(): Promise<void> {
    const roster = this.#roster();
    if (!await settlesWithin(roster, NEXT_MS, this.#parts.after)) return;
    const successor = successorIn(await roster.catch(() => undefined));
    if (successor === undefined) return;
    this.#parts.say(
      successor === "none"
        ? "No other client could lead"
        : `Next to lead: rank ${successor.rank} ${successor.name}`,
    );
  }

  /** @throws a `RequestError` when the server knows of no client behind this one that could lead. */
  async checkSuccessor(): Promise<void> {
    // A server that does not answer this refuses the yield itself, or knows nothing of leading.
    const roster = await this.#roster().catch(() => undefined);
    if (successorIn(roster) !== "none") return;
    throw new RequestError("answered", {
      code: ErrorCode.no_recipient,
      message: "Cannot yield: no client below this one could lead; the program keeps running",
      data: { reason: "no_recipient" },
    });
  }

  async #roster(): Promise<Roster | undefined> {
    const read = readShape(METHODS.roster.result, await this.#parts.session().request("roster"));
    return read.ok ? read.value : undefined;
  }
}

/** Why a client with these times cannot lead with the lease that the server grants. */
export function shortLease(grantedMs: number, { leaseMs, killAfterMs, marginMs }: LeaseTimes): string {
  return `The server grants a lease of ${grantedMs} ms instead of ${leaseMs} ms, which is too short for ` +
    `lead.kill_after_ms (${killAfterMs}) and lead.margin_ms (${marginMs}): raise the server's session.lease_max_ms ` +
    `to ${shortestLeaseMs({ killAfterMs, marginMs })} or more, or lower these two`;
}

/** The first connected member behind us with a lease; `undefined`: the server does not say who has one. */
function successorIn(roster: Roster | undefined): Member | "none" | undefined {
  if (roster === undefined) return undefined;
  const own = roster.members.find(({ rank }) => rank === roster.you);
  // Ours has one: a server that does not say so says it of no member.
  if (own?.lease_ms === undefined) return undefined;
  const isNext = ({ rank, lease_ms, away }: Member) => rank > own.rank && lease_ms !== undefined && !away;
  return roster.members.find(isNext) ?? "none";
}

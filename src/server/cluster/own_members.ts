// The members that are connected to this server, as far as commands from other servers go to them.

import type { SharedJournal } from "../../journal/engines/mod.ts";
import { TICKETS_PER_RECORD } from "../../journal/cluster/mod.ts";
import type { Position } from "../../journal/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import type { Member } from "../connection/mod.ts";
import { executeText, type ExecutorOutcome, MAY_NOT_EXECUTE } from "../runs/mod.ts";
import type { Claims } from "./claims.ts";
import type { Target } from "./node_message.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The part of the seating that matters here. */
export interface RosterView {
  /** By rank, after settling: members are told of what has been applied. */
  readonly roster: readonly Seat<Member>[];
}

/** A command, and who may get it. */
export interface Sent {
  /** The ticket of the issuer: only members below it are executors, */
  readonly issuer: number;
  /** and only those whose seats existed at this position. */
  readonly pos: Position;
}

/** Lines of `execute`, in the forms that sessions read. */
export class ExecuteLines {
  readonly json: Uint8Array;
  #text: Uint8Array | undefined;

  constructor(json: Uint8Array) {
    this.json = json;
  }

  sendTo(member: Member): void {
    member.send(member.mode === "text" ? this.#text ??= this.#encodeText() : this.json);
  }

  #encodeText(): Uint8Array {
    return encoder.encode(executeText(decoder.decode(this.json)));
  }
}

export class OwnMembers {
  readonly #journal: Pick<SharedJournal<Member>, "node" | "state">;
  readonly #seating: RosterView;
  readonly #claims: Claims;

  constructor(
    journal: Pick<SharedJournal<Member>, "node" | "state">,
    seating: RosterView,
    claims: Claims,
  ) {
    this.#journal = journal;
    this.#seating = seating;
    this.#claims = claims;
  }

  /** Sends lines to all members that were below the issuer, and here, at the position. */
  sendToAllBelow({ issuer, pos }: Sent, lines: ExecuteLines): void {
    const { roster } = this.#seating;
    for (let i = firstBelow(roster, issuer); i < roster.length; i++) {
      const { ticket, member } = roster[i]!;
      if (!existed(ticket, pos)) break;
      if (member.node !== undefined || !member.rights.execute) continue;
      if (this.#claims.claimedAt(ticket) <= pos) lines.sendTo(member);
    }
  }

  /** The member that has the target's seat here; "elsewhere": it has been claimed at another server, or again. */
  find({ issuer, pos }: Sent, [ticket, n]: Target): Member | "elsewhere" | undefined {
    const { state, node } = this.#journal;
    const seat = state.seatOf(ticket);
    if (seat === undefined || ticket <= issuer || !existed(ticket, pos)) return undefined;
    const { client, member } = seat;
    if (client.n !== n || client.node !== node) return "elsewhere";
    return member.node === undefined ? member : undefined;
  }

  /** Tells members what has been applied: they learn of their seats before they get commands. */
  settle(): void {
    void this.#seating.roster;
  }
}

/**
 * Sends a member the `execute` of a run.
 *
 * @param expect is called before, when it will answer
 * @returns what became of it, when it will not
 */
export function sendExecute(
  member: Member,
  lines: ExecuteLines,
  expect: () => void,
): ExecutorOutcome | undefined {
  if (!member.isOpen) return { status: "lost" };
  if (!member.rights.execute) return { status: "refused", reason: MAY_NOT_EXECUTE };
  if (member.mode === "text") {
    lines.sendTo(member);
    return { status: "delivered" };
  }
  expect();
  lines.sendTo(member);
  return undefined;
}

/** The index of the first seat below a ticket. */
function firstBelow(roster: readonly Seat<Member>[], ticket: number): number {
  let low = 0;
  let high = roster.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (roster[middle]!.ticket <= ticket) low = middle + 1;
    else high = middle;
  }
  return low;
}

function existed(ticket: number, pos: Position): boolean {
  return ticket < (pos + 1) * TICKETS_PER_RECORD;
}

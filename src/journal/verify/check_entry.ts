// Checks an audit entry against the state at its position: the sender of a command, and its executors.

import type { AuditEntry, AuditMember, Position, RosterState } from "../mod.ts";
import { Violation } from "./violation.ts";

type Run = Extract<AuditEntry, { readonly kind: "run" }>;
type Command = Extract<AuditEntry, { readonly kind: "command" }>;

/** The statuses of an executor. */
const STATUSES: ReadonlySet<string> = new Set([
  "ok",
  "failed",
  "refused",
  "delivered",
  "timed_out",
  "lost",
  "cancelled",
]);

/** G4 and G5. @param state settled, at the position of the entry. @throws {Violation} */
export function checkSender(state: RosterState, entry: Run | Command, position: Position): void {
  const { by } = entry;
  const what = `${JSON.stringify(entry.command)} of ticket ${by.ticket}`;
  const seat = state.seatOf(by.ticket);
  if (seat === undefined) throw new Violation("G4", position, `${what}: its sender has no seat`);
  if (seat.rank !== by.rank) {
    throw new Violation("G4", position, `${what}: its sender has rank ${seat.rank}, not ${by.rank}`);
  }
  if (entry.kind === "run") return checkExecutors(state, by, entry.executors, position, what);
  const below = state.size - seat.rank - 1;
  if (entry.executors <= below) return;
  throw new Violation(
    "G4",
    position,
    `${what} was sent to more clients (${entry.executors}) than were below it (${below})`,
  );
}

function checkExecutors(
  state: RosterState,
  by: AuditMember,
  executors: readonly Position[],
  position: Position,
  what: string,
): void {
  let last = -Infinity;
  for (const ticket of executors) {
    if (ticket <= by.ticket) {
      throw new Violation("G5", position, `${what} was sent to ticket ${ticket}, which is not below it`);
    }
    if (ticket <= last) {
      throw new Violation("G4", position, `${what} was sent to ticket ${ticket} twice, or out of order`);
    }
    if (state.seatOf(ticket) === undefined) {
      throw new Violation("G4", position, `${what} was sent to ticket ${ticket}, which has no seat`);
    }
    last = ticket;
  }
}

/** G7. @throws {Violation} */
export function checkCounts({ run, executors, statuses, counts }: Run, position: Position): void {
  const fail = (why: string) => new Violation("G7", position, `Run ${run}: ${why}`);
  if (statuses.length !== executors.length) {
    throw fail(`the number of statuses (${statuses.length}) is not that of executors (${executors.length})`);
  }
  const own: Record<string, number> = {};
  for (const status of statuses) {
    if (!STATUSES.has(status)) throw fail(`${JSON.stringify(status)} is not a status`);
    own[status] = (own[status] ?? 0) + 1;
  }
  for (const status of new Set([...Object.keys(counts), ...Object.keys(own)])) {
    const [told, is] = [counts[status] ?? 0, own[status] ?? 0];
    if (told !== is) throw fail(`the sender was sent ${told} as the count of ${status}, but it is ${is}`);
  }
}

// What clients send about themselves: whether they are programs, their names, and the leases they ask for.

import type { Report } from "../../log/mod.ts";
import type { Session } from "../connection/mod.ts";
import type { MemberSeat, RosterChanges } from "./roster_changes.ts";
import type { SeatTokens } from "./seat_tokens.ts";

export interface ClientDetailsOptions {
  readonly changes: RosterChanges;
  readonly tokens: SeatTokens;
  readonly report: Report;
  /** The shortest and the longest lease that are granted, in ms. */
  readonly minLeaseMs: number;
  readonly maxLeaseMs: number;
  /** Called with a session that was granted a lease. */
  readonly onLease: (session: Session) => void;
}

export class ClientDetails {
  readonly #options: ClientDetailsOptions;

  constructor(options: ClientDetailsOptions) {
    this.#options = options;
  }

  /** The first line of a session has shown that it is a program, whose seat outlives its connection, or a person. */
  noteMode({ seat, mode }: Session): void {
    if (seat === undefined) return;
    this.#options.changes.appendTo(seat, { kind: "spoke", isProgram: mode === "json" });
  }

  /** Grants a lease: the seat stays reserved until `leaseMs` after the client was last heard from. */
  lease(session: Session, leaseMs: number): void {
    const { changes, minLeaseMs, maxLeaseMs, onLease } = this.#options;
    changes.settle();
    const granted = Math.min(Math.max(leaseMs, minLeaseMs), maxLeaseMs);
    // Never shortened: its holder may not know that a shorter one was granted.
    if (!session.isOpen || granted <= session.leaseMs) return;
    session.leaseMs = granted;
    onLease(session);
    if (session.seat === undefined) return;
    this.#recordLease(session, session.seat);
    changes.settle();
  }

  rename(session: Session, name: string): void {
    const { changes, report } = this.#options;
    changes.settle();
    if (session.name === name) return;
    session.name = name;
    const { seat, ip, port } = session;
    if (seat === undefined) return;
    report({ event: "client_named", ip, port, rank: seat.rank, name });
    changes.request(session, seat, { kind: "rename", name });
    changes.settle();
  }

  /** Records what a session sent while it waited for its seat. */
  record(session: Session, seat: MemberSeat): void {
    if (session.mode !== "undecided") this.noteMode(session);
    if (session.name !== seat.client.name) {
      this.#options.changes.request(session, seat, { kind: "rename", name: session.name });
    }
    if (session.leaseMs > seat.client.leaseMs) this.#recordLease(session, seat);
  }

  #recordLease(session: Session, seat: MemberSeat): void {
    const hash = seat.client.hash === undefined ? this.#options.tokens.issue(session) : undefined;
    this.#options.changes.request(session, seat, { kind: "lease", leaseMs: session.leaseMs, hash });
  }
}

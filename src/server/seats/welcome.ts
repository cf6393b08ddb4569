// Builds the `welcome` that a new member receives: its place, the commands that it may send, and the server's limits and
// times, which the client has to respect.

import {
  type Place,
  PROTOCOL_VERSION,
  type ServerLimits,
  type Times,
  type Welcome,
} from "../../protocol/methods/mod.ts";
import type { RankManager, Seat } from "../../ranks/mod.ts";
import type { Clock } from "../../time/mod.ts";
import { mayIssue, type Member } from "../connection/mod.ts";
import type { SeatStore } from "./seat_store.ts";

export interface WelcomeOptions {
  /** The names of the allow-list. */
  readonly commands: readonly string[];
  readonly limits: ServerLimits;
  readonly times: Pick<Times, "heartbeat_ms" | "silence_ms" | "resume_grace_ms">;
  /** The longest lease that is granted, in ms. */
  readonly maxLeaseMs: number;
  readonly store: Pick<SeatStore, "knowsAllLeases">;
  readonly clock: Clock;
}

export class WelcomeBuilder {
  readonly #options: WelcomeOptions;
  readonly #ranks: RankManager<Member>;
  readonly #startedAt: number;

  /** To be called when the server starts. */
  constructor(options: WelcomeOptions, ranks: RankManager<Member>) {
    this.#options = options;
    this.#ranks = ranks;
    this.#startedAt = options.clock.now();
  }

  /** @param token the resume token for the seat, if a new one was issued. */
  welcome(seat: Seat<Member>, token: string | undefined): Welcome {
    const { times, resume, ...place } = this.place(seat, token);
    return {
      ...place,
      capacity: this.#ranks.capacity,
      commands: mayIssue(seat.member.rights, this.#options.commands),
      protocol: PROTOCOL_VERSION,
      limits: this.#options.limits,
      times,
      resume,
    };
  }

  /** The part of the welcome that changes when a member yields. */
  place({ rank, ticket, member }: Seat<Member>, token: string | undefined): Place {
    const { epoch, size } = this.#ranks;
    return {
      rank,
      ticket,
      epoch,
      members: size,
      times: { ...this.#options.times, lease_ms: member.leaseMs, lead_after_ms: this.leadAfterMs },
      resume: token,
    };
  }

  /** How long until every leader with a lease from an earlier server process has stopped. */
  get leadAfterMs(): number {
    const { store, clock, maxLeaseMs } = this.#options;
    if (store.knowsAllLeases) return 0;
    return Math.max(0, Math.ceil(maxLeaseMs - (clock.now() - this.#startedAt)));
  }
}

// What a member is told on arrival: its place, what it may send, and the server's times, which a client's have to fit.

import { type Place, PROTOCOL_VERSION, type Times, type Welcome } from "../../protocol/methods/mod.ts";
import type { RankManager, Seat } from "../../ranks/mod.ts";
import type { Clock } from "../../time/mod.ts";
import { mayIssue, type Member } from "../connection/mod.ts";
import type { SeatStore } from "./seat_store.ts";

export interface WelcomeOptions {
  /** The allow-list, by name. */
  readonly commands: readonly string[];
  readonly times: Pick<Times, "heartbeat_ms" | "silence_ms" | "resume_grace_ms">;
  /** The longest lease that a member can have, in ms. */
  readonly maxLeaseMs: number;
  readonly store: Pick<SeatStore, "knowsAllLeases">;
  readonly clock: Clock;
}

export class WelcomeBuilder {
  readonly #options: WelcomeOptions;
  readonly #ranks: RankManager<Member>;
  readonly #startedAt: number;

  /** The server's life begins now. */
  constructor(options: WelcomeOptions, ranks: RankManager<Member>) {
    this.#options = options;
    this.#ranks = ranks;
    this.#startedAt = options.clock.now();
  }

  /** @param token takes the seat back, if one was issued for it just now. */
  write(seat: Seat<Member>, token: string | undefined): Welcome {
    const { commands } = this.#options;
    const { times, resume, ...place } = this.place(seat, token);
    return {
      ...place,
      capacity: this.#ranks.capacity,
      commands: mayIssue(seat.member.rights, commands),
      protocol: PROTOCOL_VERSION,
      times,
      ...(resume === undefined ? {} : { resume }),
    };
  }

  /** What of it is new for a member that has given its place up for another one. */
  place({ rank, ticket, member }: Seat<Member>, token: string | undefined): Place {
    const { epoch, size } = this.#ranks;
    return {
      ...{ rank, ticket, epoch, members: size },
      times: { ...this.#options.times, lease_ms: member.leaseMs, lead_after_ms: this.#leadAfterMs() },
      ...(token === undefined ? {} : { resume: token }),
    };
  }

  /** A leader of the server's earlier life, which had a lease then, has stopped after this. */
  #leadAfterMs(): number {
    const { store, clock, maxLeaseMs } = this.#options;
    if (store.knowsAllLeases) return 0;
    return Math.max(0, Math.ceil(maxLeaseMs - (clock.now() - this.#startedAt)));
  }
}

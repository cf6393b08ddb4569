// Builds the `welcome` that a new member receives: its place, the commands that it may send, and the server's limits and
// times, which the client has to respect.

import {
  type Place,
  PROTOCOL_VERSION,
  type ServerLimits,
  type Times,
  type Welcome,
} from "../../protocol/methods/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import type { Clock } from "../../time/mod.ts";
import { mayIssue, type Member, Session } from "../connection/mod.ts";
import type { SharedRoster } from "./shared_roster.ts";
import type { RosterChanges } from "./roster_changes.ts";

export interface WelcomeOptions {
  /** The names of the allow-list. */
  readonly commands: readonly string[];
  readonly limits: ServerLimits;
  readonly times: Pick<Times, "heartbeat_ms" | "silence_ms" | "resume_grace_ms">;
  readonly clock: Clock;
}

export class WelcomeBuilder {
  readonly #options: WelcomeOptions;
  readonly #changes: RosterChanges;
  readonly #shared: Pick<SharedRoster, "otherAddresses">;
  readonly #startedAt: number;

  /** To be called when the server starts. */
  constructor(options: WelcomeOptions, changes: RosterChanges, shared: Pick<SharedRoster, "otherAddresses">) {
    this.#options = options;
    this.#shared = shared;
    this.#changes = changes;
    this.#startedAt = options.clock.now();
  }

  /** With a resume token that the member has not been sent yet. */
  welcome(seat: Seat<Member>): Welcome {
    const { times, resume, ...place } = this.place(seat);
    const servers = this.#shared.otherAddresses;
    return {
      ...place,
      capacity: this.#changes.state.capacity,
      commands: mayIssue(seat.member.rights, this.#options.commands),
      protocol: PROTOCOL_VERSION,
      limits: this.#options.limits,
      times,
      resume,
      servers: servers.length === 0 ? undefined : [...servers],
    };
  }

  /** The part of the welcome that changes when a member yields. */
  place({ rank, ticket, member }: Seat<Member>): Place {
    const { epoch, state } = this.#changes;
    return {
      rank,
      ticket,
      epoch,
      members: state.size,
      times: { ...this.#options.times, lease_ms: member.leaseMs, lead_after_ms: this.leadAfterMs },
      resume: member instanceof Session ? takeToken(member) : undefined,
    };
  }

  /** How long until every leader with a lease from an earlier server process has stopped. */
  get leadAfterMs(): number {
    const runsFor = this.#options.clock.now() - this.#startedAt;
    return Math.max(0, Math.ceil(this.#changes.state.unknownLeaseMs - runsFor));
  }
}

function takeToken(session: Session): string | undefined {
  const { token } = session;
  session.token = undefined;
  // A person cannot come back.
  return session.mode === "text" ? undefined : token;
}

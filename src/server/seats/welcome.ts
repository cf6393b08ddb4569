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
import type { RosterChanges } from "./roster_changes.ts";

export interface WelcomeOptions {
  /** The names of the allow-list. */
  readonly commands: readonly string[];
  readonly limits: ServerLimits;
  readonly times: Pick<Times, "heartbeat_ms" | "silence_ms" | "resume_grace_ms">;
  readonly clock: Clock;
  /** Of the servers that share the roster with this one. */
  readonly otherServers: readonly string[];
}

export class WelcomeBuilder {
  readonly #options: WelcomeOptions;
  readonly #changes: RosterChanges;
  readonly #startedAt: number;

  /** To be called when the server starts. */
  constructor(options: WelcomeOptions, changes: RosterChanges) {
    this.#options = options;
    this.#changes = changes;
    this.#startedAt = options.clock.now();
  }

  /** With a resume token that the member has not been sent yet. */
  welcome(seat: Seat<Member>): Welcome {
    const { times, resume, ...place } = this.place(seat);
    return {
      ...place,
      capacity: this.#changes.state.capacity,
      commands: mayIssue(seat.member.rights, this.#options.commands),
      protocol: PROTOCOL_VERSION,
      limits: this.#options.limits,
      times,
      resume,
      servers: this.#options.otherServers.length === 0 ? undefined : [...this.#options.otherServers],
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

// What the operator of the server may see and do while it runs. It does not know how the operator is connected.

import type { Refusal } from "../../protocol/json_rpc/mod.ts";
import type {
  ClusterStatus,
  Evicted,
  EvictParams,
  Leader,
  Raised,
  ServerFigures,
  WaitingClient,
} from "../../protocol/methods/mod.ts";
import { clientRef, type Report } from "../../log/mod.ts";
import { visible } from "../../words/mod.ts";
import type { RosterSeat } from "../../journal/mod.ts";
import { normalizeName } from "../../rules/mod.ts";
import type { Member, SeatedMember } from "../connection/mod.ts";
import type { Runs } from "../runs/mod.ts";
import { CANNOT_SAVE, type ListedSeat, type Seating } from "../seats/mod.ts";

export interface OperatorParts {
  readonly seating: Seating;
  readonly runs: Runs;
  readonly report: Report;
  readonly connections: { readonly size: number };
  /** Of the ranking; `undefined`: this is the only server. */
  readonly clusterName: string | undefined;
  /** Starts the writes of what was queued. */
  readonly flush: () => void;
  /** Saves what has happened; false when that is not possible. */
  readonly save: () => boolean;
}

/** The figures that are known here; the others belong to the process. */
export type SeatFigures = Omit<ServerFigures, "version" | "address" | "uptime_ms" | "is_draining">;

/** `node`: the server that it is connected to, or was last, in a cluster. */
export type OperatorSeat = ListedSeat & { readonly node?: string | undefined };

/** Who is who, as it was when it was asked for. */
export interface Listed {
  readonly roster: readonly OperatorSeat[];
  readonly waitingRoom: readonly WaitingClient[];
}

/** Who evicts a member: another client, or an operator that has a name and no seat. */
export type Evictor = Pick<SeatedMember, "ip" | "port" | "name" | "address" | "identity" | "seat">;

const SHOWN_NAME_LENGTH = 64;

const NOT_EVICTED: Refusal = {
  reason: "unavailable",
  message: "The client was not evicted: the log that this server shares with others cannot be reached, " +
    "or the client has just left or connected again. Try again",
};

export class Operator {
  readonly #parts: OperatorParts;

  constructor(parts: OperatorParts) {
    this.#parts = parts;
  }

  status(): SeatFigures {
    const { seating, runs, connections } = this.#parts;
    return {
      members: seating.roster.length,
      capacity: seating.capacity,
      epoch: seating.epoch,
      away: seating.awayCount,
      waiting: seating.waitingClients.length,
      connections: connections.size,
      runs_in_flight: runs.inFlight,
      late_answers: runs.lateAnswers,
      leader: this.#leader(),
      lead_after_ms: seating.leadAfterMs,
      cluster: this.#cluster(),
    };
  }

  /** Copies, since members come and go while a long list is sent. @param count of each list, from its beginning */
  list(count: number): Listed {
    const { seating } = this.#parts;
    return {
      roster: seating.roster.slice(0, count).map(copySeat),
      waitingRoom: seating.waitingClients.slice(0, count).map(({ name, address }, index) => ({
        place: index + 1,
        name,
        address,
      })),
    };
  }

  #cluster(): ClusterStatus | undefined {
    const { clusterName, seating } = this.#parts;
    const status = seating.shared.status(seating.roster);
    return clusterName === undefined || status === undefined ? undefined : { name: clusterName, ...status };
  }

  #leader(): Leader | undefined {
    const { leader } = this.#parts.seating;
    if (leader === undefined) return undefined;
    const { seat: { ticket, member }, forMs } = leader;
    return { ticket, name: member.name, leads_for_ms: forMs === undefined ? undefined : Math.round(forMs) };
  }

  /**
   * Takes a member's seat away; a refusal when `params` fit no member, or more than one.
   *
   * @param by the client that asks for it; absent: the operator.
   */
  evict(params: EvictParams, by?: Evictor): Evicted | Refusal | Promise<Evicted | Refusal> {
    const { seating, report, flush, save } = this.#parts;
    const seat = this.#find(params);
    if ("reason" in seat) return seat;
    const { rank, ticket, member: { name } } = seat;
    const who = clientRef(seat.member);
    const evictor = by === undefined ? {} : describeEvictor(by);
    const { keepMs, isApplied } = seating.evict(seat, "evicted", by?.identity);
    const evicted = { rank, ticket, name, keep_ms: keepMs };
    const tell = () => report({ event: "client_evicted", ...who, rank, ticket, keep_ms: keepMs, ...evictor });
    if (isApplied !== undefined) {
      return isApplied.then((isApplied) => {
        if (!isApplied) return NOT_EVICTED;
        tell();
        flush();
        return evicted;
      });
    }
    tell();
    seating.settle();
    flush();
    // The answer to a client waits until this is saved.
    if (by?.seat === undefined && !save()) {
      return notSaved("The client was evicted, but after a restart it could come back");
    }
    return evicted;
  }

  /**
   * Gives a member rank 0: all members above it yield. A refusal when `params` fit no member, or more than one; the seat
   * of a client that was killed and started again still fits its name, so one that alone is connected is chosen.
   */
  raise(params: EvictParams): Raised | Refusal {
    const { seating, flush, save } = this.#parts;
    const connected = seating.roster.filter(addressedBy(params)).filter(({ member }) => member.isOpen);
    const seat = connected.length === 1 ? connected[0]! : this.#find(params);
    if ("reason" in seat) return seat;
    const { rank, ticket, member: { name } } = seat;
    const waitMs = seating.yields.raise(seat);
    flush();
    if (typeof waitMs !== "number") return waitMs;
    if (!save()) return notSaved("The client was raised, but after a restart it would not be");
    return { rank, ticket, name, wait_ms: waitMs };
  }

  #find(params: EvictParams): RosterSeat<Member> | Refusal {
    const found = this.#parts.seating.roster.filter(addressedBy(params));
    const [seat] = found;
    if (seat === undefined) return { reason: "no_recipient", message: `No client has ${describe(params)}` };
    if (found.length === 1) return seat;
    const ranks = found.map(({ rank }) => rank);
    const message = `${found.length} clients have ${describe(params)} (ranks ${
      ranks.join(", ")
    }): use a rank or a ticket`;
    return { reason: "invalid_params", message, data: { ranks } };
  }
}

function copySeat({ rank, ticket, member, client }: RosterSeat<Member>): OperatorSeat {
  const { name, address, since, leaseMs, isOpen } = member;
  return { rank, ticket, node: client.node, member: { name, address, since, leaseMs, isOpen } };
}

/** For the log. */
function describeEvictor(by: Evictor) {
  return { by: by.identity, by_rank: by.seat?.rank, by_name: clientRef(by).name };
}

function addressedBy(params: EvictParams): (seat: RosterSeat<Member>) => boolean {
  if ("rank" in params) return ({ rank }) => rank === params.rank;
  if ("ticket" in params) return ({ ticket }) => ticket === params.ticket;
  const name = normalizeName(params.name);
  return ({ member }) => member.name === name;
}

function notSaved(what: string): Refusal {
  return { reason: "unavailable", message: `${what}. ${CANNOT_SAVE}` };
}

function describe(params: EvictParams): string {
  if ("rank" in params) return `rank ${params.rank}`;
  if ("ticket" in params) return `ticket ${params.ticket}`;
  return `the name "${visible(params.name, SHOWN_NAME_LENGTH)}"`;
}

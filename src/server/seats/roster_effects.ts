// What the effects of records mean to sessions: which member each seat has, who waits, and what is to be announced.

import type { ClusterEffect } from "../../journal/cluster/mod.ts";
import type { Journal, SharedJournal } from "../../journal/engines/mod.ts";
import type { Effect, RosterSeat, RosterState, SeatedClient } from "../../journal/mod.ts";
import { type Member, Session } from "../connection/mod.ts";
import { DisconnectedMember } from "./disconnected_member.ts";
import { RemoteMember, type RemoteMembersHost } from "./remote_member.ts";
import type { RosterEvents } from "./roster_notifier.ts";
import type { ToldSessions } from "./told_sessions.ts";
import type { WaitingList } from "./waiting_list.ts";

export type MemberSeat = RosterSeat<Member>;

/** A change of a seat since the roster was settled, except departures and promotions. */
interface SeatEvent {
  readonly kind: "seated" | "moved" | "renamed" | "leased" | "away" | "back";
  readonly seat: MemberSeat;
}

export interface RosterEffectsOptions {
  readonly journal: Pick<Journal<Member> | SharedJournal<Member>, "state">;
  /** `undefined`: this is the only server. */
  readonly remotes?: RemoteMembersHost | undefined;
  readonly waiting: WaitingList;
  readonly told: ToldSessions;
  /** Called when there are changes to announce soon. */
  readonly schedule: () => void;
  /** Called with each new seat. */
  readonly onSeating: (session: Session, seat: MemberSeat) => void;
}

export class RosterEffects {
  readonly #options: RosterEffectsOptions;
  /** Sessions that have asked for a seat and have none yet, by id. */
  readonly #arrivals = new Map<string, Session>();
  #events: SeatEvent[] = [];

  constructor(options: RosterEffectsOptions) {
    this.#options = options;
  }

  /** A record with the id of the session will give it a seat or a place in the waiting room. */
  expect(session: Session): void {
    this.#arrivals.set(session.id, session);
  }

  arrivalOf(id: string): Session | undefined {
    return this.#arrivals.get(id);
  }

  /** The session has ended before its record was applied. */
  forget(session: Session): void {
    this.#arrivals.delete(session.id);
    this.#options.waiting.remove(session);
  }

  /** Whether a session of this server has this id. */
  has(id: string): boolean {
    const member = this.#state.seatById(id)?.member;
    return this.#arrivals.has(id) || (member instanceof Session && member.id === id && member.isOpen);
  }

  /** Whether there is something to announce, except departures and promotions. */
  get hasEvents(): boolean {
    return this.#events.length > 0;
  }

  /** Returns and forgets what is to be announced. */
  takeEvents(): readonly SeatEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  take(effects: readonly (Effect<Member> | ClusterEffect<Member>)[]): void {
    let mustSettle = false;
    for (const effect of effects) {
      this.#handle(effect);
      mustSettle ||= effect.kind === "left" || effect.kind === "withdrawn";
    }
    if (mustSettle) this.#options.schedule();
  }

  /** The name or the state of this server was replaced: none of its sessions has a seat now. */
  replaced(): void {
    this.#events = [];
    for (const seat of this.#state.seats) this.#attachRemote(seat);
  }

  get #state(): RosterState<Member> {
    return this.#options.journal.state;
  }

  #handle(effect: Effect<Member> | ClusterEffect<Member>): void {
    switch (effect.kind) {
      case "seated":
        return this.#seat(effect.seat, effect.hasWaited);
      case "waiting":
        return this.#wait(effect.client.id, effect.place);
      case "full":
        this.#arrivals.delete(effect.client.id);
        return;
      case "left":
        return this.#options.remotes?.seatLost(effect.seat);
      case "withdrawn":
        return this.#stopWaiting(effect.id);
      case "changed":
        return this.#change(effect.seat, effect.before);
      case "yielded":
        return this.#move(effect.seat, effect.before);
      case "node gone":
        for (const seat of effect.away) this.#away(seat);
        for (const { id } of effect.withdrawn) this.#stopWaiting(id);
    }
  }

  #seat(seat: MemberSeat, hasWaited: boolean): void {
    const session = this.#hold(seat);
    this.#note("seated", seat);
    if (hasWaited) this.#options.waiting.noteMoved();
    if (session === undefined) return;
    this.#options.waiting.remove(session);
    this.#options.onSeating(session, seat);
  }

  /** Makes the session that requested this seat its member. @returns `undefined` if it is on another server, or has ended */
  #hold(seat: MemberSeat): Session | undefined {
    const { id } = seat.client;
    const session = this.#arrivals.get(id);
    if (session === undefined) {
      this.#attachRemote(seat);
      return undefined;
    }
    this.#arrivals.delete(id);
    this.#state.attach(seat, session);
    session.seat = seat;
    this.#options.told.add(session);
    return session;
  }

  #attachRemote(seat: MemberSeat): void {
    this.#state.attach(seat, new RemoteMember(seat, this.#options.remotes!));
  }

  #wait(id: string, place: number): void {
    const session = this.#arrivals.get(id);
    if (session === undefined) return;
    this.#options.told.add(session);
    this.#options.waiting.add(session, place);
  }

  #stopWaiting(id: string): void {
    const session = this.#arrivals.get(id);
    if (session === undefined) return this.#options.waiting.noteMoved();
    this.#options.waiting.remove(session);
    this.#arrivals.delete(id);
  }

  #away(seat: MemberSeat): void {
    // A single server attaches the member itself.
    if (this.#options.remotes !== undefined) this.#attachRemote(seat);
    this.#note("away", seat);
    this.#options.schedule();
  }

  #change(seat: MemberSeat, before: SeatedClient): void {
    const { client, member } = seat;
    if (client.id !== before.id) {
      this.#options.remotes?.seatClaimed(seat, before);
      this.#options.remotes?.seatLost(seat);
      this.#hold(seat);
      this.#note("back", seat);
      // The earlier connection may be dead without the server knowing; the token decides.
      member.closeWith("replaced", "Another connection has resumed this seat");
    } else if (client.isAway && !before.isAway) this.#away(seat);
    if (this.#options.remotes !== undefined && client.isEvicted && !before.isEvicted) {
      member.closeWith("evicted", "This client was evicted");
    }
    if (client.name !== before.name) this.#note("renamed", seat);
    if (client.leaseMs !== before.leaseMs) this.#note("leased", seat);
    this.#options.told.add(seat.member);
  }

  #move(seat: MemberSeat, before: MemberSeat): void {
    const { member } = seat;
    this.#options.remotes?.seatLost(before);
    if (member instanceof Session || member instanceof DisconnectedMember || member instanceof RemoteMember) {
      member.seat = seat;
    }
    if (this.#options.remotes !== undefined && member instanceof Session && !member.isOpen) {
      this.#attachRemote(seat);
    }
    this.#options.told.add(member);
    this.#note("moved", seat);
  }

  #note(kind: SeatEvent["kind"], seat: MemberSeat): void {
    this.#events.push({ kind, seat });
  }
}

export function toRosterEvents(
  state: RosterState<Member>,
  events: readonly SeatEvent[],
  left: readonly MemberSeat[],
): RosterEvents {
  // A seat that was left is in the list of departures; one that was also taken since the last time is in no list.
  const seatsOf = (...kinds: SeatEvent["kind"][]) => {
    const seats = events.filter(({ kind }) => kinds.includes(kind)).map(({ seat }) => seat);
    return [...new Set(seats)].filter((seat) => state.isSeated(seat));
  };
  return {
    joined: seatsOf("moved", "seated"),
    left,
    renamed: seatsOf("renamed"),
    leased: seatsOf("leased"),
    away: seatsOf("away").filter(({ client }) => client.isAway),
    back: seatsOf("back").filter(({ client }) => !client.isAway),
  };
}

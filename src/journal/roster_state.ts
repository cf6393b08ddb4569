// The state after some records: the seats with their clients, and the waiting room. Only apply.ts and cluster/ change it,
// except for the members, which the server attaches to the seats.

import { RankManager, type RosterChange, type Seat } from "../ranks/mod.ts";
import { type Arrival, checkVersion, type Position } from "./record.ts";
import type { SeatedClient, Snapshot } from "./snapshot.ts";

export interface RosterSeat<Member = unknown> extends Seat<Member> {
  readonly client: SeatedClient;
}

type Start = Pick<Snapshot, "version" | "capacity" | "waitingCapacity" | "isComplete" | "leaseMaxMs">;
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** @typeParam Member what the server attaches to a seat; it is no part of the state. */
export class RosterState<Member = unknown> {
  #version = 0;
  #position: Position = -1;
  #epoch: Position = 0;
  #capacity = 0;
  #waitingCapacity = 0;
  #isComplete = false;
  #leaseMaxMs = 0;
  readonly #ranks = new RankManager<RosterSeat<Member>>();
  readonly #byId = new Map<string, RosterSeat<Member>>();
  readonly #byHash = new Map<string, RosterSeat<Member>>();
  readonly #waiting = new Map<string, Arrival>();
  #leases = 0;
  #claimable = 0;
  readonly #placeholder: Member;

  /** @param placeholder the member of a seat until another one is attached */
  constructor(placeholder: Member) {
    this.#placeholder = placeholder;
  }

  /** Of the last record that was applied. */
  get position(): Position {
    return this.#position;
  }

  /** The position of the last record that changed the roster. */
  get epoch(): Position {
    return this.#epoch;
  }

  get capacity(): number {
    return this.#capacity;
  }

  get waitingCapacity(): number {
    return this.#waitingCapacity;
  }

  /** Whether every lease that may still be valid is known. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** The longest lease that an earlier server may have granted without a record here, in ms; 0: every lease is known. */
  get unknownLeaseMs(): number {
    return this.#isComplete ? 0 : this.#leaseMaxMs;
  }

  /** The number of seats that are taken. */
  get size(): number {
    return this.#ranks.size;
  }

  /** Seats with a lease. */
  get leases(): number {
    return this.#leases;
  }

  /** The number of seats with a resume token, including those of evicted clients. */
  get claimable(): number {
    return this.#claimable;
  }

  /** By rank, at the last {@linkcode settle}. */
  get roster(): readonly RosterSeat<Member>[] {
    return this.#ranks.roster;
  }

  /** All seats that are taken now, in ticket order. */
  get seats(): readonly RosterSeat<Member>[] {
    return this.#ranks.taken;
  }

  /** Waiting clients; the first one gets the next free seat. */
  get waiting(): ReadonlyMap<string, Arrival> {
    return this.#waiting;
  }

  isSeated(seat: RosterSeat<Member>): boolean {
    return this.#ranks.isSeated(seat);
  }

  seatOf(ticket: Position): RosterSeat<Member> | undefined {
    return this.#ranks.find(ticket);
  }

  seatById(id: string): RosterSeat<Member> | undefined {
    return this.#byId.get(id);
  }

  /** The seat whose current token, or the one used last, has this hash. */
  seatByHash(hash: string): RosterSeat<Member> | undefined {
    return this.#byHash.get(hash);
  }

  /** Makes all arrivals and departures since the last call one change, in which each seat moves at most once. */
  settle(): RosterChange<RosterSeat<Member>> | undefined {
    return this.#ranks.settle();
  }

  attach(seat: RosterSeat<Member>, member: Member): void {
    (seat as Mutable<RosterSeat<Member>>).member = member;
  }

  /** @throws {Error} if the position is not higher than the last one: records must not be applied twice */
  advance(position: Position): void {
    if (position <= this.#position) {
      throw new Error(`Cannot apply the record at ${position}: the state is at ${this.#position}`);
    }
    this.#position = position;
  }

  /** A server has started: no client is connected. @returns the seats that are removed */
  begin(
    { version, capacity, waitingCapacity, isComplete, leaseMaxMs = 0 }: Start,
  ): readonly RosterSeat<Member>[] {
    this.#version = version;
    this.resize(capacity, waitingCapacity);
    this.#isComplete = isComplete;
    // A backup may be restored with a lower limit than the leases were granted with.
    this.#leaseMaxMs = isComplete ? leaseMaxMs : Math.max(this.#leaseMaxMs, leaseMaxMs);
    this.#waiting.clear();
    const dropped: RosterSeat<Member>[] = [];
    let kept = 0;
    for (const seat of this.seats) {
      if (seat.client.isProgram && kept < capacity) {
        this.change(seat, { isAway: true });
        kept++;
      } else dropped.push(seat);
    }
    for (const seat of dropped) this.remove(seat);
    this.settle();
    this.#epoch = this.#position;
    return dropped;
  }

  /** Members keep their seats, even if there are more than the capacity, and their leases. */
  resize(capacity: number, waitingCapacity: number, leaseMaxMs = 0): void {
    this.#capacity = capacity;
    this.#waitingCapacity = waitingCapacity;
    this.#leaseMaxMs = Math.max(this.#leaseMaxMs, leaseMaxMs);
  }

  complete(isComplete = true): void {
    this.#isComplete = isComplete;
  }

  /** Adds a seat below all others; its ticket is the current position. */
  seat(client: Arrival & Partial<SeatedClient>, member = this.#placeholder): RosterSeat<Member> {
    const { n = 0, isProgram = false, isAway = false, isEvicted = false } = client;
    const { id, name, ip, port, since, identity, hash, usedHash, leaseMs, node } = client;
    // One shape for all, which is fast: clients arrive by the thousand.
    const arrival = { id, name, ip, port, since, identity, hash, leaseMs, node };
    this.#epoch = this.#position;
    return this.#add(this.#position, { ...arrival, usedHash, n, isProgram, isAway, isEvicted }, member);
  }

  /** Changes the data of a seat's client. */
  change(seat: RosterSeat<Member>, changes: Partial<SeatedClient>): void {
    this.#forget(seat);
    (seat as Mutable<RosterSeat<Member>>).client = { ...seat.client, ...changes };
    this.#note(seat);
  }

  /** Begins a new epoch: members can see the change. */
  revise(): void {
    this.#epoch = this.#position;
  }

  remove(seat: RosterSeat<Member>): void {
    if (!this.#ranks.leave(seat)) return;
    this.#forget(seat);
    this.#epoch = this.#position;
  }

  addWaiting(client: Arrival): void {
    this.#waiting.set(client.id, client);
  }

  removeWaiting(id: string): boolean {
    return this.#waiting.delete(id);
  }

  /** Removes the client that has waited longest from the waiting room. */
  takeFirstWaiting(): Arrival | undefined {
    const [first] = this.#waiting.values();
    if (first !== undefined) this.#waiting.delete(first.id);
    return first;
  }

  toSnapshot(): Snapshot {
    return {
      version: this.#version,
      position: this.#position,
      epoch: this.#epoch,
      capacity: this.#capacity,
      waitingCapacity: this.#waitingCapacity,
      isComplete: this.#isComplete,
      leaseMaxMs: this.#leaseMaxMs,
      seats: this.seats.map(({ ticket, client }) => ({ ticket, ...client })),
      waiting: [...this.#waiting.values()],
    };
  }

  /** @throws {Error} if it is of a later version, or its seats are not in ticket order */
  static fromSnapshot<Member>(snapshot: Snapshot, placeholder: Member): RosterState<Member> {
    checkVersion(snapshot.version);
    const state = new RosterState(placeholder);
    state.#version = snapshot.version;
    state.#position = snapshot.position;
    state.#epoch = snapshot.epoch;
    state.resize(snapshot.capacity, snapshot.waitingCapacity);
    state.#isComplete = snapshot.isComplete;
    state.#leaseMaxMs = snapshot.leaseMaxMs ?? 0;
    for (const { ticket, ...client } of snapshot.seats) state.#add(ticket, client, placeholder);
    for (const client of snapshot.waiting) state.addWaiting(client);
    state.settle();
    return state;
  }

  #add(ticket: Position, client: SeatedClient, member: Member): RosterSeat<Member> {
    const seat: RosterSeat<Member> = { ticket, rank: 0, member, client };
    this.#ranks.append(seat);
    this.#note(seat);
    return seat;
  }

  #note(seat: RosterSeat<Member>): void {
    const { id, hash, usedHash, leaseMs } = seat.client;
    this.#byId.set(id, seat);
    if (hash !== undefined) this.#byHash.set(hash, seat);
    if (usedHash !== undefined) this.#byHash.set(usedHash, seat);
    this.#leases += Number(leaseMs > 0);
    this.#claimable += Number(hash !== undefined);
  }

  #forget(seat: RosterSeat<Member>): void {
    const { id, hash, usedHash, leaseMs } = seat.client;
    this.#byId.delete(id);
    for (const one of [hash, usedHash]) {
      // A duplicate record may have given its token to two seats.
      if (one !== undefined && this.#byHash.get(one) === seat) this.#byHash.delete(one);
    }
    this.#leases -= Number(leaseMs > 0);
    this.#claimable -= Number(hash !== undefined);
  }
}

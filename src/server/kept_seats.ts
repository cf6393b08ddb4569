// Seats whose members may come back. Each has one token at a time; it is random, known here by its hash alone, good for
// one use, and then replaced. A seat that nobody has taken back in time is given up.

import type { Seat } from "../ranks/rank_manager.ts";
import { type Clock, Deadlines } from "./deadlines.ts";
import type { Member } from "./member.ts";

/** Where tokens come from; chance and hashing are passed in. */
export interface TokenSource {
  /** A new token of at least 128 random bits, and its hash. */
  issue(): { readonly token: string; readonly hash: string };
  hash(token: string): string;
}

interface Kept {
  readonly seat: Seat<Member>;
  /** Of the token that takes the seat back; `undefined` while none does. */
  hash: string | undefined;
  /** How long it may be away; set while it is. */
  awayMs: number | undefined;
}

export class KeptSeats {
  readonly #tokens: TokenSource;
  readonly #byHash = new Map<string, Kept>();
  readonly #bySeat = new Map<Seat<Member>, Kept>();
  readonly #deadlines: Deadlines<Kept>;

  /** @param onLapsed is called when a seat was not taken back in time, and is not kept any more. */
  constructor(tokens: TokenSource, clock: Clock, onLapsed: (seat: Seat<Member>) => void) {
    this.#tokens = tokens;
    this.#deadlines = new Deadlines(clock, (kept) => {
      kept.awayMs = undefined;
      this.forget(kept.seat);
      onLapsed(kept.seat);
    });
  }

  /** Makes the seat one that can be taken back. An earlier token for it is worth nothing from now on. */
  issue(seat: Seat<Member>): { token: string; hash: string } {
    const { token } = this.#tokens.issue();
    const hash = this.#hash(token, seat.member.identity);
    this.#setHash(this.#entry(seat), hash);
    return { token, hash };
  }

  /** Takes over a seat and its hash from an earlier life of the server; its member is away. */
  restore(seat: Seat<Member>, hash: string, awayMs: number): void {
    this.#setHash(this.#entry(seat), hash);
    this.keepFor(seat, awayMs);
  }

  /** The member is away, and its seat is kept for `ms` from now on, whatever was said before. */
  keepFor(seat: Seat<Member>, ms: number): void {
    const kept = this.#bySeat.get(seat);
    if (kept === undefined) return;
    this.#stopWaiting(kept);
    kept.awayMs = ms;
    this.#deadlines.add(kept, ms);
  }

  /** The seat that a token in the hands of this identity is for, or `undefined` when it is for none (any more). */
  find(token: string, identity: string | undefined): Seat<Member> | undefined {
    return this.#byHash.get(this.#hash(token, identity))?.seat;
  }

  /** Its token is worth nothing from now on; the seat is kept as long as it was to be. */
  revoke(seat: Seat<Member>): void {
    const kept = this.#bySeat.get(seat);
    if (kept !== undefined) this.#setHash(kept, undefined);
  }

  /** The member is back: the seat does not lapse any more. */
  markBack(seat: Seat<Member>): void {
    const kept = this.#bySeat.get(seat);
    if (kept !== undefined) this.#stopWaiting(kept);
  }

  /** The seat was given up for good. False when it was not kept anyway. */
  forget(seat: Seat<Member>): boolean {
    const kept = this.#bySeat.get(seat);
    if (kept === undefined) return false;
    this.#stopWaiting(kept);
    this.#setHash(kept, undefined);
    return this.#bySeat.delete(seat);
  }

  /** Whether the seat is one that outlasts its member's connection. */
  has(seat: Seat<Member>): boolean {
    return this.#bySeat.has(seat);
  }

  /** The hash of the token that takes the seat back; `undefined` when none does. */
  hashOf(seat: Seat<Member>): string | undefined {
    return this.#bySeat.get(seat)?.hash;
  }

  /** Seats that outlast their members' connections, their members away or not. */
  get size(): number {
    return this.#bySeat.size;
  }

  /** Seats whose members are away. */
  get awayCount(): number {
    return this.#deadlines.size;
  }

  /** No seat lapses any more; for the end of the server. */
  stop(): void {
    this.#deadlines.clear();
  }

  /** Whose it is goes into the hash: in other hands the token is worth nothing, not even after a restart. */
  #hash(token: string, identity: string | undefined): string {
    return this.#tokens.hash(identity === undefined ? token : `${identity} ${token}`);
  }

  #entry(seat: Seat<Member>): Kept {
    let kept = this.#bySeat.get(seat);
    if (kept === undefined) this.#bySeat.set(seat, kept = { seat, hash: undefined, awayMs: undefined });
    return kept;
  }

  #setHash(kept: Kept, hash: string | undefined): void {
    if (kept.hash !== undefined) this.#byHash.delete(kept.hash);
    kept.hash = hash;
    if (hash !== undefined) this.#byHash.set(hash, kept);
  }

  #stopWaiting(kept: Kept): void {
    if (kept.awayMs !== undefined) this.#deadlines.remove(kept, kept.awayMs);
    kept.awayMs = undefined;
  }
}

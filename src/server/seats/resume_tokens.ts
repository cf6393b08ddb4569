// Seats whose members may come back. Each has one token; it is random, known here by its hash alone, and replaced when it
// is used. Until the member is known to have its new token, the used one is good as well: the answer that told the new one
// may have been lost on its way. A seat that nobody has taken back in time is given up.

import type { Seat } from "../../ranks/mod.ts";
import { type Clock, Deadlines } from "../../time/mod.ts";
import type { Member } from "../connection/mod.ts";
import type { SeatRecord } from "./seat_store.ts";

/** Where tokens come from; chance and hashing are passed in. */
export interface TokenSource {
  /** A new token of at least 128 random bits. */
  issue(): string;
  hash(text: string): string;
}

/** What is to be remembered of a seat that is kept. */
export type Keeping = Pick<SeatRecord, "tokenHash" | "earlierHash" | "isEvicted">;

/** A seat for which somebody has a token. */
export interface Found {
  readonly seat: Seat<Member>;
  /** A newer token was told, and nobody has shown yet that it arrived. */
  readonly isEarlier: boolean;
  /** The token is good for giving the seat up, and not for taking it back. */
  readonly isEvicted: boolean;
}

interface Kept {
  readonly seat: Seat<Member>;
  /** Of the token that was told last; `undefined` while none was. */
  hash: string | undefined;
  /** Of the one before, while that is good as well. */
  earlierHash: string | undefined;
  isEvicted: boolean;
  /** How long it may be away; set while it is. */
  awayMs: number | undefined;
}

export class ResumeTokens {
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

  /** Makes the seat one that can be taken back, and gives the token for that. */
  issue(seat: Seat<Member>): string {
    const token = this.#tokens.issue();
    const kept = this.#entry(seat);
    this.#setHashes(kept, this.#hash(token, seat.member.identity), kept.earlierHash);
    return token;
  }

  /** Takes over a seat from an earlier life of the server; its member is away. */
  restore(seat: Seat<Member>, { tokenHash, earlierHash, isEvicted }: Keeping, awayMs: number): void {
    const kept = this.#entry(seat);
    this.#setHashes(kept, tokenHash, earlierHash);
    kept.isEvicted = isEvicted;
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
  find(token: string, identity: string | undefined): Found | undefined {
    const hash = this.#hash(token, identity);
    const kept = this.#byHash.get(hash);
    if (kept === undefined) return undefined;
    return { seat: kept.seat, isEarlier: hash === kept.earlierHash, isEvicted: kept.isEvicted };
  }

  /** The seat was taken back with this token and does not lapse any more; of its tokens, only this one is still good. */
  redeem(seat: Seat<Member>, token: string, identity: string | undefined): void {
    const kept = this.#bySeat.get(seat);
    if (kept === undefined) return;
    this.#stopWaiting(kept);
    this.#setHashes(kept, undefined, this.#hash(token, identity));
  }

  /** The member has its newest token: the one before is worth nothing from now on. */
  confirm(seat: Seat<Member>): void {
    const kept = this.#bySeat.get(seat);
    if (kept !== undefined) this.#setHashes(kept, kept.hash, undefined);
  }

  /** Nobody takes the seat back any more; its tokens give it up. */
  evict(seat: Seat<Member>): void {
    const kept = this.#bySeat.get(seat);
    if (kept !== undefined) kept.isEvicted = true;
  }

  /** The seat was given up for good. False when it was not kept anyway. */
  forget(seat: Seat<Member>): boolean {
    const kept = this.#bySeat.get(seat);
    if (kept === undefined) return false;
    this.#stopWaiting(kept);
    this.#setHashes(kept, undefined, undefined);
    return this.#bySeat.delete(seat);
  }

  /** Whether the seat is one that outlasts its member's connection. */
  has(seat: Seat<Member>): boolean {
    return this.#bySeat.has(seat);
  }

  /** What is to be remembered of the seat; `undefined` while nobody has been told a token for it. */
  keepingOf(seat: Seat<Member>): Keeping | undefined {
    const kept = this.#bySeat.get(seat);
    if (kept?.hash === undefined) return undefined;
    const { hash, earlierHash, isEvicted } = kept;
    return { tokenHash: hash, earlierHash, isEvicted };
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
    if (kept === undefined) {
      kept = { seat, hash: undefined, earlierHash: undefined, isEvicted: false, awayMs: undefined };
      this.#bySeat.set(seat, kept);
    }
    return kept;
  }

  #setHashes(kept: Kept, hash: string | undefined, earlierHash: string | undefined): void {
    for (const old of [kept.hash, kept.earlierHash]) if (old !== undefined) this.#byHash.delete(old);
    kept.hash = hash;
    kept.earlierHash = earlierHash;
    for (const good of [hash, earlierHash]) if (good !== undefined) this.#byHash.set(good, kept);
  }

  #stopWaiting(kept: Kept): void {
    if (kept.awayMs !== undefined) this.#deadlines.remove(kept, kept.awayMs);
    kept.awayMs = undefined;
  }
}

// Resume tokens: each reserves a seat for the client that holds it. Only hashes are stored. A token is replaced when it is
// used, and the used one stays valid until the client has confirmed the new one: the message with it may have been lost.

import { sha256 } from "@noble/hashes/sha2.js";
import type { Seat } from "../../ranks/mod.ts";
import { type Clock, Deadlines } from "../../time/mod.ts";
import type { Member } from "../connection/mod.ts";
import type { SeatRecord } from "./seat_store.ts";

/** Creates and hashes tokens; passed in, so that tests can predict them. */
export interface TokenSource {
  /** A new token of at least 128 random bits. */
  issue(): string;
  hash(text: string): string;
}

const TOKEN_BYTES = 32;

const encoder = new TextEncoder();

/**
 * Tokens of 256 random bits; a fast hash is enough because they cannot be guessed. Not with node:crypto, whose import
 * would take a third of the server's startup time, nor with Web Crypto, whose hashes are asynchronous.
 */
export const RANDOM_TOKENS: TokenSource = {
  issue: () => toBase64Url(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES))),
  hash: (text) => toBase64Url(sha256(encoder.encode(text))),
};

function toBase64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** The part of a reservation that is stored. */
export type StoredTokens = Pick<SeatRecord, "tokenHash" | "earlierHash" | "isEvicted">;

/** The seat that a token belongs to. */
export interface FoundSeat {
  readonly seat: Seat<Member>;
  /** The token was used; a newer one has been issued but not confirmed. */
  readonly isEarlier: boolean;
  /** The token can release the seat, but not resume it. */
  readonly isEvicted: boolean;
}

interface Reservation {
  /** Replaced when the seat moves. */
  seat: Seat<Member>;
  /** Of the newest token; `undefined` until one is issued. */
  hash: string | undefined;
  /** Of the previous token, while it is valid. */
  earlierHash: string | undefined;
  isEvicted: boolean;
  /** How long the seat stays reserved; set while its member is disconnected. */
  reservedMs: number | undefined;
}

export class ResumeTokens {
  readonly #tokens: TokenSource;
  readonly #byHash = new Map<string, Reservation>();
  readonly #bySeat = new Map<Seat<Member>, Reservation>();
  readonly #deadlines: Deadlines<Reservation>;

  /** @param onExpired is called when a reservation has expired and been removed. */
  constructor(tokens: TokenSource, clock: Clock, onExpired: (seat: Seat<Member>) => void) {
    this.#tokens = tokens;
    this.#deadlines = new Deadlines(clock, (reservation) => {
      reservation.reservedMs = undefined;
      this.remove(reservation.seat);
      onExpired(reservation.seat);
    });
  }

  /** Issues a token for the seat. */
  issue(seat: Seat<Member>): string {
    const token = this.#tokens.issue();
    const reservation = this.#getOrAdd(seat);
    this.#setHashes(reservation, this.#hash(token, seat.member.identity), reservation.earlierHash);
    return token;
  }

  /** Restores the tokens of a seat from an earlier server process; its member is disconnected. */
  restore(seat: Seat<Member>, { tokenHash, earlierHash, isEvicted }: StoredTokens, reservedMs: number): void {
    const reservation = this.#getOrAdd(seat);
    this.#setHashes(reservation, tokenHash, earlierHash);
    reservation.isEvicted = isEvicted;
    this.reserve(seat, reservedMs);
  }

  /** The member is disconnected: its seat stays reserved for `ms` from now on. Replaces an earlier deadline. */
  reserve(seat: Seat<Member>, ms: number): void {
    const reservation = this.#bySeat.get(seat);
    if (reservation === undefined) return;
    this.#clearDeadline(reservation);
    reservation.reservedMs = ms;
    this.#deadlines.add(reservation, ms);
  }

  /** The seat of a token that this identity holds; `undefined` for an invalid or expired token. */
  find(token: string, identity: string | undefined): FoundSeat | undefined {
    const hash = this.#hash(token, identity);
    const reservation = this.#byHash.get(hash);
    if (reservation === undefined) return undefined;
    const { seat, earlierHash, isEvicted } = reservation;
    return { seat, isEarlier: hash === earlierHash, isEvicted };
  }

  /** The seat was resumed with this token, the only one that stays valid, and its reservation does not expire any more. */
  use(seat: Seat<Member>, token: string, identity: string | undefined): void {
    const reservation = this.#bySeat.get(seat);
    if (reservation === undefined) return;
    this.#clearDeadline(reservation);
    this.#setHashes(reservation, undefined, this.#hash(token, identity));
  }

  /** The member has confirmed its newest token: the previous one becomes invalid. */
  confirm(seat: Seat<Member>): void {
    const reservation = this.#bySeat.get(seat);
    if (reservation !== undefined) this.#setHashes(reservation, reservation.hash, undefined);
  }

  /** The seat cannot be resumed any more; its tokens can only release it. */
  evict(seat: Seat<Member>): void {
    const reservation = this.#bySeat.get(seat);
    if (reservation !== undefined) reservation.isEvicted = true;
  }

  /** Removes the reservation of a seat and its tokens. False when there is none. */
  remove(seat: Seat<Member>): boolean {
    const reservation = this.#bySeat.get(seat);
    if (reservation === undefined) return false;
    this.#clearDeadline(reservation);
    this.#setHashes(reservation, undefined, undefined);
    return this.#bySeat.delete(seat);
  }

  /** A disconnected member has another seat now: its tokens and its deadline are those of that seat. */
  move(from: Seat<Member>, to: Seat<Member>): void {
    const reservation = this.#bySeat.get(from);
    if (reservation === undefined) return;
    this.#bySeat.delete(from);
    this.#bySeat.set(to, reservation);
    reservation.seat = to;
  }

  has(seat: Seat<Member>): boolean {
    return this.#bySeat.has(seat);
  }

  /** What must be stored for the seat; `undefined` until a token was issued for it. */
  storedTokens(seat: Seat<Member>): StoredTokens | undefined {
    const reservation = this.#bySeat.get(seat);
    if (reservation?.hash === undefined) return undefined;
    const { hash, earlierHash, isEvicted } = reservation;
    return { tokenHash: hash, earlierHash, isEvicted };
  }

  /** The number of seats with a reservation, whether their members are connected or not. */
  get size(): number {
    return this.#bySeat.size;
  }

  /** The number of reserved seats whose members are disconnected. */
  get disconnectedCount(): number {
    return this.#deadlines.size;
  }

  /** Stops the timer of the deadlines. */
  stop(): void {
    this.#deadlines.clear();
  }

  /** Includes the identity: the token is worthless to another client, even after a restart. */
  #hash(token: string, identity: string | undefined): string {
    return this.#tokens.hash(identity === undefined ? token : `${identity} ${token}`);
  }

  #getOrAdd(seat: Seat<Member>): Reservation {
    let reservation = this.#bySeat.get(seat);
    if (reservation === undefined) {
      reservation = {
        seat,
        hash: undefined,
        earlierHash: undefined,
        isEvicted: false,
        reservedMs: undefined,
      };
      this.#bySeat.set(seat, reservation);
    }
    return reservation;
  }

  #setHashes(reservation: Reservation, hash: string | undefined, earlierHash: string | undefined): void {
    for (const old of [reservation.hash, reservation.earlierHash]) {
      if (old !== undefined) this.#byHash.delete(old);
    }
    reservation.hash = hash;
    reservation.earlierHash = earlierHash;
    for (const valid of [hash, earlierHash]) if (valid !== undefined) this.#byHash.set(valid, reservation);
  }

  #clearDeadline(reservation: Reservation): void {
    if (reservation.reservedMs !== undefined) this.#deadlines.remove(reservation, reservation.reservedMs);
    reservation.reservedMs = undefined;
  }
}

// Which of several addresses is tried next, and when to wait instead. Pure: it neither connects nor looks up names.

import { MAX_REQUESTED_MS } from "../../time/mod.ts";
import { addressText, type ServerAddress } from "../../words/mod.ts";

/** What is dialled: an address as it was given, or one of the several that its name has. */
export interface Candidate extends ServerAddress {
  /** Absent where the system resolves the name when it connects. */
  readonly ip?: string | undefined;
}

/** How an attempt ended. */
export interface AttemptEnd {
  /** On the running clock. */
  readonly at: number;
  /** The server asked for no new connection before that. */
  readonly retryAfterMs: number;
  /** The connection was of use for a while: what follows is a new outage. */
  readonly wasLasting: boolean;
}

/** More than any sensible number; further ones are ignored. */
const MAX_CANDIDATES = 64;

export class AddressRotation {
  readonly #given: readonly ServerAddress[];
  #named: readonly ServerAddress[] = [];
  /** The addresses of a name that has several, by host. */
  #ips: ReadonlyMap<string, readonly string[]> = new Map();
  #candidates: readonly Candidate[] = [];
  #current: Candidate | undefined;
  /** Since the last wait, or the beginning of the outage. */
  readonly #tried = new Set<string>();
  /** By candidate, on the running clock. */
  #notBefore = new Map<string, number>();

  /** @param given at least one, in the order in which they are tried first */
  constructor(given: readonly ServerAddress[]) {
    this.#given = given;
    this.#rebuild();
  }

  /** Whether there is any choice. */
  get hasSeveral(): boolean {
    return this.#candidates.length > 1;
  }

  /** Those whose names may have several addresses. */
  get addresses(): readonly ServerAddress[] {
    return [...this.#given, ...this.#named];
  }

  /** The server has named these addresses; they replace those that it named before. */
  setNamed(named: readonly ServerAddress[]): void {
    this.#named = named;
    this.#rebuild();
  }

  /** What names resolve to: those with a single address may be left out. */
  setResolved(ips: ReadonlyMap<string, readonly string[]>): void {
    this.#ips = ips;
    this.#rebuild();
  }

  /** Takes the next candidate in turn; `undefined`: all that may be tried now have been, and it is time to wait. */
  next(now: number): Candidate | undefined {
    const inTurn = this.#inTurn();
    const next = inTurn.find((one) => !this.#tried.has(keyOf(one)) && this.#dueAt(one) <= now) ??
      (this.#tried.size === 0 ? this.#earliest(inTurn) : undefined);
    this.#current = next ?? this.#current;
    return next;
  }

  /** The attempt at the candidate that was taken last has ended. */
  noteEnd({ at, retryAfterMs, wasLasting }: AttemptEnd): void {
    if (wasLasting) this.#tried.clear();
    const key = keyOf(this.#current!);
    this.#tried.add(key);
    this.#notBefore.set(key, at + Math.min(retryAfterMs, MAX_REQUESTED_MS));
  }

  /** How long every server has asked to wait, in ms from `now`. */
  requestedWaitMs(now: number): number {
    return Math.max(0, Math.round(this.#dueAt(this.#earliest(this.#candidates)) - now));
  }

  /** The wait is over: all may be tried again. */
  startOver(): void {
    this.#tried.clear();
  }

  /** All candidates, beginning behind the current one. */
  #inTurn(): readonly Candidate[] {
    const current = this.#current && keyOf(this.#current);
    const start = this.#candidates.findIndex((one) => keyOf(one) === current) + 1;
    return [...this.#candidates.slice(start), ...this.#candidates.slice(0, start)];
  }

  #earliest(candidates: readonly Candidate[]): Candidate {
    return candidates.reduce((best, one) => this.#dueAt(one) < this.#dueAt(best) ? one : best);
  }

  #dueAt(candidate: Candidate): number {
    return this.#notBefore.get(keyOf(candidate)) ?? -Infinity;
  }

  #rebuild(): void {
    const byKey = new Map<string, Candidate>();
    for (const { host, port } of this.addresses) {
      const several = this.#ips.get(host)?.map((ip) => ({ host, port, ip }));
      for (const candidate of several ?? [{ host, port }]) {
        const key = keyOf(candidate);
        if (!byKey.has(key) && byKey.size < MAX_CANDIDATES) byKey.set(key, candidate);
      }
    }
    this.#candidates = [...byKey.values()];
    // Names come and go: what is no candidate any more is forgotten.
    this.#notBefore = new Map([...this.#notBefore].filter(([key]) => byKey.has(key)));
  }
}

/** The name is part of it: a server's certificate may be valid for one name and not for another. */
function keyOf({ host, port, ip = "" }: Candidate): string {
  return `${addressText({ host: host.toLowerCase(), port })} ${ip}`;
}

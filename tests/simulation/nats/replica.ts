// One server's copy of a stream, in its files: what it has applied so far. It survives the process.

import { matches } from "./subjects.ts";

export interface StoredMessage {
  readonly sequence: number;
  readonly subject: string;
  readonly data: Uint8Array;
}

/** What the servers of a stream agree on, one after the other. */
export type StreamChange =
  | {
    readonly kind: "store";
    readonly subject: string;
    readonly data: Uint8Array;
    readonly id: string | undefined;
    /** It must be the sequence of the newest message of the subject; 0: there must be none. */
    readonly expected: number | undefined;
    /** The true time, in ms. */
    readonly at: number;
  }
  /** Removes the messages before `before`, or those of the subjects. */
  | { readonly kind: "purge"; readonly before: number }
  | { readonly kind: "purge"; readonly filter: string };

const DUPLICATE_WINDOW_MS = 120_000;

export class Replica {
  readonly #messages = new Map<number, StoredMessage>();
  readonly #bySubject = new Map<string, number>();
  readonly #ids = new Map<string, { readonly sequence: number; readonly at: number }>();
  readonly #perSubject: number;
  /** How many changes it has applied. */
  applied = 0;
  #first = 1;
  #last = 0;

  /** @param perSubject how many messages of one subject are kept; -1: all */
  constructor(perSubject: number) {
    this.#perSubject = perSubject;
  }

  get first(): number {
    return this.#first;
  }

  get last(): number {
    return this.#last;
  }

  get(sequence: number): StoredMessage | undefined {
    return this.#messages.get(sequence);
  }

  /** The first one from `sequence` on. */
  next(sequence: number): StoredMessage | undefined {
    for (let at = Math.max(sequence, this.#first); at <= this.#last; at++) {
      const message = this.#messages.get(at);
      if (message !== undefined) return message;
    }
    return undefined;
  }

  lastOf(subject: string): StoredMessage | undefined {
    return this.#messages.get(this.#bySubject.get(subject) ?? -1);
  }

  /** The sequence of the message with this id. */
  sequenceOf(id: string, now: number): number | undefined {
    const known = this.#ids.get(id);
    return known === undefined || now - known.at > DUPLICATE_WINDOW_MS ? undefined : known.sequence;
  }

  /** @returns the sequence of a message that was stored */
  apply(change: StreamChange): number {
    this.applied++;
    if (change.kind === "purge") {
      if ("before" in change) this.#purgeBefore(change.before);
      else this.#purgeSubjects(change.filter);
      return this.#last;
    }
    const { subject, data, id, at } = change;
    const sequence = ++this.#last;
    const previous = this.#bySubject.get(subject);
    if (this.#perSubject === 1 && previous !== undefined) this.#messages.delete(previous);
    this.#messages.set(sequence, { sequence, subject, data });
    this.#bySubject.set(subject, sequence);
    if (id !== undefined) this.#ids.set(id, { sequence, at });
    return sequence;
  }

  /** After a restart, only the ids of messages that are there are known. */
  forgetPurgedIds(): void {
    for (const [id, { sequence }] of this.#ids) if (!this.#messages.has(sequence)) this.#ids.delete(id);
  }

  #purgeBefore(before: number): void {
    for (let at = this.#first; at < before; at++) this.#messages.delete(at);
    this.#first = Math.max(this.#first, before);
    this.#last = Math.max(this.#last, before - 1);
  }

  #purgeSubjects(filter: string): void {
    for (const [subject, sequence] of this.#bySubject) {
      if (!matches(filter, subject)) continue;
      this.#messages.delete(sequence);
      this.#bySubject.delete(subject);
    }
  }
}

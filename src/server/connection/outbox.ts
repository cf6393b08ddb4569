// The send queue of one client. Messages are shared by reference between outboxes until they are written; those queued
// during a write are joined into the next one. Bounded in bytes, so that a client that does not read cannot fill the memory.

import type { Writer, WriteScheduler } from "./write_scheduler.ts";

/** The part of a connection that an outbox needs. */
export interface ByteWriter {
  /** Resolves with the number of bytes written, which may be fewer than given. */
  write(bytes: Uint8Array): Promise<number>;
}

/** Overhead of a queue entry, counted so that many tiny messages cannot evade the limit. */
const ENTRY_BYTES = 64;
/** Most bytes joined into one write. */
const MAX_JOINED_BYTES = 256 * 1024;
/** Text is encoded when it is written, or at this length: until then its size in bytes is an estimate. */
const MAX_TEXT_LENGTH = 64 * 1024;

const encoder = new TextEncoder();
/** Shared by all outboxes, and never filled. */
const NONE: Uint8Array[] = [];

type State = "idle" | "scheduled" | "writing" | "broken";

export class Outbox implements Writer {
  readonly #sink: ByteWriter;
  readonly #scheduler: WriteScheduler;
  readonly #maxBytes: number;
  #state: State = "idle";
  /** The oldest queued chunk, in most cases the only one: then there is no array to fill and empty. */
  #first: Uint8Array | undefined;
  /** What follows it. */
  #rest: Uint8Array[] = NONE;
  /** Follows the queue: small texts are concatenated and encoded once. */
  #text = "";
  /** Size of the queue and the text; a UTF-16 code unit of the text counts as one byte. */
  #queuedBytes = 0;
  /** What remains of a partial write. */
  #current: Uint8Array | undefined;
  #drained: PromiseWithResolvers<void> | undefined;
  readonly #onWritten = (count: number) => this.#written(count);
  readonly #onFailed = () => this.abandon();

  constructor(sink: ByteWriter, scheduler: WriteScheduler, maxBytes: number) {
    this.#sink = sink;
    this.#scheduler = scheduler;
    this.#maxBytes = maxBytes;
  }

  /** Bytes not yet accepted by the kernel, including the overhead of the queue. */
  get pendingBytes(): number {
    return this.#queuedBytes + (this.#current?.length ?? 0);
  }

  /**
   * Queues `bytes`, which must not be modified afterwards. Nothing is written before the scheduler is flushed.
   *
   * @returns false beyond the limit: the client does not keep up, and the caller must close it
   */
  push(bytes: Uint8Array): boolean {
    if (this.#state === "broken") return true;
    this.#encodeText();
    this.#enqueue(bytes);
    return this.#scheduleWithinLimit();
  }

  /** Like {@linkcode push}, for text that is sent to this client only. */
  pushText(text: string): boolean {
    if (this.#state === "broken") return true;
    this.#text += text;
    this.#queuedBytes += text.length;
    if (this.#text.length > MAX_TEXT_LENGTH) this.#encodeText();
    return this.#scheduleWithinLimit();
  }

  /**
   * Like {@linkcode push}, for a small part of a larger buffer. The part is copied unless it can be written immediately:
   * while it waits, it would keep the whole buffer in memory.
   */
  pushPart(part: Uint8Array): boolean {
    return this.push(this.#state === "idle" ? part : part.slice());
  }

  /** Drops everything that no write has started to send. */
  dropQueued(): void {
    this.#first = undefined;
    this.#rest = NONE;
    this.#text = "";
    this.#queuedBytes = 0;
  }

  /** Resolves when everything is written, or never will be. */
  drained(): Promise<void> {
    if (this.#state === "idle" || this.#state === "broken") return Promise.resolve();
    return (this.#drained ??= Promise.withResolvers()).promise;
  }

  /** Drops the queue and ignores further messages: the connection cannot be written to. */
  abandon(): void {
    this.#state = "broken";
    this.dropQueued();
    this.#current = undefined;
    this.#resolveDrained();
  }

  startWrite(): void {
    if (this.#state !== "scheduled") return;
    if (this.pendingBytes === 0) {
      this.#state = "idle";
      return this.#resolveDrained();
    }
    this.#state = "writing";
    this.#current ??= this.#takeJoined();
    this.#sink.write(this.#current).then(this.#onWritten, this.#onFailed);
  }

  #written(count: number): void {
    if (this.#state !== "writing") return;
    const current = this.#current!;
    this.#current = count < current.length ? current.subarray(count) : undefined;
    this.#state = "idle";
    if (this.#current === undefined && this.#queuedBytes === 0) return this.#resolveDrained();
    this.#schedule();
    this.#scheduler.flush();
  }

  #enqueue(bytes: Uint8Array): void {
    if (this.#first === undefined) this.#first = bytes;
    else if (this.#rest === NONE) this.#rest = [bytes];
    else this.#rest.push(bytes);
    this.#queuedBytes += bytes.length + ENTRY_BYTES;
  }

  #encodeText(): void {
    const text = this.#text;
    if (text === "") return;
    this.#text = "";
    this.#queuedBytes -= text.length;
    this.#enqueue(encoder.encode(text));
  }

  #scheduleWithinLimit(): boolean {
    if (this.pendingBytes > this.#maxBytes) return false;
    this.#schedule();
    return true;
  }

  #schedule(): void {
    if (this.#state !== "idle") return;
    this.#state = "scheduled";
    this.#scheduler.schedule(this);
  }

  /** The bytes of the next write: one message without a copy, or several joined. */
  #takeJoined(): Uint8Array {
    this.#encodeText();
    const first = this.#first!;
    const rest = this.#rest;
    let bytes = first.length;
    let count = 0;
    while (count < rest.length && bytes + rest[count]!.length <= MAX_JOINED_BYTES) {
      bytes += rest[count++]!.length;
    }
    this.#queuedBytes -= bytes + (count + 1) * ENTRY_BYTES;
    this.#first = rest[count];
    this.#rest = count + 1 < rest.length ? rest.slice(count + 1) : NONE;
    return count === 0 ? first : this.#scheduler.joiner.join([first, ...rest.slice(0, count)]);
  }

  #resolveDrained(): void {
    this.#drained?.resolve();
    this.#drained = undefined;
  }
}

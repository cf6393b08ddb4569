// What waits to be sent to one client. Messages are shared by reference between all outboxes until they are written;
// what gathered while a write was under way goes out as one. Bounded in bytes: one that does not read cannot fill the memory.

import type { Writer, WriteScheduler } from "./write_scheduler.ts";

/** The part of a connection that an outbox needs. */
export interface ByteWriter {
  /** Resolves with the number of bytes written, which may be fewer than given. */
  write(bytes: Uint8Array): Promise<number>;
}

/** What one queued reference costs beside its bytes; counted, or many tiny messages would go around the limit. */
const ENTRY_BYTES = 64;
/** Most bytes copied together for one write. */
const MAX_JOINED_BYTES = 256 * 1024;
/** Text is encoded when it is written, but no more than so much waits: until then its bytes are only estimated. */
const MAX_TEXT_LENGTH = 64 * 1024;

const encoder = new TextEncoder();

type State = "idle" | "scheduled" | "writing" | "broken";

export class Outbox implements Writer {
  readonly #sink: ByteWriter;
  readonly #turns: WriteScheduler;
  readonly #maxBytes: number;
  #state: State = "idle";
  #queue: Uint8Array[] = [];
  /** Behind the queue: encoded once, however many small texts it was put together from. */
  #text = "";
  /** Of the queue and the text, a UTF-16 code unit of which counts as one byte. */
  #queuedBytes = 0;
  /** The rest of a write that the kernel took in part. */
  #current: Uint8Array | undefined;
  #drained: (() => void)[] | undefined;
  readonly #onWritten = (count: number) => this.#written(count);
  readonly #onFailed = () => this.abandon();

  constructor(sink: ByteWriter, turns: WriteScheduler, maxBytes: number) {
    this.#sink = sink;
    this.#turns = turns;
    this.#maxBytes = maxBytes;
  }

  /** Bytes not yet taken by the kernel, with what the queue itself costs. */
  get pendingBytes(): number {
    return this.#queuedBytes + (this.#current?.length ?? 0);
  }

  /**
   * Queues `bytes`, which nobody may change any more. False when that goes over the limit: the client does not keep up
   * and the caller is to close it. Nothing is written before the turns are flushed.
   */
  push(bytes: Uint8Array): boolean {
    if (this.#state === "broken") return true;
    this.#encodeText();
    this.#enqueue(bytes);
    return this.#scheduleWithinLimit();
  }

  /** Like {@linkcode push}, for text that nobody else is sent. */
  pushText(text: string): boolean {
    if (this.#state === "broken") return true;
    this.#text += text;
    this.#queuedBytes += text.length;
    if (this.#text.length > MAX_TEXT_LENGTH) this.#encodeText();
    return this.#scheduleWithinLimit();
  }

  /**
   * Like {@linkcode push}, for a small part of a larger buffer: copied when it cannot be written at once, since a part
   * that waits would keep all of the buffer alive.
   */
  pushPart(part: Uint8Array): boolean {
    return this.push(this.#state === "idle" ? part : part.slice());
  }

  /** Drops what no write has begun to send. */
  dropQueued(): void {
    this.#queue = [];
    this.#text = "";
    this.#queuedBytes = 0;
  }

  /** Resolves when everything is written, or never will be. */
  drained(): Promise<void> {
    if (this.#state === "idle" || this.#state === "broken") return Promise.resolve();
    return new Promise((resolve) => (this.#drained ??= []).push(resolve));
  }

  /** Drops what is queued and takes no more: the connection cannot be written to. */
  abandon(): void {
    this.#state = "broken";
    this.dropQueued();
    this.#current = undefined;
    this.#tellDrained();
  }

  startWrite(): void {
    if (this.#state !== "scheduled") return;
    if (this.pendingBytes === 0) {
      this.#state = "idle";
      return this.#tellDrained();
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
    if (this.#current === undefined && this.#queuedBytes === 0) return this.#tellDrained();
    this.#schedule();
    this.#turns.flush();
  }

  #enqueue(bytes: Uint8Array): void {
    this.#queue.push(bytes);
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
    this.#turns.schedule(this);
  }

  /** The next bytes to write: one message as it is, or several copied together. */
  #takeJoined(): Uint8Array {
    this.#encodeText();
    const queue = this.#queue;
    let bytes = queue[0]!.length;
    let count = 1;
    while (count < queue.length && bytes + queue[count]!.length <= MAX_JOINED_BYTES) {
      bytes += queue[count++]!.length;
    }
    this.#queuedBytes -= bytes + count * ENTRY_BYTES;
    if (count === queue.length) this.#queue = [];
    else this.#queue = queue.slice(count);
    return count === 1 ? queue[0]! : join(queue, count, bytes);
  }

  #tellDrained(): void {
    const drained = this.#drained;
    this.#drained = undefined;
    for (const resolve of drained ?? []) resolve();
  }
}

function join(parts: readonly Uint8Array[], count: number, bytes: number): Uint8Array {
  const joined = new Uint8Array(bytes);
  let at = 0;
  for (let i = 0; i < count; i++) {
    joined.set(parts[i]!, at);
    at += parts[i]!.length;
  }
  return joined;
}

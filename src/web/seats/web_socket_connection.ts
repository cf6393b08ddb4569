// Makes a WebSocket look like a TCP connection whose lines are the text messages, so that everything behind it (logins, tokens,
// limits, seats) is the same for browsers. It collects nothing: what is not read stays in the kernel, and so does what the
// browser does not read.

import type { Incoming } from "../../server/connection/mod.ts";
import { joinBytes, writeAll } from "../../protocol/wire/mod.ts";
import { TokenBucket } from "../../server/limits/mod.ts";
import type { Clock, YieldToIo } from "../../time/mod.ts";
import { encodeClose, encodeControl, encodeLines } from "./encode_frame.ts";
import type { FrameFault } from "./frame_content.ts";
import { type ControlFrame, FrameReader } from "./frame_reader.ts";

export interface WebSocketOptions {
  readonly maxMessageBytes: number;
  /** How long a connection stays open after its end was announced. */
  readonly lingerMs: number;
  readonly clock: Clock;
  /** Is told of the time that frames take. */
  readonly yieldToIo: Pick<YieldToIo, "spend">;
}

/** Pings and pongs. No browser sends any by itself. */
const CONTROL_RATES = { perSecond: 1, burst: 20 };
const NORMAL_CLOSURE = 1000;
const LINE_FEED = 10;
/** A session reads into a buffer of this size while it is idle. */
const MIN_INPUT_BYTES = 512;
/** While more arrives than fits. */
const MAX_INPUT_BYTES = 16 * 1_024;
const DISCARD_BYTES = 16 * 1_024;
const MAX_DISCARDED_BYTES = 64 * 1_024;
const NONE: Uint8Array<ArrayBuffer> = new Uint8Array(0);

export class WebSocketConnection implements Incoming {
  readonly remoteAddr: Deno.Addr;
  readonly #connection: Incoming;
  readonly #options: WebSocketOptions;
  readonly #frames: FrameReader;
  readonly #controls: TokenBucket;
  /** Received and not used yet. */
  #input: Uint8Array;
  #buffer = NONE;
  /** The last read has filled the buffer. */
  #isFull = false;
  /** Is handled before anything else is read. */
  #due: ControlFrame | FrameFault | undefined;
  /** What was written without its line break. */
  #unfinished = NONE;
  /** Resolves when nothing is being written. */
  #written: Promise<unknown> = Promise.resolve();
  #isAnsweringPing = false;
  #hasSentClose = false;

  /** @param read what was received after the head of the request. */
  constructor(connection: Incoming, read: Uint8Array, options: WebSocketOptions) {
    this.remoteAddr = connection.remoteAddr;
    this.#connection = connection;
    this.#options = options;
    this.#frames = new FrameReader(options.maxMessageBytes);
    this.#controls = new TokenBucket(CONTROL_RATES, options.clock.now());
    this.#input = read;
  }

  setNoDelay(isOn: boolean): void {
    this.#connection.setNoDelay?.(isOn);
  }

  setKeepAlive(isOn: boolean): void {
    this.#connection.setKeepAlive?.(isOn);
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    while (true) {
      const event = this.#due;
      this.#due = undefined;
      if (event !== undefined && !await this.#handle(event)) {
        await this.#discard();
        return null;
      }
      const startedAt = this.#options.clock.now();
      const step = this.#frames.step(this.#input, buffer);
      this.#options.yieldToIo.spend(this.#options.clock.now() - startedAt);
      this.#input = this.#input.subarray(step.taken);
      // The text before it comes first.
      this.#due = step.event;
      if (step.put > 0) return step.put;
      if (step.event === undefined && !await this.#receive(buffer.length)) return null;
    }
  }

  /** Each line becomes a message; the rest waits for its line break. */
  async write(bytes: Uint8Array): Promise<number> {
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) {
      const lines = this.#unfinished.length === 0
        ? bytes.subarray(0, end)
        : joinBytes([this.#unfinished, bytes.subarray(0, end)]);
      this.#unfinished = NONE;
      await this.#send(encodeLines(lines));
    }
    if (end < bytes.length) this.#unfinished = joinBytes([this.#unfinished, bytes.subarray(end)]);
    return bytes.length;
  }

  async closeWrite(): Promise<void> {
    await this.#sendClose(NORMAL_CLOSURE, "");
    await this.#connection.closeWrite();
  }

  close(): void {
    this.#connection.close();
  }

  /** @returns false: nothing more is read. */
  async #handle(event: ControlFrame | FrameFault): Promise<boolean> {
    if (event.kind === "fault") {
      await this.#sendClose(event.code, event.reason);
      return false;
    }
    if (event.kind === "close") {
      await this.#sendClose(NORMAL_CLOSURE, "");
      return false;
    }
    this.#controls.refill(this.#options.clock.now());
    if (!this.#controls.take(1)) {
      await this.#sendClose(1008, "too many pings");
      return false;
    }
    if (event.kind === "ping") this.#pong(event.payload);
    return true;
  }

  /** Only the last of several pings needs an answer (RFC 6455, section 5.5.3). */
  #pong(payload: Uint8Array): void {
    if (this.#isAnsweringPing) return;
    this.#isAnsweringPing = true;
    this.#send(encodeControl("pong", payload)).then(() => this.#isAnsweringPing = false, () => {});
  }

  async #sendClose(code: number, reason: string): Promise<void> {
    if (this.#hasSentClose) return;
    this.#hasSentClose = true;
    // A browser that reads nothing is not waited for.
    const stopTimer = this.#options.clock.after(this.#options.lingerMs, () => this.#closeQuietly());
    await this.#send(encodeClose(code, reason)).catch(() => {});
    stopTimer();
  }

  /** Writes what others write first. */
  #send(bytes: Uint8Array): Promise<void> {
    const sent = this.#written.then(() => writeAll(this.#connection, bytes));
    this.#written = sent.catch(() => {});
    return sent;
  }

  async #receive(wantedBytes: number): Promise<boolean> {
    // Small frames have long heads: as much is read at a time as arrives.
    const busyBytes = this.#isFull ? Math.min(2 * this.#buffer.length, MAX_INPUT_BYTES) : 0;
    const bytes = Math.max(MIN_INPUT_BYTES, wantedBytes, busyBytes);
    if (this.#buffer.length !== bytes) this.#buffer = new Uint8Array(bytes);
    const count = await this.#connection.read(this.#buffer);
    if (count === null) return false;
    this.#isFull = count === bytes;
    this.#input = this.#buffer.subarray(0, count);
    return true;
  }

  /** Reads what the browser still sends, so that a reset does not destroy the closing frame. Never rejects. */
  async #discard(): Promise<void> {
    const stopTimer = this.#options.clock.after(this.#options.lingerMs, () => this.#closeQuietly());
    try {
      await this.#connection.closeWrite();
      const buffer = new Uint8Array(DISCARD_BYTES);
      for (let discarded = 0; discarded < MAX_DISCARDED_BYTES;) {
        const count = await this.#connection.read(buffer);
        if (count === null) break;
        discarded += count;
      }
    } catch {
      // It has ended.
    }
    stopTimer();
  }

  #closeQuietly(): void {
    try {
      this.#connection.close();
    } catch {
      // It has ended.
    }
  }
}

// The receiving end of a channel: offers the messages of another node once and in order. It starts with the first packet after
// that node took its name, so a packet of an earlier channel is never mistaken for one of a new channel.

import { joinBytes } from "../../../protocol/wire/mod.ts";
import type { Part } from "./packet.ts";

/** Of packets that arrived early. A sender has fewer unacknowledged bytes. */
const MAX_KEPT_BYTES = 8 * 1024 * 1024;
/** How far ahead a packet may be. */
const MAX_AHEAD = 65_536;
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

interface KeptPacket {
  readonly parts: readonly Part[];
  readonly bytes: number;
  readonly receivedAt: number;
}

export interface ReceivedMessage {
  readonly bytes: Uint8Array;
  /** When its last packet was received, on the clock of this node. */
  readonly receivedAt: number;
}

export class IncomingChannel {
  /** All packets up to this one have been opened. */
  #opened = 0;
  readonly #kept = new Map<number, KeptPacket>();
  #keptBytes = 0;
  /** The unused parts of the packet that was opened last. */
  #parts: Part[] = [];
  #receivedAt = 0;
  /** The beginning of a message. */
  #begun: Uint8Array[] = [];
  #begunBytes = 0;
  #offered: ReceivedMessage | undefined;
  /** Of packets since {@linkcode acknowledge} was called. */
  #owedBytes = 0;

  /** Of packets since the last acknowledgment. */
  get owedBytes(): number {
    return this.#owedBytes;
  }

  /** What the sender may forget: it will be told. */
  acknowledge(): number {
    this.#owedBytes = 0;
    return this.#opened;
  }

  /** False: a packet that is known, or for which there is no room; it is dropped. */
  add(sequence: number, parts: readonly Part[], receivedAt: number): boolean {
    const ahead = sequence - this.#opened;
    if (ahead <= 0 || ahead > MAX_AHEAD || this.#kept.has(sequence)) return false;
    const bytes = parts.reduce((sum, part) => sum + part.bytes.length, 0);
    // There is always room for the next packet; otherwise the channel would block.
    if (ahead > 1 && this.#keptBytes + bytes > MAX_KEPT_BYTES) return false;
    this.#kept.set(sequence, { parts, bytes, receivedAt });
    this.#keptBytes += bytes;
    this.#owedBytes += bytes;
    return true;
  }

  /** Offers messages until one is not taken: that one is offered again the next time. */
  offer(take: (message: ReceivedMessage) => boolean): void {
    for (;;) {
      this.#offered ??= this.#nextMessage();
      const offered = this.#offered;
      if (offered === undefined || !take(offered)) return;
      this.#offered = undefined;
    }
  }

  #nextMessage(): ReceivedMessage | undefined {
    for (;;) {
      const part = this.#nextPart();
      if (part === undefined) return undefined;
      this.#begunBytes += part.bytes.length;
      if (this.#begunBytes <= MAX_MESSAGE_BYTES) this.#begun.push(part.bytes);
      if (!part.isLast) continue;
      const isWhole = this.#begunBytes <= MAX_MESSAGE_BYTES;
      // A copy, so that a message does not keep its packets in memory.
      const bytes = joinBytes(this.#begun);
      this.#begun = [];
      this.#begunBytes = 0;
      if (isWhole) return { bytes, receivedAt: this.#receivedAt };
    }
  }

  #nextPart(): Part | undefined {
    for (;;) {
      const part = this.#parts.shift();
      if (part !== undefined) return part;
      const next = this.#kept.get(this.#opened + 1);
      if (next === undefined) return undefined;
      this.#opened++;
      this.#kept.delete(this.#opened);
      this.#keptBytes -= next.bytes;
      this.#receivedAt = next.receivedAt;
      this.#parts = [...next.parts];
    }
  }
}

// The sending end of a channel: puts messages into packets, and keeps each packet until the other node has acknowledged it.
// It knows neither time nor the network.

import { encodeData, type Ends, MAX_PAYLOAD_BYTES, type Part, partBytes } from "./packet.ts";

/** Of packets that are not acknowledged; the others wait. */
const WINDOW_BYTES = 4 * 1024 * 1024;
/** Of packets that are sent again together. */
const RESENT_BYTES = 512 * 1024;
/** What a message takes in memory besides its bytes. */
const MESSAGE_OVERHEAD_BYTES = 64;

interface SentPacket {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  /** Of the queue's bound, given back when it is acknowledged. */
  readonly cost: number;
}

export class OutgoingChannel {
  readonly #ends: Ends;
  readonly #maxBytes: number;
  /** Messages that are not in a packet yet; of the first one, the bytes before `#offset` are. */
  #queue: Uint8Array[] = [];
  #offset = 0;
  #unacknowledged: SentPacket[] = [];
  #windowBytes = 0;
  #nextSequence = 1;
  /** Packets up to this one were sent before the last time that some were repeated, */
  #doubtfulTo = 0;
  /** and those up to this one have been repeated since. */
  #repeatedTo = 0;
  /** Of all messages that are not acknowledged. */
  #bytes = 0;

  /** @param maxBytes of messages that are not acknowledged */
  constructor(ends: Ends, maxBytes: number) {
    this.#ends = ends;
    this.#maxBytes = maxBytes;
  }

  /** Whether packets wait for their acknowledgment. */
  get isWaiting(): boolean {
    return this.#unacknowledged.length > 0;
  }

  /** False when there is no room for it: nothing was queued. */
  push(message: Uint8Array): boolean {
    const bytes = this.#bytes + costOf(message.length);
    if (bytes > this.#maxBytes) return false;
    this.#bytes = bytes;
    this.#queue.push(message);
    return true;
  }

  /** The packets that may be sent now. */
  takePackets(): Uint8Array[] {
    const packets: Uint8Array[] = [];
    let taken = 0;
    while (taken < this.#queue.length && this.#windowBytes < WINDOW_BYTES) {
      const parts: Part[] = [];
      let room = MAX_PAYLOAD_BYTES;
      let cost = 0;
      while (taken < this.#queue.length && room > partBytes(0)) {
        const message = this.#queue[taken]!;
        const end = Math.min(message.length, this.#offset + room - partBytes(0));
        const isLast = end === message.length;
        parts.push({ bytes: message.subarray(this.#offset, end), isLast });
        room -= partBytes(end - this.#offset);
        this.#offset = isLast ? 0 : end;
        if (!isLast) break;
        cost += costOf(message.length);
        taken++;
      }
      const sequence = this.#nextSequence++;
      const bytes = encodeData(this.#ends, sequence, parts);
      this.#unacknowledged.push({ sequence, bytes, cost });
      this.#windowBytes += bytes.length;
      packets.push(bytes);
    }
    this.#queue.splice(0, taken);
    return packets;
  }

  /** @returns whether a packet was waiting for it */
  acknowledge(sequence: number): boolean {
    if (sequence >= this.#nextSequence) return false;
    let count = 0;
    for (const packet of this.#unacknowledged) {
      if (packet.sequence > sequence) break;
      this.#bytes -= packet.cost;
      this.#windowBytes -= packet.bytes.length;
      count++;
    }
    this.#unacknowledged.splice(0, count);
    return count > 0;
  }

  /** The oldest packets that are not acknowledged, at least one. Those behind them may be lost as well. */
  packetsToRepeat(): Uint8Array[] {
    this.#doubtfulTo = this.#nextSequence - 1;
    return this.#repeat();
  }

  /** When all that was repeated is acknowledged: what may be lost as well. */
  packetsToContinue(): Uint8Array[] {
    const [oldest] = this.#unacknowledged;
    if (oldest === undefined || oldest.sequence <= this.#repeatedTo) return [];
    return oldest.sequence <= this.#doubtfulTo ? this.#repeat() : [];
  }

  #repeat(): Uint8Array[] {
    const packets: Uint8Array[] = [];
    let size = 0;
    for (const { sequence, bytes } of this.#unacknowledged) {
      size += bytes.length;
      if (sequence > this.#doubtfulTo || (size > RESENT_BYTES && packets.length > 0)) break;
      packets.push(bytes);
      this.#repeatedTo = sequence;
    }
    return packets;
  }
}

function costOf(length: number): number {
  return length + MESSAGE_OVERHEAD_BYTES;
}

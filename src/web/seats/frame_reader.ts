// The frames of a WebSocket (RFC 6455, section 5) that a browser sends, to lines of text: each text message is a line. Bytes
// are passed on as they come, so that a long message is in memory only where the lines are collected. Pure.

import { closeFault, type FrameFault, Utf8Check } from "./frame_content.ts";

/** A frame that is not text. */
export interface ControlFrame {
  readonly kind: "ping" | "pong" | "close";
  readonly payload: Uint8Array<ArrayBuffer>;
}

export interface Step {
  /** Bytes of the input that were used. */
  readonly taken: number;
  /** Bytes that were put into the output. */
  readonly put: number;
  /** What ended the step before either was used up. */
  readonly event: ControlFrame | FrameFault | undefined;
}

const MAX_CONTROL_BYTES = 125;
/** Of a payload, by the bytes of its length (RFC 6455, section 5.2: the fewest that suffice). */
const MIN_BYTES: Readonly<Record<number, number>> = { 0: 0, 2: 126, 8: 65_536 };
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;

const CONTROLS: Readonly<Record<number, ControlFrame["kind"]>> = { 8: "close", 9: "ping", 10: "pong" };

interface Frame {
  readonly opcode: number;
  readonly isFinal: boolean;
  readonly mask: Uint8Array;
  readonly bytes: number;
}

export class FrameReader {
  readonly #maxMessageBytes: number;
  /** Of the frame that begins. */
  readonly #header: number[] = [];
  #frame: Frame | undefined;
  /** How many bytes of the frame's payload have been read. */
  #read = 0;
  #control = new Uint8Array(0);
  /** Bytes of the message so far; `undefined` between two messages. */
  #messageBytes: number | undefined;
  #utf8 = new Utf8Check();
  /** A message is complete, and its line break is due. */
  #owesLineBreak = false;

  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** Reads until the input is used up, the output is full, or something other than text is complete. */
  step(input: Uint8Array, output: Uint8Array): Step {
    let [taken, put] = [0, 0];
    while (put < output.length) {
      if (this.#owesLineBreak) {
        output[put++] = LINE_FEED;
        this.#owesLineBreak = false;
        continue;
      }
      const frame = this.#frame;
      if (frame === undefined) {
        if (taken === input.length) break;
        const fault = this.#readHeader(input[taken++]!);
        if (fault !== undefined) return { taken, put, event: fault };
        continue;
      }
      const isControl = frame.opcode >= 8;
      const into = isControl ? this.#control.subarray(this.#read) : output.subarray(put);
      const count = Math.min(frame.bytes - this.#read, input.length - taken, into.length);
      unmask(input.subarray(taken, taken + count), into, frame.mask, this.#read);
      const isLast = this.#read + count === frame.bytes;
      if (!isControl) {
        if (!this.#utf8.take(into.subarray(0, count), isLast && frame.isFinal)) {
          return { taken: taken + count, put, event: invalidData("the text is not valid UTF-8") };
        }
        blankLineBreaks(into, count);
        put += count;
      }
      taken += count;
      this.#read += count;
      if (!isLast) {
        if (taken === input.length) break;
        continue;
      }
      this.#frame = undefined;
      if (isControl) return { taken, put, event: controlEvent(CONTROLS[frame.opcode]!, this.#control) };
      if (!frame.isFinal) continue;
      this.#messageBytes = undefined;
      this.#owesLineBreak = true;
    }
    return { taken, put, event: undefined };
  }

  #readHeader(byte: number): FrameFault | undefined {
    const header = this.#header;
    header.push(byte);
    const [first, second] = header;
    if (second === undefined) return undefined;
    const short = second & 0x7f;
    const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
    if (header.length === 2) return this.#checkHeader(first!, second);
    if (header.length < 2 + lengthBytes + 4) return undefined;
    const bytes = lengthBytes === 0
      ? short
      : header.slice(2, 2 + lengthBytes).reduce((sum, part) => sum * 256 + part, 0);
    const mask = Uint8Array.from(header.slice(2 + lengthBytes));
    header.length = 0;
    // 2 ** 63 and more is not a length at all.
    if (bytes < MIN_BYTES[lengthBytes]! || bytes >= 2 ** 63) {
      return protocolError("the length of the frame is not in its shortest form");
    }
    return this.#begin({ opcode: first! & 0x0f, isFinal: (first! & 0x80) !== 0, mask, bytes });
  }

  /** What the first two bytes say is wrong. */
  #checkHeader(first: number, second: number): FrameFault | undefined {
    const opcode = first & 0x0f;
    if ((first & 0x70) !== 0) return protocolError("no extension was agreed on");
    if ((second & 0x80) === 0) return protocolError("the frame is not masked");
    if (opcode >= 8) {
      if (CONTROLS[opcode] === undefined) return protocolError("unknown kind of frame");
      const isShort = (first & 0x80) !== 0 && (second & 0x7f) <= MAX_CONTROL_BYTES;
      return isShort ? undefined : protocolError("a control frame is too long, or in fragments");
    }
    if (opcode === 2) return { kind: "fault", code: 1003, reason: "send text, not binary data" };
    if (opcode > 2) return protocolError("unknown kind of frame");
    if ((opcode === 0) === (this.#messageBytes !== undefined)) return undefined;
    return protocolError(opcode === 0 ? "there is nothing to continue" : "the last message is not complete");
  }

  #begin(frame: Frame): FrameFault | undefined {
    if (frame.opcode >= 8) this.#control = new Uint8Array(frame.bytes);
    else {
      this.#messageBytes = (this.#messageBytes ?? 0) + frame.bytes;
      if (this.#messageBytes > this.#maxMessageBytes) {
        return { kind: "fault", code: 1009, reason: `a message exceeds ${this.#maxMessageBytes} bytes` };
      }
      // They would cost time and be nothing.
      if (frame.bytes === 0 && !frame.isFinal) {
        return { kind: "fault", code: 1008, reason: "an empty fragment" };
      }
    }
    this.#frame = frame;
    this.#read = 0;
    return undefined;
  }
}

function controlEvent(kind: ControlFrame["kind"], payload: Uint8Array<ArrayBuffer>) {
  return kind === "close" ? closeFault(payload) ?? { kind, payload } : { kind, payload };
}

function protocolError(reason: string): FrameFault {
  return { kind: "fault", code: 1002, reason };
}

function invalidData(reason: string): FrameFault {
  return { kind: "fault", code: 1007, reason };
}

/** @param offset of the first byte in the frame. */
function unmask(from: Uint8Array, into: Uint8Array, mask: Uint8Array, offset: number): void {
  for (let i = 0; i < from.length; i++) into[i] = from[i]! ^ mask[(offset + i) & 3]!;
}

/** Between the parts of JSON they mean the same as spaces, and a message is one line. */
function blankLineBreaks(bytes: Uint8Array, count: number): void {
  for (let i = 0; i < count; i++) {
    if (bytes[i] === LINE_FEED || bytes[i] === CARRIAGE_RETURN) bytes[i] = SPACE;
  }
}

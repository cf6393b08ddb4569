// The packets that two nodes exchange: a line of JSON and, in a packet with data, parts of messages. Four bytes precede each
// part: its length, and in the highest bit whether more of the same message follows.

/** Less than the 1 MiB that NATS accepts by default. */
export const MAX_PACKET_BYTES = 512 * 1024;

/** Of the names of two nodes and a number. */
const MAX_HEADER_BYTES = 1_024;
const PART_HEADER_BYTES = 4;
/** How much of its messages a packet may contain, with the lengths of the parts. */
export const MAX_PAYLOAD_BYTES = MAX_PACKET_BYTES - MAX_HEADER_BYTES;

const MORE = 0x8000_0000;
const LINE_FEED = 0x0a;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A part of a message. */
export interface Part {
  readonly bytes: Uint8Array;
  /** Whether it is the last part of its message. */
  readonly isLast: boolean;
}

/** The ids of the two nodes. */
export interface Ends {
  readonly from: string;
  readonly to: string;
}

export type Packet =
  & Ends
  & (
    | { readonly sequence: number; readonly parts: readonly Part[] }
    /** All packets up to this one have arrived. */
    | { readonly acknowledged: number }
  );

/** What a part of that length adds to a payload. */
export function partBytes(length: number): number {
  return PART_HEADER_BYTES + length;
}

export function encodeData({ from, to }: Ends, sequence: number, parts: readonly Part[]): Uint8Array {
  const header = encodeHeader({ from, to, sequence });
  const size = parts.reduce((sum, { bytes }) => sum + partBytes(bytes.length), header.length);
  const packet = new Uint8Array(size);
  const view = new DataView(packet.buffer);
  packet.set(header);
  let at = header.length;
  for (const { bytes, isLast } of parts) {
    view.setUint32(at, isLast ? bytes.length : bytes.length + MORE);
    packet.set(bytes, at + PART_HEADER_BYTES);
    at += partBytes(bytes.length);
  }
  return packet;
}

export function encodeAcknowledgment({ from, to }: Ends, acknowledged: number): Uint8Array {
  return encodeHeader({ from, to, acknowledged });
}

/** @returns `undefined` if no node can have sent the bytes. The parts are views of them */
export function decodePacket(packet: Uint8Array): Packet | undefined {
  const end = packet.subarray(0, MAX_HEADER_BYTES).indexOf(LINE_FEED);
  if (end < 0) return undefined;
  const header = parseHeader(decoder.decode(packet.subarray(0, end)));
  if (header === undefined || !("sequence" in header)) return header;
  const parts = readParts(packet.subarray(end + 1));
  return parts && { ...header, parts };
}

function encodeHeader(header: object): Uint8Array {
  return encoder.encode(`${JSON.stringify(header)}\n`);
}

type Header = Ends & ({ readonly sequence: number } | { readonly acknowledged: number });

function parseHeader(json: string): Header | undefined {
  try {
    const { from, to, sequence, acknowledged } = JSON.parse(json);
    if (!isNodeName(from) || !isNodeName(to)) return undefined;
    if (isCount(sequence) && sequence > 0) return { from, to, sequence };
    return isCount(acknowledged) ? { from, to, acknowledged } : undefined;
  } catch {
    return undefined;
  }
}

/** It becomes part of a subject. */
function isNodeName(value: unknown): value is string {
  return typeof value === "string" && /^[\w-]{1,200}$/.test(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function readParts(payload: Uint8Array): Part[] | undefined {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const parts: Part[] = [];
  for (let at = 0; at < payload.length;) {
    if (at + PART_HEADER_BYTES > payload.length) return undefined;
    const word = view.getUint32(at);
    const isLast = word < MORE;
    const start = at + PART_HEADER_BYTES;
    at = start + (isLast ? word : word - MORE);
    if (at > payload.length) return undefined;
    parts.push({ bytes: payload.subarray(start, at), isLast });
  }
  return parts;
}

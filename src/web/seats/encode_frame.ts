// The frames of a WebSocket that the server sends: not masked, and whole.

const TEXT = 0x81;
const CONTROL = { close: 0x88, pong: 0x8a };
const LINE_FEED = 10;

const encoder = new TextEncoder();

/** Each line as a text message. @param lines ends with a line break */
export function encodeLines(lines: Uint8Array): Uint8Array {
  const frames: { readonly start: number; readonly bytes: number }[] = [];
  let total = 0;
  for (let start = 0; start < lines.length;) {
    const end = lines.indexOf(LINE_FEED, start);
    const bytes = (end < 0 ? lines.length : end) - start;
    frames.push({ start, bytes });
    total += headerBytes(bytes) + bytes;
    start += bytes + 1;
  }
  const encoded = new Uint8Array(total);
  let at = 0;
  for (const { start, bytes } of frames) {
    at = putHeader(encoded, at, TEXT, bytes);
    encoded.set(lines.subarray(start, start + bytes), at);
    at += bytes;
  }
  return encoded;
}

/** @param reason at most 123 bytes of UTF-8. */
export function encodeClose(code: number, reason: string): Uint8Array {
  const text = encoder.encode(reason).subarray(0, 123);
  return encodeControl("close", Uint8Array.of(code >> 8, code & 0xff, ...text));
}

export function encodeControl(kind: keyof typeof CONTROL, payload: Uint8Array): Uint8Array {
  const encoded = new Uint8Array(2 + payload.length);
  putHeader(encoded, 0, CONTROL[kind], payload.length);
  encoded.set(payload, 2);
  return encoded;
}

function headerBytes(bytes: number): number {
  return bytes < 126 ? 2 : bytes < 65_536 ? 4 : 10;
}

/** @returns where the payload begins. */
function putHeader(into: Uint8Array, at: number, first: number, bytes: number): number {
  into[at++] = first;
  if (bytes < 126) {
    into[at++] = bytes;
    return at;
  }
  const lengthBytes = bytes < 65_536 ? 2 : 8;
  into[at++] = lengthBytes === 2 ? 126 : 127;
  for (let i = lengthBytes - 1; i >= 0; i--) into[at++] = Math.floor(bytes / 256 ** i) % 256;
  return at;
}

// Truncates text to a number of bytes, never within a character: as UTF-8, or as it is written in a JSON string. A control
// character takes six bytes in JSON, so a limit on UTF-8 alone would let an output grow to several times its allowance.

const encoder = new TextEncoder();
const QUOTES_BYTES = 2;

export interface Truncated {
  readonly text: string | undefined;
  readonly bytes: number;
  readonly isCut: boolean;
}

/** The longest prefix of `text` that takes at most `maxBytes` as UTF-8. */
export function truncateToBytes(text: string | undefined, maxBytes: number): Truncated {
  if (text === undefined || text === "") return { text, bytes: 0, isCut: false };
  // A UTF-16 code unit takes three bytes at most.
  const room = Math.max(0, Math.min(maxBytes, text.length * 3));
  const { read, written } = encoder.encodeInto(text, new Uint8Array(room));
  const isCut = read < text.length;
  return { text: isCut ? copyOf(text.slice(0, read)) : text, bytes: written, isCut };
}

/** The longest prefix of `text` that takes at most `maxBytes` between the quotes of a JSON string; `bytes` is exact. */
export function truncateToJsonBytes(text: string | undefined, maxBytes: number): Truncated {
  if (text === undefined || text === "") return { text, bytes: 0, isCut: false };
  const all = bytesInJson(text);
  if (all <= maxBytes) return { text, bytes: all, isCut: false };
  let bytes = 0;
  let length = 0;
  for (const character of text) {
    const more = bytesInJson(character);
    if (bytes + more > maxBytes) break;
    bytes += more;
    length += character.length;
  }
  return { text: copyOf(text.slice(0, length)), bytes, isCut: true };
}

/** Copies the text: a slice would keep the whole text that it was taken from in memory. */
export function copyOf(text: string): string {
  // JSON preserves every string, unpaired surrogates included; encoding to UTF-8 does not.
  return JSON.parse(JSON.stringify(text)) as string;
}

function bytesInJson(text: string): number {
  return encoder.encode(JSON.stringify(text)).length - QUOTES_BYTES;
}

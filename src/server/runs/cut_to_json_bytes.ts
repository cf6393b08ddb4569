// Cuts text to a number of bytes that it takes within a JSON string. A control character takes six there, so that what
// was sent in a short form could grow to several times the room that it was given.

import { copyOf, type Cut } from "./cut_to_bytes.ts";

const encoder = new TextEncoder();
const QUOTES_BYTES = 2;

/** The longest beginning of `text` that takes at most `maxBytes` between the quotes of a JSON string; `bytes` is exact. */
export function cutToJsonBytes(text: string | undefined, maxBytes: number): Cut {
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

function bytesInJson(text: string): number {
  return encoder.encode(JSON.stringify(text)).length - QUOTES_BYTES;
}

// Decodes the bytes of a file as UTF-8, and says where they are something else. Nothing is replaced silently: a rule with
// a replaced character would be valid and match nothing.

/** Where the bytes stop being UTF-8; `reason` is a sentence about the file without its subject. */
export interface EncodingFault {
  readonly reason: string;
  /** Both count from 1; the column counts characters. */
  readonly line: number;
  readonly column: number;
}

export interface DecodedText {
  /** A byte order mark at its start is a part of it. Wrong bytes are replaced. */
  readonly text: string;
  readonly fault: EncodingFault | undefined;
}

/** The longest character of UTF-8. */
const MAX_CHARACTER_BYTES = 4;

export function decodeText(bytes: Uint8Array): DecodedText {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const other = otherEncoding(bytes);
  if (other !== undefined) {
    return { text, fault: { reason: `is ${other} and not UTF-8`, line: 1, column: 1 } };
  }
  // Only a file with U+FFFD can have had something replaced.
  if (!text.includes("\uFFFD") || isValid(bytes, false)) return { text, fault: undefined };
  return { text, fault: faultIn(bytes) };
}

/** By its byte order mark, or by the zeros that half of its bytes are in a text of Latin letters. */
function otherEncoding([a = 1, b = 1, c = 1, d = 1]: Uint8Array): string | undefined {
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? "UTF-32" : "UTF-16 (little-endian)";
  if (a === 0xfe && b === 0xff) return "UTF-16 (big-endian)";
  if (a === 0 && b === 0) return "UTF-32";
  if (a === 0 && c === 0) return "UTF-16 (big-endian)";
  if (b === 0 && d === 0) return c === 0 ? "UTF-32" : "UTF-16 (little-endian)";
  return undefined;
}

function faultIn(bytes: Uint8Array): EncodingFault {
  // The shortest prefix that no further byte can make valid; its last byte may be the one after the wrong one.
  let [valid, invalid] = [0, bytes.length + 1];
  while (invalid - valid > 1) {
    const middle = Math.floor((valid + invalid) / 2);
    if (middle <= bytes.length && isValid(bytes.subarray(0, middle), true)) valid = middle;
    else invalid = middle;
  }
  let at = Math.min(invalid, bytes.length);
  for (let back = 0; back <= MAX_CHARACTER_BYTES && !isValid(bytes.subarray(0, at), false); back++) at--;
  const before = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, at));
  const line = before.split("\n");
  return {
    reason: `is not UTF-8: it has the byte 0x${bytes[at]!.toString(16).padStart(2, "0")}`,
    line: line.length,
    column: [...line.at(-1)!.replace(/^\uFEFF/, "")].length + 1,
  };
}

/** @param mayContinue whether the last character may be incomplete */
function isValid(bytes: Uint8Array, mayContinue: boolean): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: mayContinue });
    return true;
  } catch {
    return false;
  }
}

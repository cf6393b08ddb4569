// The size of text as UTF-8, the unit of all limits on text: every language can count it.

const encoder = new TextEncoder();

/** Bytes of `text` as UTF-8; an unpaired surrogate counts as the three bytes of U+FFFD, which replaces it. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** Whether `text` takes at most `maxBytes` as UTF-8. */
export function fitsBytes(text: string, maxBytes: number): boolean {
  // Most texts are far too short, and hostile ones far too long, to be measured: a UTF-16 code unit takes one to three bytes.
  return text.length * 3 <= maxBytes || (text.length <= maxBytes && byteLength(text) <= maxBytes);
}

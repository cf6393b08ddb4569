// Cuts text to a number of UTF-8 bytes, never within a character.

const encoder = new TextEncoder();

export interface Cut {
  readonly text: string | undefined;
  readonly bytes: number;
  readonly isCut: boolean;
}

/** The longest beginning of `text` that takes at most `maxBytes` as UTF-8. */
export function cutToBytes(text: string | undefined, maxBytes: number): Cut {
  if (text === undefined || text === "") return { text, bytes: 0, isCut: false };
  // A UTF-16 code unit takes three bytes at most.
  const room = Math.max(0, Math.min(maxBytes, text.length * 3));
  const { read, written } = encoder.encodeInto(text, new Uint8Array(room));
  const isCut = read < text.length;
  return { text: isCut ? copyOf(text.slice(0, read)) : text, bytes: written, isCut };
}

/** The same text in memory of its own: what is cut from a long text would otherwise keep all of it alive. */
export function copyOf(text: string): string {
  // By way of JSON, which alone leaves every text as it is, halves of surrogate pairs included.
  return JSON.parse(JSON.stringify(text)) as string;
}

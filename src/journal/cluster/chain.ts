// One number over all records so far and what came of them: nodes whose chains are equal at a position have applied the same.
// It finds accidents, such as replicas of a log that differ. It is no protection against forgery.

/** The two halves of the number, each 0 or more and below 2^32. */
export interface Chain {
  readonly high: number;
  readonly low: number;
}

/** Of no record: the offset basis of FNV-1a, 64 bits (draft-eastlake-fnv, section 2.2). */
export const NO_CHAIN: Chain = { high: 0xcbf29ce4, low: 0x84222325 };

/** The prime of FNV-1a is this and 2^40. */
const PRIME_LOW = 0x1b3;

/** FNV-1a over the text, on top of what came before. Of a character above U+00FF, both bytes count. */
export function extendChain(chain: Chain, text: string): Chain {
  // In integers of 32 bits, which may be negative meanwhile: twice as fast as with other numbers.
  let high = chain.high | 0;
  let low = chain.low | 0;
  for (let i = 0; i < text.length; i++) {
    let rest = text.charCodeAt(i);
    do {
      low ^= rest & 0xff;
      const right = (low & 0xffff) * PRIME_LOW;
      const left = (low >>> 16) * PRIME_LOW + (right >>> 16);
      high = (Math.imul(high, PRIME_LOW) + (left >>> 16) + (low << 8)) | 0;
      low = (left << 16) | (right & 0xffff);
      rest >>>= 8;
    } while (rest > 0);
  }
  return { high: high >>> 0, low: low >>> 0 };
}

/** 16 hexadecimal digits. */
export function chainText({ high, low }: Chain): string {
  return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
}

export function readChain(text: string): Chain {
  return { high: parseInt(text.slice(0, 8), 16), low: parseInt(text.slice(8), 16) };
}

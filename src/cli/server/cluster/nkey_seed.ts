// Recognizes the seed of an nkey: base32 of a prefix, 32 bytes, and a checksum (CRC-16/XMODEM, little-endian).

/** "SU": the seed of a user. */
const FORM = /^SU[A-Z2-7]{56}$/;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const POLYNOMIAL = 0x1021;

export function isUserSeed(text: string): boolean {
  if (!FORM.test(text)) return false;
  const bytes = decodeBase32(text);
  const [low, high] = bytes.splice(-2);
  return checksum(bytes) === (high! << 8 | low!);
}

/** Without padding; bits that do not fill a byte are dropped. */
function decodeBase32(text: string): number[] {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const letter of text) {
    value = (value << 5 | ALPHABET.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push(value >> bits & 0xff);
  }
  return bytes;
}

function checksum(bytes: readonly number[]): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc & 0x8000) === 0 ? crc << 1 : crc << 1 ^ POLYNOMIAL;
      crc &= 0xffff;
    }
  }
  return crc;
}

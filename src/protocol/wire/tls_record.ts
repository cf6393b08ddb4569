// What the first bytes of a connection say about TLS: each side may find that the other one speaks TLS and it does not. Records are those of RFC 8446, section 5.1; alerts those of section 6.

const HANDSHAKE = 0x16;
const ALERT = 0x15;
/** The first byte of every version since SSL 3.0. */
const MAJOR_VERSION = 0x03;

/** As a server answers that has no TLS, or was not spoken to in it. */
export const UNEXPECTED_MESSAGE_ALERT = fatalAlert(10);
/** As a server answers to a client with which it has no version, key or cipher in common. */
export const HANDSHAKE_FAILURE_ALERT = fatalAlert(40);

/** Whether a client that sent this first speaks TLS. No text begins like this. */
export function isClientHello(bytes: Uint8Array): boolean {
  return bytes[0] === HANDSHAKE && bytes[1] === MAJOR_VERSION;
}

/** The same of as little as one byte: with more it may turn out otherwise. */
export function mayBeClientHello(bytes: Uint8Array): boolean {
  return bytes[0] === HANDSHAKE && (bytes.length === 1 || bytes[1] === MAJOR_VERSION);
}

/** Whether a server that sent this first speaks TLS, and was not spoken to in it. */
export function isTlsAlert(bytes: Uint8Array): boolean {
  return bytes[0] === ALERT && bytes[1] === MAJOR_VERSION;
}

/** In a record with the number of TLS 1.0: no version is agreed on. */
function fatalAlert(description: number): Uint8Array {
  return Uint8Array.of(ALERT, MAJOR_VERSION, 1, 0, 2, 2, description);
}

// What can be told of TLS without speaking it, by the first bytes of a connection: each side may find that the other one
// speaks TLS and it does not. Records are those of RFC 8446, section 5.1; alerts those of section 6.

const HANDSHAKE = 0x16;
const ALERT = 0x15;
/** The first byte of every version since SSL 3.0. */
const MAJOR_VERSION = 0x03;

/** A fatal alert, "unexpected_message", as a server answers that has no TLS. No version is agreed on: TLS 1.0's number. */
export const UNEXPECTED_MESSAGE_ALERT: Uint8Array = Uint8Array.of(ALERT, MAJOR_VERSION, 1, 0, 2, 2, 10);

/** Whether a client that sent this first speaks TLS. No text begins like this. */
export function isClientHello(bytes: Uint8Array): boolean {
  return bytes[0] === HANDSHAKE && bytes[1] === MAJOR_VERSION;
}

/** Whether a server that sent this first speaks TLS, and was not spoken to in it. */
export function isTlsAlert(bytes: Uint8Array): boolean {
  return bytes[0] === ALERT && bytes[1] === MAJOR_VERSION;
}

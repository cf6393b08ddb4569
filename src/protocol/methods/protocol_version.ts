// The version of the protocol that the server speaks.

/** The version that `welcome` states. */
export const PROTOCOL_VERSION = 1;

// Resume tokens: each lets the client that has it resume one seat. Only hashes are recorded.

import { sha256 } from "@noble/hashes/sha2.js";

/** Creates and hashes tokens; passed in, so that tests can predict them. */
export interface TokenSource {
  /** A new token of at least 128 random bits. */
  issue(): string;
  hash(text: string): string;
}

const TOKEN_BYTES = 32;

const encoder = new TextEncoder();

/**
 * Tokens of 256 random bits; a fast hash is enough because they cannot be guessed. Not with node:crypto, whose import
 * would take a third of the server's startup time, nor with Web Crypto, whose hashes are asynchronous.
 */
export const RANDOM_TOKENS: TokenSource = {
  issue: () => toBase64Url(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES))),
  hash: (text) => toBase64Url(sha256(encoder.encode(text))),
};

function toBase64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Includes the identity: the token is worthless to another client, even after a restart. */
export function hashToken(tokens: TokenSource, token: string, identity: string | undefined): string {
  return tokens.hash(identity === undefined ? token : `${identity} ${token}`);
}

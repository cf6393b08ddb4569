// Resume tokens: 256 random bits, of which the server keeps a hash only. A fast hash is enough, since nobody can guess
// what it was made of. node:crypto would be a third of the time until the server listens, and Web Crypto hashes only
// asynchronously.

import { sha256 } from "@noble/hashes/sha2.js";
import type { TokenSource } from "./resume_tokens.ts";

const TOKEN_BYTES = 32;

const encoder = new TextEncoder();

export const RANDOM_TOKENS: TokenSource = {
  issue: () => toBase64Url(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES))),
  hash: (text) => toBase64Url(sha256(encoder.encode(text))),
};

function toBase64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

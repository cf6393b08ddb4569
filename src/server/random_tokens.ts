// Resume tokens: 256 random bits, of which the server keeps a hash only. A fast hash is enough, since nobody can guess
// what it was made of.

import { createHash, randomBytes } from "node:crypto";
import type { TokenSource } from "./kept_seats.ts";

const TOKEN_BYTES = 32;

export const RANDOM_TOKENS: TokenSource = {
  issue: () => randomBytes(TOKEN_BYTES).toString("base64url"),
  hash: (text) => createHash("sha256").update(text).digest("base64url"),
};

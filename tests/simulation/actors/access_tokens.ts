// The tokens with which clients log in, in a scenario whose server asks for them: one for each client, and one for strangers.

import { createHash } from "node:crypto";
import type { TokenDescription } from "../../../src/server/login/authenticator.ts";

export interface AccessTokens {
  /** As the server knows them. */
  readonly known: readonly TokenDescription[];
  of(name: string): string;
}

export const STRANGER = "stranger";

export function accessTokens(clients: readonly string[]): AccessTokens {
  const of = (name: string) => `token-of-${name}`;
  const known = [...clients, STRANGER].map((name) => ({
    name,
    sha256: createHash("sha256").update(of(name)).digest("hex"),
    issue: undefined,
    execute: true,
    watch: true,
    evict: false,
  }));
  return { known, of };
}

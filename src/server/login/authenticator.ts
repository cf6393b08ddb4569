// Whose token is this? Knows tokens by their SHA-256 alone. A plain hash is enough because nobody can guess what it was
// made of: tokens are 256 random bits. Needed only by a server that asks for tokens.

import { Buffer } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";
import type { Rights } from "../connection/mod.ts";

/** One token as its file describes it; see `src/config/load_tokens.ts`. */
export interface TokenDescription extends Omit<Rights, "issue"> {
  readonly name: string;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  readonly issue: readonly string[] | undefined;
}

/** Who somebody has shown to be. */
export interface Identity {
  /** The token's name. */
  readonly name: string;
  readonly rights: Rights;
}

/** What a new set of tokens means for those who are in already. */
export interface Replacement {
  /** Whether a token that was good is not any more: it is gone, or has another hash. */
  isRevoked(name: string): boolean;
  /** What the token of that name allows now. */
  rightsOf(name: string): Rights | undefined;
}

interface Known extends Identity {
  readonly digest: Uint8Array;
}

export class Authenticator {
  #known: ReadonlyMap<string, Known>;

  constructor(tokens: readonly TokenDescription[]) {
    this.#known = toKnown(tokens);
  }

  /** How many tokens there are. */
  get size(): number {
    return this.#known.size;
  }

  /** Whose token this is. How long that takes says nothing of how near it was. */
  identify(token: string): Identity | undefined {
    const digest = sha256(token);
    let found: Identity | undefined;
    // To the end, wherever it is found.
    for (const known of this.#known.values()) {
      if (timingSafeEqual(digest, known.digest)) found = known;
    }
    return found;
  }

  /** From now on these tokens are good and no others. */
  replace(tokens: readonly TokenDescription[]): Replacement {
    const before = this.#known;
    const now = this.#known = toKnown(tokens);
    return {
      isRevoked(name) {
        const old = before.get(name);
        const known = now.get(name);
        return known === undefined || old === undefined || !timingSafeEqual(old.digest, known.digest);
      },
      rightsOf: (name) => now.get(name)?.rights,
    };
  }
}

function toKnown(tokens: readonly TokenDescription[]): ReadonlyMap<string, Known> {
  return new Map(tokens.map(({ name, sha256, issue, execute, watch, evict }) => {
    const rights = { issue: issue && new Set(issue), execute, watch, evict };
    return [name, { name, rights, digest: Buffer.from(sha256, "hex") }];
  }));
}

function sha256(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

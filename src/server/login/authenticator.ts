// Finds the client that a login token belongs to. Tokens are stored as SHA-256 hashes only; a fast hash is enough because
// a token consists of 256 random bits, which cannot be guessed. Loaded only by a server with tokens.

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

/** The name and rights of a token. */
export interface Identity {
  readonly name: string;
  readonly rights: Rights;
}

/** The difference between two sets of tokens, for connections that logged in with the old one. */
export interface Replacement {
  /** Whether the token of that name was removed, or has a different hash now. */
  isRevoked(name: string): boolean;
  /** The rights that the token of that name has now. */
  rightsOf(name: string): Rights | undefined;
}

/** An identity with the hash of its token. */
export interface KnownIdentity extends Identity {
  readonly digest: Uint8Array;
  /** Another one for a token that was removed or changed, and is valid again. */
  readonly life: symbol;
}

export class Authenticator {
  #known: ReadonlyMap<string, KnownIdentity>;

  constructor(tokens: readonly TokenDescription[]) {
    this.#known = toKnown(tokens, new Map());
  }

  /** The number of tokens. */
  get size(): number {
    return this.#known.size;
  }

  /** The identity that a token belongs to. Takes the same time for every invalid token. */
  identify(token: string): KnownIdentity | undefined {
    const digest = sha256(token);
    let found: KnownIdentity | undefined;
    // Does not stop at a match: the time must not depend on its position.
    for (const known of this.#known.values()) {
      if (timingSafeEqual(digest, known.digest)) found = known;
    }
    return found;
  }

  /** What the token of that name allows; `undefined`: there is none. */
  rightsOf(name: string): Rights | undefined {
    return this.#known.get(name)?.rights;
  }

  /** The identity as it is now; `undefined`: its token was removed or changed since. */
  current({ name, life }: KnownIdentity): KnownIdentity | undefined {
    const known = this.#known.get(name);
    return known?.life === life ? known : undefined;
  }

  /** Replaces the set of valid tokens. */
  replace(tokens: readonly TokenDescription[]): Replacement {
    const before = this.#known;
    const now = this.#known = toKnown(tokens, before);
    return {
      isRevoked(name) {
        const life = now.get(name)?.life;
        return life === undefined || life !== before.get(name)?.life;
      },
      rightsOf: (name) => now.get(name)?.rights,
    };
  }
}

/** @param before tokens that are the same as there keep their lives */
function toKnown(
  tokens: readonly TokenDescription[],
  before: ReadonlyMap<string, KnownIdentity>,
): ReadonlyMap<string, KnownIdentity> {
  return new Map(tokens.map(({ name, sha256, issue, execute, watch, evict }) => {
    const rights = { issue: issue && new Set(issue), execute, watch, evict };
    const digest = Buffer.from(sha256, "hex");
    const old = before.get(name);
    const life = old !== undefined && timingSafeEqual(old.digest, digest) ? old.life : Symbol(name);
    return [name, { name, rights, digest, life }];
  }));
}

function sha256(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

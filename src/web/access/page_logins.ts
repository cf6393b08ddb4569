// Who looks at the page. Without tokens everyone may watch and no one may operate; with tokens a request shows one itself
// (`Authorization: Bearer`), or the cookie of a login with one. A token that is revoked ends its logins.

import type { Authenticator, KnownIdentity } from "../../server/login/mod.ts";
import { addressKey, FailedLogins } from "../../server/limits/mod.ts";
import type { WebRequest } from "../http/mod.ts";

export interface PageLoginsOptions {
  /** `undefined`: the server requires no tokens. */
  readonly authenticator: Authenticator | undefined;
  readonly limits: ConstructorParameters<typeof FailedLogins>[0];
  /** Of one token; a further one ends the oldest of them. */
  readonly loginsPerToken: number;
  readonly loginMs: number;
  readonly cookieName: string;
  readonly now: () => number;
  /** A random text that cannot be guessed. */
  readonly newId: () => string;
}

/** Who sent a request; `name` is that of the token, absent where none is required. */
export interface Viewer {
  readonly name?: string | undefined;
  readonly mayOperate: boolean;
  /** Whether it may still watch. */
  isValid(): boolean;
}

export interface RefusedViewing {
  readonly ok: false;
  readonly status: 401 | 403 | 429;
  readonly message: string;
  /** A token was shown that is none: a guess, perhaps. */
  readonly isWrongToken?: true;
}

export type Viewing = { readonly ok: true; readonly viewer: Viewer } | RefusedViewing;

interface Login {
  readonly identity: KnownIdentity;
  readonly endsAt: number;
}

const ANYBODY: Viewing = { ok: true, viewer: { mayOperate: false, isValid: () => true } };
const NO_TOKEN = "This page requires a token with the right to watch";

export class PageLogins {
  readonly #options: PageLoginsOptions;
  readonly #failures: FailedLogins;
  /** By id, in the order in which they end. */
  readonly #logins = new Map<string, Login>();

  constructor(options: PageLoginsOptions) {
    this.#options = options;
    this.#failures = new FailedLogins(options.limits);
  }

  get needsToken(): boolean {
    return this.#options.authenticator !== undefined;
  }

  /** Who sent a request, by what it shows. */
  viewerOf({ headers, ip }: Pick<WebRequest, "headers" | "ip">): Viewing {
    const { authenticator } = this.#options;
    if (authenticator === undefined) return ANYBODY;
    const bearer = /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
    if (bearer !== undefined) return this.#identify(bearer, ip);
    const id = this.#cookieOf(headers);
    const login = id === undefined ? undefined : this.#logins.get(id);
    if (login === undefined) return { ok: false, status: 401, message: NO_TOKEN };
    return this.#admit(login.identity, () => login.endsAt > this.#options.now() && this.#logins.has(id!));
  }

  /** Starts a login with a token. @returns its id with the viewer, or why there is none. */
  logIn(token: string, ip: string): Viewing & { readonly id?: string } {
    const { now, newId, loginMs } = this.#options;
    const viewing = this.#identify(token, ip, (identity) => {
      const id = newId();
      this.#logins.set(id, { identity, endsAt: now() + loginMs });
      this.#dropOld(identity.name);
      return id;
    });
    return viewing;
  }

  /** Ends the login whose cookie a request has. */
  logOut({ headers }: Pick<WebRequest, "headers">): void {
    const id = this.#cookieOf(headers);
    if (id !== undefined) this.#logins.delete(id);
  }

  /** Removes those that are over, and the oldest of a token that has too many. */
  #dropOld(name: string): void {
    const { authenticator, now, loginsPerToken } = this.#options;
    const own: string[] = [];
    for (const [id, { identity, endsAt }] of this.#logins) {
      if (endsAt <= now() || authenticator?.current(identity) === undefined) this.#logins.delete(id);
      else if (identity.name === name) own.push(id);
    }
    for (const id of own.slice(0, -loginsPerToken)) this.#logins.delete(id);
  }

  #identify(
    token: string,
    ip: string,
    start: (identity: KnownIdentity) => string | undefined = () => undefined,
  ): Viewing & { readonly id?: string } {
    const { authenticator, now } = this.#options;
    const key = addressKey(ip);
    if (this.#failures.blockedMs(key, now()) > 0) {
      return { ok: false, status: 429, message: this.#failures.message };
    }
    const identity = authenticator?.identify(token);
    if (identity === undefined) {
      this.#failures.note(key, now());
      return { ok: false, status: 401, message: "Invalid token", isWrongToken: true };
    }
    const viewing = this.#admit(identity, () => true);
    const id = viewing.ok ? start(identity) : undefined;
    return id === undefined ? viewing : { ...viewing, id };
  }

  #admit(identity: KnownIdentity, isCurrent: () => boolean): Viewing {
    const { authenticator } = this.#options;
    const known = authenticator?.current(identity);
    if (known === undefined || !isCurrent()) return { ok: false, status: 401, message: NO_TOKEN };
    if (!known.rights.watch) return { ok: false, status: 403, message: "This token has no right to watch" };
    const { name, rights: { evict: mayOperate } } = known;
    const isValid = () => isCurrent() && authenticator?.current(identity)?.rights.watch === true;
    return { ok: true, viewer: { name, mayOperate, isValid } };
  }

  #cookieOf(headers: WebRequest["headers"]): string | undefined {
    const start = `${this.#options.cookieName}=`;
    return headers.get("cookie")?.split(";").map((pair) => pair.trim())
      .find((pair) => pair.startsWith(start))?.slice(start.length);
  }
}

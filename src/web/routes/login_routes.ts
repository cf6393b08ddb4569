// Logging in to the page with a token, and out again; and what the page may show.

import { object, readShape, string } from "../../protocol/methods/mod.ts";
import type { Report } from "../../log/mod.ts";
import { type Clock, wait } from "../../time/mod.ts";
import type { PageLogins, RefusedViewing } from "../access/mod.ts";
import type { PageSession } from "../feed/mod.ts";
import { tokensOf, type WebRequest, type WebResponse } from "../http/mod.ts";
import { json, readBody, refuse } from "./answers.ts";

export interface LoginRoutesOptions {
  readonly logins: PageLogins;
  readonly cookieName: string;
  /** Of the page, with a final slash. */
  readonly path: string;
  readonly loginMs: number;
  /** Whether browsers reach the page over TLS at this port; a proxy may also say so. */
  readonly hasTls: boolean;
  /** Before a wrong token is refused. */
  readonly failureDelayMs: number;
  readonly clock: Clock;
  readonly report: Report;
  readonly seats: boolean;
  /** Whether one more page from this address may be opened. */
  readonly hasRoom: (ip: string) => boolean;
}

const loginShape = object<{ readonly token: string }>({ token: string });

export class LoginRoutes {
  readonly #options: LoginRoutesOptions;

  constructor(options: LoginRoutesOptions) {
    this.#options = options;
  }

  /** Who looks at the page. */
  session(request: WebRequest): WebResponse | Promise<WebResponse> {
    const { logins, seats, hasRoom } = this.#options;
    const { needsToken } = logins;
    const viewing = logins.viewerOf(request);
    if (!viewing.ok && viewing.isWrongToken) return this.refuseToken(request, viewing);
    const viewer = viewing.ok ? viewing.viewer : undefined;
    const session: PageSession = {
      needsToken,
      name: viewer?.name,
      mayOperate: viewer?.mayOperate === true,
      seats,
      isFull: !viewing.ok || hasRoom(request.ip) ? undefined : true,
    };
    return json(viewing.ok ? 200 : viewing.status, session);
  }

  async logIn(request: WebRequest): Promise<WebResponse> {
    const { logins, report, loginMs } = this.#options;
    if (!logins.needsToken) {
      return refuse(409, "This server requires no token; open the page without logging in");
    }
    const body = readBody(request);
    if (!body.ok) return body.response;
    const read = readShape(loginShape, body.value);
    if (!read.ok) return refuse(400, `The body must be {"token": "..."}`);
    const { ip, port } = request;
    const viewing = logins.logIn(read.value.token, ip);
    if (!viewing.ok) return await this.refuseToken(request, viewing);
    const { viewer: { name, mayOperate }, id } = viewing;
    report({ event: "client_identified", ip, port, identity: name ?? "", page: true });
    const session: PageSession = { needsToken: true, name, mayOperate, seats: this.#options.seats };
    return json(200, session, this.#cookie(request, id ?? "", loginMs));
  }

  /** The token of a request lets nobody in: this is logged, and answered after a delay, which slows down guessing. */
  async refuseToken({ ip, port }: WebRequest, { status, message }: RefusedViewing): Promise<WebResponse> {
    const { report, clock, failureDelayMs } = this.#options;
    if (status !== 429) report({ event: "login_refused", ip, port, message, page: true });
    await wait(clock.after, failureDelayMs);
    return refuse(status, message, status === 401 ? { "WWW-Authenticate": "Bearer" } : {});
  }

  logOut(request: WebRequest): WebResponse {
    this.#options.logins.logOut(request);
    return { status: 204, headers: this.#cookie(request, "", 0) };
  }

  #cookie({ headers }: WebRequest, id: string, ms: number): Record<string, string> {
    const { cookieName, path, hasTls } = this.#options;
    // Of several proxies, the first one is that of the browser.
    const isSecure = hasTls || tokensOf(headers.get("x-forwarded-proto"))[0] === "https";
    const parts = [
      `${cookieName}=${id}`,
      `Path=${path}`,
      `Max-Age=${Math.floor(ms / 1_000)}`,
      "HttpOnly",
      "SameSite=Strict",
    ];
    if (isSecure) parts.push("Secure");
    return { "Set-Cookie": parts.join("; ") };
  }
}

// Which request is answered by what. Paths are compared as they are written; those of the page are below the base path.

import type { Report } from "../../log/mod.ts";
import { visible } from "../../words/mod.ts";
import type { PageLogins, SiteCheck, Viewer } from "../access/mod.ts";
import type { Feed } from "../feed/mod.ts";
import type { WebRequest, WebResponse } from "../http/mod.ts";
import { ALIVE, type HealthAnswer, METRICS_CONTENT_TYPE, readiness } from "../metrics/mod.ts";
import type { SeatRoute } from "../seats/mod.ts";
import type { WebHost } from "../host/mod.ts";
import { refuse, text } from "./answers.ts";
import type { AssetRoutes } from "./asset_routes.ts";
import type { LoginRoutes } from "./login_routes.ts";
import { operate } from "./operator_routes.ts";

export interface RouterParts {
  /** "" or "/a/b". */
  readonly basePath: string;
  readonly host: WebHost;
  readonly feed: Feed;
  readonly sites: SiteCheck;
  readonly logins: PageLogins;
  readonly loginRoutes: LoginRoutes;
  readonly assets: AssetRoutes;
  /** `undefined`: no seat can be taken here. */
  readonly seats: SeatRoute | undefined;
  /** `undefined`: there are none. */
  readonly metrics: (() => string) | undefined;
  readonly report: Report;
}

type Answer = WebResponse | Promise<WebResponse>;

const METRICS_TYPE = { "Content-Type": METRICS_CONTENT_TYPE };
const EVENTS_TYPE = { "Content-Type": "text/event-stream", "X-Accel-Buffering": "no", "Connection": "close" };
const RETRY = { "Retry-After": "10" };

export class Router {
  readonly #parts: RouterParts;

  constructor(parts: RouterParts) {
    this.#parts = parts;
  }

  /** Never rejects. */
  async answer(request: WebRequest): Promise<WebResponse> {
    try {
      return await this.#answer(request);
    } catch (error) {
      this.#parts.report({ event: "fault", where: "the page", message: visible(String(error)) });
      return refuse(500, "Internal error");
    }
  }

  #answer(request: WebRequest): Answer {
    const { basePath, sites, host } = this.#parts;
    const { method } = request;
    // For load balancers, which know neither the base path nor the name.
    if (request.path === "/healthz") return this.#get(method, () => health(ALIVE));
    if (request.path === "/readyz") return this.#get(method, () => health(readiness(host.status())));
    const refused = sites.refuse(request);
    if (refused !== undefined) return refuse(refused.status, refused.message);
    if (basePath !== "" && request.path === basePath) return redirect(`${basePath}/`);
    if (!request.path.startsWith(`${basePath}/`)) return NOT_FOUND;
    return this.#answerPath(request, request.path.slice(basePath.length));
  }

  #answerPath(request: WebRequest, path: string): Answer {
    const { host, loginRoutes, seats, metrics } = this.#parts;
    const { method } = request;
    switch (path) {
      case "/healthz":
        return this.#get(method, () => health(ALIVE));
      case "/readyz":
        return this.#get(method, () => health(readiness(host.status())));
      case "/session":
        return this.#get(method, () => loginRoutes.session(request));
      case "/login":
        return this.#post(method, () => loginRoutes.logIn(request));
      case "/logout":
        return this.#post(method, () => loginRoutes.logOut(request));
      case "/events":
        return method === "GET"
          ? this.#watch(request, (viewer) => this.#events(request, viewer))
          : notAllowed("GET");
      case "/actions":
        return this.#post(method, () => this.#watch(request, (viewer) => operate(request, viewer, host)));
      case "/metrics":
        if (metrics === undefined) return NOT_FOUND;
        return this.#get(
          method,
          () => this.#watch(request, () => ({ status: 200, headers: METRICS_TYPE, body: metrics() })),
        );
      case "/ws":
        return seats === undefined ? NOT_FOUND : seats.answer(request);
      default:
        return this.#get(method, () => this.#parts.assets.find(path, request) ?? NOT_FOUND);
    }
  }

  #get(method: string, answer: () => Answer): Answer {
    return method === "GET" || method === "HEAD" ? answer() : notAllowed("GET, HEAD");
  }

  #post(method: string, answer: () => Answer): Answer {
    return method === "POST" ? answer() : notAllowed("POST");
  }

  #watch(request: WebRequest, answer: (viewer: Viewer) => Answer): Answer {
    const viewing = this.#parts.logins.viewerOf(request);
    if (viewing.ok) return answer(viewing.viewer);
    if (viewing.isWrongToken) return this.#parts.loginRoutes.refuseToken(request, viewing);
    const headers: Record<string, string> = viewing.status === 401 ? { "WWW-Authenticate": "Bearer" } : {};
    return refuse(viewing.status, viewing.message, headers);
  }

  #events({ ip }: WebRequest, viewer: Viewer): WebResponse {
    const { feed } = this.#parts;
    if (!feed.makeRoom(ip)) return refuse(503, "Too many pages are open", RETRY);
    return {
      status: 200,
      headers: EVENTS_TYPE,
      take: (connection) => feed.open(connection, ip, viewer),
    };
  }
}

const NOT_FOUND = text(404, "Not found");

function notAllowed(methods: string): WebResponse {
  return {
    ...text(405, `Use ${methods}`),
    headers: { "Content-Type": "text/plain; charset=utf-8", "Allow": methods },
  };
}

function redirect(to: string): WebResponse {
  return { status: 308, headers: { "Location": to } };
}

function health({ status, text: answer }: HealthAnswer): WebResponse {
  return text(status, answer);
}

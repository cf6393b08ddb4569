// The page's port: accepts connections, and builds everything that answers their requests. It only ever asks the server,
// which does not know of it.

import type { WebSettings } from "../config/keys/mod.ts";
import type { Report } from "../log/mod.ts";
import { Acceptor, type Listener } from "../server/connection/mod.ts";
import type { Authenticator } from "../server/login/mod.ts";
import type { Clock, YieldToIo } from "../time/mod.ts";
import { visible } from "../words/mod.ts";
import { PageLogins, SiteCheck } from "./access/mod.ts";
import { Feed, type SeenEvents } from "./feed/mod.ts";
import { ConnectionPool, HttpConnection, type HttpHost, WorkBudget } from "./http/mod.ts";
import { AssetRoutes, LoginRoutes, Router } from "./routes/mod.ts";
import { SeatRoute } from "./seats/mod.ts";
import type { WebAssets, WebHost } from "./host/mod.ts";
import { WEB_BOUNDS, type WebLimits } from "./web_limits.ts";

export interface WebServerOptions {
  /** Owned by the web server. */
  readonly listener: Listener;
  readonly host: WebHost;
  readonly assets: WebAssets;
  readonly settings: Pick<WebSettings, "basePath" | "seats" | "clients" | "hosts">;
  /** Whether the listener's connections use TLS. */
  readonly hasTls: boolean;
  readonly limits: WebLimits;
  /** `undefined`: the server requires no tokens. */
  readonly authenticator: Authenticator | undefined;
  readonly seen: SeenEvents;
  /** The text of GET <base>/metrics; absent: there is none. */
  readonly metrics?: (() => string) | undefined;
  readonly clock: Clock;
  readonly wallClock: () => number;
  readonly yieldToIo: YieldToIo;
  readonly report: Report;
  /** A random text that cannot be guessed. */
  readonly newId: () => string;
}

export class WebServer {
  readonly #acceptor: Acceptor;
  readonly #pool: ConnectionPool<HttpConnection>;
  readonly #feed: Feed;

  /** Starts serving. */
  constructor(options: WebServerOptions) {
    const { listener, clock, yieldToIo, report, limits } = options;
    this.#feed = buildFeed(options);
    const { maxConnections, requestMs, headBytes, bodyBytes } = WEB_BOUNDS;
    this.#pool = new ConnectionPool({
      maxConnections,
      requestMs,
      maxPerAddress: limits.connectionsPerAddress ?? WEB_BOUNDS.connectionsPerAddress,
      exemptsLoopback: limits.connectionsPerAddress === undefined,
    }, clock);
    const budget = new WorkBudget(clock, yieldToIo);
    const router = buildRouter(options, this.#feed);
    const http: HttpHost = {
      pool: this.#pool,
      budget,
      now: () => clock.now(),
      headBytes,
      bodyBytes,
      answer: (request) => router.answer(request),
    };
    this.#acceptor = new Acceptor(listener, {
      onConnection: (connection) => {
        budget.spend(0);
        void new HttpConnection(connection, http).serve();
      },
      yieldToIo: budget,
      after: clock.after,
      report,
    });
  }

  /** The address it listens on, with the actual port. */
  get address(): Deno.NetAddr {
    return this.#acceptor.address;
  }

  /** Open pages, and connections with a request. */
  get usage(): { readonly pages: number; readonly connections: number } {
    return { pages: this.#feed.size, connections: this.#pool.size };
  }

  /** Closes the port, and all pages. Seats that were taken here are the server's. */
  async close(): Promise<void> {
    this.#acceptor.close();
    this.#feed.close();
    this.#pool.destroyAll();
    await this.#acceptor.closed;
  }
}

function buildFeed({ host, seen, clock, wallClock, yieldToIo, settings, report }: WebServerOptions): Feed {
  return new Feed({
    host,
    seen,
    clock,
    wallClock,
    yieldToIo,
    maxStreams: settings.clients,
    maxQueuedBytes: WEB_BOUNDS.queuedBytes,
    onFault: (error) => report({ event: "fault", where: "the page", message: visible(String(error)) }),
  });
}

function buildRouter(options: WebServerOptions, feed: Feed): Router {
  const { host, authenticator, clock, yieldToIo, report, newId, hasTls, limits, metrics } = options;
  const { basePath, seats, hosts } = options.settings;
  const { loginMs, loginsPerToken } = WEB_BOUNDS;
  // Cookies are the same for all ports of a host.
  const cookieName = `rankserver_${(options.listener.addr as Deno.NetAddr).port}`;
  const now = () => clock.now();
  const logins = new PageLogins({
    authenticator,
    limits: limits.logins,
    loginsPerToken,
    loginMs,
    cookieName,
    now,
    newId,
  });
  return new Router({
    basePath,
    host,
    feed,
    sites: new SiteCheck({ hosts }),
    logins,
    loginRoutes: new LoginRoutes({
      logins,
      cookieName,
      path: `${basePath}/`,
      loginMs,
      hasTls,
      failureDelayMs: Math.min(limits.failureDelayMs, WEB_BOUNDS.requestMs / 2),
      clock,
      report,
      seats,
      hasRoom: (ip) => feed.hasRoom(ip),
    }),
    assets: new AssetRoutes(options.assets),
    seats: !seats ? undefined : new SeatRoute({
      accept: (connection) => host.accept(connection),
      maxMessageBytes: limits.lineBytes,
      lingerMs: limits.lingerMs,
      clock,
      yieldToIo,
    }),
    metrics,
    report,
  });
}

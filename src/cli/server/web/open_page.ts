// Opens the page's port, and connects the page with the server when that runs. Everything is loaded before the server gives
// up its rights.

import { hasWebTls } from "../../../config/keys/mod.ts";
import type { ServerConfig } from "../../../config/mod.ts";
import type { Journal, SharedJournal } from "../../../journal/engines/mod.ts";
import type { Report } from "../../../log/mod.ts";
import type { EvictParams } from "../../../protocol/methods/mod.ts";
import { formatAddress, type Member } from "../../../server/connection/mod.ts";
import type { Authenticator } from "../../../server/login/mod.ts";
import type { Listener, RankServer } from "../../../server/mod.ts";
import type { Evictor } from "../../../server/operator/mod.ts";
import { RANDOM_TOKENS } from "../../../server/seats/mod.ts";
import type { Clock, YieldToIo } from "../../../time/mod.ts";
import { Metrics, readProcess } from "../../../web/metrics/mod.ts";
import { PAGE_ASSETS } from "../../../web/page/mod.ts";
import { type PageOperator, SeenEvents, type WebHost, WebServer } from "../../../web/mod.ts";
import { cannotListen, type ListenAdvice, StartupError, VERSION } from "../../shared/mod.ts";
import type { OpenedTls } from "../tls/mod.ts";

export interface PageOptions {
  readonly config: ServerConfig;
  readonly tls: OpenedTls | undefined;
  readonly yieldToIo: YieldToIo;
  readonly clock: Clock;
}

export interface PageStart {
  readonly server: RankServer;
  /** Of the server's events. */
  readonly report: Report;
  readonly authenticator: Authenticator | undefined;
  /** Absent: there is nothing to reload. */
  readonly reload: (() => void) | undefined;
  /** Stops the server. @param why for the log */
  readonly stop: (why: string) => void;
}

export class OpenedPage {
  readonly #options: PageOptions;
  readonly #listener: Listener;
  readonly #seen: SeenEvents;
  readonly #metrics: Metrics;
  #web: WebServer | undefined;

  /** @throws {StartupError} */
  constructor(options: PageOptions) {
    const { clock } = options;
    this.#options = options;
    this.#listener = listen(options);
    this.#seen = new SeenEvents(Date.now);
    this.#metrics = new Metrics({ version: VERSION, clock, readProcess });
  }

  /** Where a browser on this machine finds it. */
  get address(): string {
    const { config: { web } } = this.#options;
    const { hostname, port } = this.#listener.addr as Deno.NetAddr;
    return `${hasWebTls(this.#options.config) ? "https" : "http"}://${
      formatAddress(hostname, port)
    }${web.basePath}/`;
  }

  /** The report to give to the server. */
  follow(report: Report): Report {
    return this.#metrics.counted(this.#seen.tee(report));
  }

  /** The journal to give to the server. */
  timed(journal: Journal<Member> | SharedJournal<Member>): Journal<Member> | SharedJournal<Member> {
    return journal.isShared ? this.#metrics.timed(journal) : journal;
  }

  start({ server, report, authenticator, reload, stop }: PageStart): void {
    const { config, clock, yieldToIo } = this.#options;
    const { limits, auth, web } = config;
    const host: WebHost = {
      status: () => ({ version: VERSION, ...server.status() }),
      list: (count) => server.list(count),
      evict: (params: EvictParams, by: PageOperator) => server.evict(params, evictor(by)),
      reload: reload && (({ name, ip, port }) => {
        report({ event: "reload_requested", ip, port, identity: name });
        reload();
      }),
      drain: ({ name }) => stop(`the page, token ${name}`),
      accept: (connection) => server.accept(connection),
    };
    this.#metrics.start();
    this.#web = new WebServer({
      listener: this.#listener,
      host,
      assets: PAGE_ASSETS,
      settings: web,
      hasTls: hasWebTls(config),
      limits: {
        connectionsPerAddress: limits.connectionsPerAddress,
        logins: auth,
        failureDelayMs: auth.failureDelayMs,
        lineBytes: limits.lineBytes,
        lingerMs: limits.lingerMs,
      },
      authenticator,
      seen: this.#seen,
      metrics: () => this.#metrics.render(server),
      clock,
      wallClock: Date.now,
      yieldToIo,
      report,
      newId: () => RANDOM_TOKENS.issue(),
    });
  }

  async close(): Promise<void> {
    this.#metrics.stop();
    if (this.#web === undefined) this.#listener.close();
    else await this.#web.close();
  }
}

/** An operator has neither a seat nor a name of its own, only that of its token. */
function evictor({ name: identity, ip, port }: PageOperator): Evictor {
  const address = formatAddress(ip, port);
  return { ip, port, name: address, address, identity, seat: undefined };
}

const ADVICE: ListenAdvice = {
  inUse: 'choose another "port" in [web]',
  noSuchAddress: 'set "host" in [web] to 127.0.0.1, or to 0.0.0.0 for all of its addresses',
  notAllowed: 'choose another "port" in [web]',
};

/** @throws {StartupError} */
function listen({ config: { web }, tls }: PageOptions): Listener {
  try {
    const plain = Deno.listen({ hostname: web.host, port: web.port });
    return tls === undefined || !web.tls ? plain : tls.alsoFor(plain);
  } catch (error) {
    throw new StartupError(
      cannotListen(`Cannot listen for the page on ${web.host} port ${web.port}`, error, ADVICE),
    );
  }
}

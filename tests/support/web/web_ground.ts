// A server with a page, in this process, and ways to speak HTTP to it byte by byte.

import { loadServerConfig } from "../../../src/config/mod.ts";
import { loadTokens } from "../../../src/config/load_tokens.ts";
import type { ServerEvent } from "../../../src/log/mod.ts";
import { Authenticator } from "../../../src/server/login/authenticator.ts";
import { RANDOM_TOKENS } from "../../../src/server/seats/mod.ts";
import type { Listener } from "../../../src/server/mod.ts";
import {
  type PageOperator,
  SeenEvents,
  type WebAssets,
  type WebHost,
  WebServer,
} from "../../../src/web/mod.ts";
import { startServer, type TestServer } from "../server/start_server.ts";
import { timerYield } from "../server/timer_yield.ts";

export interface WebGroundOptions {
  /** The text of a configuration file. */
  readonly toml?: string;
  /** The text of a file of tokens. */
  readonly tokens?: string;
  readonly listener?: Listener;
  /** In place of a page that says nothing. */
  readonly assets?: WebAssets;
}

/** What was asked of the server on the page. */
export interface Asked {
  readonly reloads: PageOperator[];
  readonly drains: PageOperator[];
}

const NO_PAGE: WebAssets = { "/": { type: "text/html", body: "<p>the page</p>" } };

const CLOCK = {
  now: () => performance.now(),
  after(ms: number, callback: () => void) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

export class WebGround implements AsyncDisposable {
  readonly ranks: TestServer;
  readonly web: WebServer;
  readonly authenticator: Authenticator | undefined;
  readonly asked: Asked = { reloads: [], drains: [] };

  /** What the page itself has reported. */
  readonly reported: readonly ServerEvent[];

  private constructor(
    ranks: TestServer,
    web: WebServer,
    authenticator: Authenticator | undefined,
    asked: Asked,
    reported: readonly ServerEvent[],
  ) {
    this.ranks = ranks;
    this.web = web;
    this.authenticator = authenticator;
    this.asked = asked;
    this.reported = reported;
  }

  static async start(
    { toml = "", tokens, listener, assets = NO_PAGE }: WebGroundOptions = {},
  ): Promise<WebGround> {
    const config = await loadServerConfig({ file: { path: "test.toml", text: toml } });
    const seen = new SeenEvents(Date.now);
    const ranks = await startServer({
      toml,
      ...tokens === undefined ? {} : { tokens },
      tee: (report) => seen.tee(report),
    });
    const known = tokens === undefined ? undefined : await loadTokens({ path: "tokens.toml", text: tokens });
    const authenticator = known && new Authenticator(known);
    const asked: Asked = { reloads: [], drains: [] };
    const reported: ServerEvent[] = [];
    const { server } = ranks;
    const host: WebHost = {
      status: () => ({ version: "1.2.3", ...server.status() }),
      list: (count) => server.list(count),
      evict: (params, { name: identity, ip, port }) =>
        server.evict(params, { ip, port, identity, name: "", address: "", seat: undefined }),
      reload: (by) => void asked.reloads.push(by),
      drain: (by) => void asked.drains.push(by),
      accept: (connection) => server.accept(connection),
    };
    const { limits, auth, web: settings } = config;
    const web = new WebServer({
      listener: listener ?? Deno.listen({ hostname: "127.0.0.1", port: 0 }),
      host,
      assets,
      settings,
      hasTls: false,
      limits: {
        connectionsPerAddress: limits.connectionsPerAddress,
        logins: auth,
        failureDelayMs: 0,
        lineBytes: limits.lineBytes,
        lingerMs: 200,
      },
      authenticator,
      seen,
      metrics: () => "up 1\n",
      clock: CLOCK,
      wallClock: Date.now,
      yieldToIo: timerYield(),
      report: (event) => reported.push(event),
      newId: () => RANDOM_TOKENS.issue(),
    });
    return new WebGround(ranks, web, authenticator, asked, reported);
  }

  get port(): number {
    return this.web.address.port;
  }

  /** Sends a request and reads its answer to the end. */
  ask(line: string, headers: Readonly<Record<string, string>> = {}, body = ""): Promise<Answer> {
    return askHttp(this.port, line, headers, body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.web.close();
    await this.ranks.stop();
  }
}

export interface Answer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** @param line such as "GET /" */
export async function askHttp(
  port: number,
  line: string,
  headers: Readonly<Record<string, string>> = {},
  body = "",
): Promise<Answer> {
  const fields = { "Host": `127.0.0.1:${port}`, "Connection": "close", ...headers };
  const length = body === "" ? "" : `Content-Length: ${new TextEncoder().encode(body).length}\r\n`;
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return readAnswer(await exchange(port, `${line} HTTP/1.1\r\n${head}${length}\r\n${body}`));
}

/** Sends bytes and reads until the server closes. */
export async function exchange(port: number, bytes: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(bytes));
  return await readToEnd(connection);
}

export async function readToEnd(connection: Pick<Deno.Conn, "read">): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65_536);
  let text = "";
  for (;;) {
    const count = await connection.read(buffer);
    if (count === null) return text + decoder.decode();
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
}

export function readAnswer(text: string): Answer {
  const end = text.indexOf("\r\n\r\n");
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]);
  const headers = new Map(lines.map((line) => {
    const [name = "", ...value] = line.split(": ");
    return [name.toLowerCase(), value.join(": ")];
  }));
  return { status, headers, body: text.slice(end + 4) };
}

// Serves the page with data that a test makes up, and seats of a real server: each message of /ws is a line of its TCP
// port. As strict as the real one about what the page may load.

import type {
  Activity,
  Changes,
  ChartPoint,
  Figures,
  PageAction,
  PageEvents,
  PageMember,
  PageSession,
  PageWaiting,
} from "../../../src/web/messages/mod.ts";
import { PAGE_ASSETS } from "../../../src/web/page/mod.ts";
import { bridge } from "./bridge.ts";
import { FIGURES } from "./page_samples.ts";

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
  "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export interface PageServerOptions {
  readonly session?: Partial<PageSession>;
  /** What the login form has to send; without one, no login is needed. */
  readonly token?: string;
  /** The TCP port of the server whose seats are taken at /ws. */
  readonly seatPort?: number;
}

export class PageServer {
  figures: Figures = FIGURES;
  members: PageMember[] = [];
  waiting: PageWaiting[] = [];
  activity: Activity[] = [];
  chart: ChartPoint[] = [];
  /** What the page asked to be done. */
  readonly actions: PageAction[] = [];
  readonly #options: PageServerOptions;
  readonly #streams: Set<ReadableStreamDefaultController<string>> = new Set();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #bridges: Set<Promise<void>> = new Set();
  readonly #sockets: Set<WebSocket> = new Set();

  constructor(options: PageServerOptions = {}) {
    this.#options = options;
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/rank/`;
  }

  /** Applies a change to the members, and sends it to the open pages. */
  change({ joined = [], left = [], changed = [], waiting }: Partial<Changes>): void {
    const news = new Map(changed.map((member) => [member.ticket, member]));
    this.members = this.members.filter(({ ticket }) => !left.includes(ticket))
      .map((member) => news.get(member.ticket) ?? member);
    this.members.push(...joined);
    if (waiting !== undefined) this.waiting = [...waiting];
    this.#send("changes", { server: this.#figuresNow(), joined, left, changed, waiting });
  }

  happen(...entries: Activity[]): void {
    this.activity.push(...entries);
    this.#send("activity", entries);
  }

  measure(point: ChartPoint): void {
    this.chart.push(point);
    this.#send("chart", point);
  }

  /** Ends every stream, as a restart does; the pages reconnect. */
  dropStreams(): void {
    for (const stream of this.#streams) stream.close();
    this.#streams.clear();
  }

  /** Breaks the connections of the seats; the pages reconnect. */
  cutSeats(): void {
    for (const socket of this.#sockets) socket.close();
    this.#sockets.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.dropStreams();
    await this.#server.shutdown();
    await Promise.all(this.#bridges);
  }

  #answer(request: Request): Response | Promise<Response> {
    const path = new URL(request.url).pathname.replace(/^\/rank/, "");
    const asset = PAGE_ASSETS[path];
    if (asset !== undefined) {
      return new Response(asset.body, {
        headers: {
          "content-type": asset.type,
          "content-security-policy": POLICY,
          "cache-control": "no-store",
        },
      });
    }
    if (path === "/login") return this.#login(request);
    if (!this.#isSignedIn(request)) return json({ needsToken: true }, 401);
    switch (path) {
      case "/session": {
        const needsToken = this.#options.token !== undefined;
        return json({ needsToken, mayOperate: false, seats: false, ...this.#options.session });
      }
      case "/events":
        return this.#stream();
      case "/actions":
        return this.#act(request);
      case "/logout":
        return json({ text: "Logged out" }, 200, "session=; Max-Age=0; Path=/");
      case "/ws":
        return this.#seat(request);
      default:
        return json({ error: "Not found" }, 404);
    }
  }

  async #login(request: Request): Promise<Response> {
    const { token } = await request.json();
    if (token !== this.#options.token) return json({ error: "Invalid token" }, 401);
    return json({ text: "Logged in" }, 200, "session=yes; HttpOnly; SameSite=Strict; Path=/");
  }

  #isSignedIn({ headers }: Request): boolean {
    return this.#options.token === undefined || headers.get("cookie")?.includes("session=yes") === true;
  }

  async #act(request: Request): Promise<Response> {
    const action: PageAction = await request.json();
    this.actions.push(action);
    if (action.action !== "evict") return json({ text: `${action.action}: done` });
    const member = this.members.find(({ ticket }) => ticket === action.ticket);
    if (member === undefined) return json({ error: "No member has this ticket" }, 404);
    this.change({ left: [action.ticket] });
    return json({ text: `Evicted ${member.name}` });
  }

  #stream(): Response {
    let own: ReadableStreamDefaultController<string>;
    const { members, waiting, activity, chart } = this;
    const body = new ReadableStream<string>({
      start: (stream) => {
        own = stream;
        this.#streams.add(stream);
        stream.enqueue("retry: 200\n\n");
        stream.enqueue(
          eventText("snapshot", { server: this.#figuresNow(), members, waiting, activity, chart }),
        );
      },
      cancel: () => void this.#streams.delete(own),
    });
    return new Response(body.pipeThrough(new TextEncoderStream()), {
      headers: { "content-type": "text/event-stream" },
    });
  }

  #seat(request: Request): Response {
    const { socket, response } = Deno.upgradeWebSocket(request);
    this.#sockets.add(socket);
    const ended = bridge(socket, this.#options.seatPort!);
    this.#bridges.add(ended);
    return response;
  }

  #figuresNow(): Figures {
    const { members, waiting } = this;
    const away = members.filter((member) => member.away).length;
    return { ...this.figures, members: members.length, waiting: waiting.length, away };
  }

  #send<Name extends keyof PageEvents>(name: Name, data: PageEvents[Name]): void {
    const text = eventText(name, data);
    for (const stream of this.#streams) stream.enqueue(text);
  }
}

function eventText(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

function json(body: unknown, status = 200, cookie?: string): Response {
  const headers: Record<string, string> = { "content-type": "application/json", "cache-control": "no-store" };
  if (cookie !== undefined) headers["set-cookie"] = cookie;
  return new Response(JSON.stringify(body), { status, headers });
}

// A lasting connection to the server: connects, has the conversation, and when that ends, reports it and connects again
// after a delay. One of these is one client.

import type { Id } from "../../protocol/json_rpc/mod.ts";
import { BackOff, type BackOffBounds } from "../../time/mod.ts";
import { type ClientEvent, notSent, RequestError, reservedError, type RunOptions } from "../session/mod.ts";
import {
  Conversation,
  type ConversationBounds,
  type ConversationEnd,
  type ExecutePort,
  type SeatToken,
} from "./conversation/mod.ts";
import type { ServerAddress } from "../../words/mod.ts";
import type { Candidate } from "./address_rotation.ts";
import { ServerChoice } from "./server_choice.ts";
import type { LinkConn, TlsTrust } from "./transport/mod.ts";
import type { ConnectionSystem } from "./connection_system.ts";
import type { EventSink } from "./event_queue.ts";

/** Where the server is, and who this client is. */
export interface ConnectOptions {
  /** A name or an address. */
  readonly host: string;
  /** 6001 unless the server is configured otherwise. */
  readonly port: number;
  /**
   * Further addresses of this server, or of servers that share one ranking with it. When a connection breaks, the next
   * address is tried immediately.
   */
  readonly others?: readonly ServerAddress[] | undefined;
  /** Speaks TLS and trusts these authorities; omit it for plain TCP. */
  readonly tls?: TlsTrust | undefined;
  /** The name that others see; without one they see the address. */
  readonly name?: string | undefined;
  /** Logs this client in where the server requires a token: a secret. */
  readonly accessToken?: string | undefined;
  /** Waits between attempts. Without it the client ends when the connection is lost, or cannot be made. */
  readonly reconnect?: BackOffBounds | undefined;
  /** Asks the server for a lease: to keep the seat for so many ms after it last heard from this client. */
  readonly leaseMs?: number | undefined;
  /**
   * False: the caller sends pings itself, and drops a connection on which none is answered. Otherwise a server that has
   * been silent is asked for a sign of life, and a connection without one is dropped.
   */
  readonly sendsHeartbeat?: boolean | undefined;
  /** Called with the token of the seat whenever it changes. A secret: it can take the seat back, and release it. */
  readonly onToken?: ((token: SeatToken | undefined) => void) | undefined;
}

export interface ConnectionOptions extends ConnectOptions {
  readonly bounds: ConversationBounds & { readonly connectTimeoutMs: number };
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #system: ConnectionSystem;
  readonly #events: EventSink<ClientEvent>;
  readonly #executor: ExecutePort | undefined;
  readonly #closing = new AbortController();
  readonly #ended: Promise<void>;
  readonly #choice: ServerChoice;
  #conversation: Conversation | undefined;
  /** Resumes the seat of the last connection. */
  #token: SeatToken | undefined;
  #lastId = 0;
  /** Said in each hello. */
  #name: string | undefined;

  /** Begins to connect. Everything that happens goes to `events`, which ends with this client. */
  constructor(
    options: ConnectionOptions,
    system: ConnectionSystem,
    events: EventSink<ClientEvent>,
    executor?: ExecutePort,
  ) {
    this.#options = options;
    this.#name = options.name;
    this.#system = system;
    this.#events = events;
    this.#executor = executor;
    const { host, port, others = [] } = options;
    this.#choice = new ServerChoice([{ host, port }, ...others], system);
    this.#ended = this.#run();
  }

  /** Sends a request. `done` rejects with a `RequestError`, or with the reason of an aborted `signal`. */
  request(method: string, params?: unknown, options?: RunOptions): { id: Id; done: Promise<unknown> } {
    const refusal = reservedError(method);
    if (refusal === undefined && this.#conversation !== undefined) {
      return this.#conversation.request(method, params, options);
    }
    return { id: ++this.#lastId, done: Promise.reject(refusal ?? this.#notConnected()) };
  }

  /**
   * Sends a notification when there is room for it; a `yield` as a request, since its answer has the new place. Rejects
   * with a `RequestError` when it was not sent.
   */
  async notify(method: string, params?: unknown): Promise<void> {
    const refusal = reservedError(method);
    if (refusal !== undefined) throw refusal;
    if (!await this.#conversation?.notify(method, params)) throw this.#notConnected();
  }

  /** Takes another name, on later connections too. Rejects with a `RequestError`. */
  async rename(name: string): Promise<void> {
    if (this.#conversation === undefined) throw this.#notConnected();
    await this.#conversation.request("hello", { name }).done.catch((error) => {
      if (!isWaiting(error)) throw error;
    });
    this.#name = name;
  }

  /** Breaks the connection, as if the network had failed: for a caller that knows that nothing gets through any more. */
  drop(reason: string): void {
    this.#conversation?.drop(reason);
  }

  /** Sends what is queued, releases the seat, closes, ends the events. May be called again. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#conversation?.close();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { reconnect } = this.#options;
    const backOff = reconnect && new BackOff(reconnect, () => this.#system.random());
    const { signal } = this.#closing;
    if (this.#choice.isLookUpDue) await this.#choice.lookUp(signal);
    let address = this.#choice.next();
    while (address !== undefined && !signal.aborted) {
      const end = await this.#attempt(address);
      if (signal.aborted) break;
      const { why, isUnauthenticated, wasWelcome } = end;
      this.#choice.noteEnd(end);
      if (wasWelcome) backOff?.reset();
      // Without `reconnect` a client ends with its seat, as with one address.
      const mayGoOn = !end.isFinal && (!wasWelcome || backOff !== undefined);
      address = mayGoOn ? this.#choice.next() : undefined;
      if (address !== undefined) {
        this.#events.push({ kind: "disconnected", why, retryInMs: 0, next: address });
        continue;
      }
      if (!mayGoOn || backOff === undefined) {
        this.#events.push({ kind: "disconnected", why, isUnauthenticated });
        break;
      }
      const retryInMs = backOff.next(this.#choice.requestedWaitMs);
      this.#events.push({ kind: "disconnected", why, retryInMs });
      await this.#system.delay(retryInMs, signal).catch(() => {/* Closed meanwhile. */});
      this.#choice.noteWaited();
      if (this.#choice.isLookUpDue) await this.#choice.lookUp(signal);
      address = this.#choice.next();
    }
    this.#events.end();
  }

  /** One connection from its beginning to its end. Never rejects. */
  async #attempt(address: Candidate): Promise<ConversationEnd> {
    const { accessToken, leaseMs, sendsHeartbeat = true } = this.#options;
    const { host, port, ip } = address;
    const bounds = this.#choice.limit(this.#options.bounds);
    const name = this.#name;
    let conn: LinkConn;
    try {
      conn = await this.#connect(address, bounds.connectTimeoutMs);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const where = ip === undefined ? host : `${host} (${ip})`;
      return notWelcome(`cannot connect to ${where} port ${port}: ${message}`, false);
    }
    if (this.#closing.signal.aborted) {
      conn.close();
      return notWelcome("closed", true);
    }
    this.#events.push({ kind: "connected", ...address });
    const conversation = new Conversation(conn, { accessToken, name, leaseMs, resume: this.#token?.token }, {
      bounds,
      clock: this.#system,
      sendsHeartbeat,
      onToken: (token) => this.#setToken(token),
      // The caller keeps the token: it may release the seat before the lease expires.
      onEvicted: () => this.#token = undefined,
      nextId: () => ++this.#lastId,
      report: (event) => this.#report(event, address),
      executor: this.#executor,
    });
    this.#conversation = conversation;
    const end = await conversation.ended();
    this.#conversation = undefined;
    return end;
  }

  #report(event: ClientEvent, at: Candidate): void {
    if (event.kind !== "welcome") return this.#events.push(event);
    this.#choice.noteNamed(event.welcome.servers);
    this.#events.push(this.#choice.hasSeveral ? { ...event, at } : event);
  }

  async #connect({ host, port, ip }: Candidate, timeoutMs: number): Promise<LinkConn> {
    const { tls } = this.#options;
    // A signal of its own: one that stays with the connection would break it during an orderly close.
    const attempt = new AbortController();
    const onClose = () => attempt.abort(new Error("closed"));
    const cancelTimeout = this.#system.after(
      timeoutMs,
      () => attempt.abort(new Error(`no answer within ${timeoutMs} ms`)),
    );
    this.#closing.signal.addEventListener("abort", onClose);
    try {
      return await this.#system.connect({ host, port, ip, tls }, attempt.signal);
    } finally {
      cancelTimeout();
      this.#closing.signal.removeEventListener("abort", onClose);
    }
  }

  #setToken(token: SeatToken | undefined): void {
    this.#token = token;
    this.#options.onToken?.(token);
  }

  #notConnected(): Error {
    return this.#closing.signal.aborted
      ? notSent("closed", "The client was closed")
      : notSent("disconnected", "There is no connection to the server");
  }
}

/** The answer to a hello of a client that waits for a seat is an error, and yet its name is taken. */
function isWaiting(error: unknown): boolean {
  const data = error instanceof RequestError ? error.data as { waiting?: unknown } | undefined : undefined;
  return data?.waiting === true;
}

function notWelcome(why: string, isFinal: boolean): ConversationEnd {
  return { why, retryAfterMs: 0, wasWelcome: false, isFinal, isUnauthenticated: false };
}

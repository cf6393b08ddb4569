// The one module that imports the client library: it is CommonJS, and a bundle finds its names only in a static import.
// Load this one late. The library's internal part is no public interface, so its version is pinned.

import {
  AuthorizationError,
  headers,
  type Msg,
  type NatsConnection,
  NatsConnectionImpl,
  nkeyAuthenticator,
  NoRespondersError,
  PermissionViolationError,
  setTransportFactory,
  TimeoutError,
} from "@nats-io/nats-core/internal";
import { DenoTransport, type DialOptions } from "./deno_transport.ts";
import {
  LinkError,
  type LinkEvent,
  type LinkMessage,
  type LinkOptions,
  type NatsLink,
  type RequestOptions,
} from "./nats_link.ts";

/** @see openLink */
export async function connectClient(options: LinkOptions, signal: AbortSignal): Promise<NatsLink> {
  // Kept by the library, for all connections: the transport gets everything that differs with the options.
  setTransportFactory({ factory: () => new DenoTransport() });
  try {
    const connection = await NatsConnectionImpl.connect(clientOptions(options, signal));
    if (signal.aborted) await connection.close();
    signal.throwIfAborted();
    return new NatsClient(connection as NatsConnectionImpl);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof AuthorizationError)) throw error;
    throw new LinkError("denied", "the NATS server rejected the login", { cause: error });
  }
}

function clientOptions(options: LinkOptions, signal: AbortSignal): DialOptions {
  const { servers, name, login, tls, onDialFailure } = options;
  return {
    servers: [...servers],
    name,
    ...login === undefined
      ? {}
      : "user" in login
      ? { user: login.user, pass: login.password }
      : { authenticator: nkeyAuthenticator(login.nkeySeed) },
    ...tls === undefined ? {} : { tls: tls.caCerts.length === 0 ? {} : { ca: tls.caCerts.join("\n") } },
    // A server that has vanished or hangs is left after 1 to 1.5 s.
    pingInterval: 500,
    maxPingOut: 2,
    timeout: 1_000,
    reconnectTimeWait: 100,
    reconnectJitter: 50,
    reconnectJitterTLS: 50,
    maxReconnectAttempts: -1,
    waitOnFirstConnect: true,
    // The configured servers, in their order.
    ignoreClusterUpdates: true,
    noRandomize: true,
    noAsyncTraces: true,
    // Called before each attempt; what it throws ends them.
    reconnectToServer: () => {
      signal.throwIfAborted();
      return null;
    },
    onDialFailure,
  };
}

class NatsClient implements NatsLink {
  readonly #connection: NatsConnectionImpl;
  readonly #listeners = new Set<(event: LinkEvent) => void>();
  #wasConnected = true;

  constructor(connection: NatsConnectionImpl) {
    this.#connection = connection;
    // A login that is rejected from now on is tried again: the server may have been given an old password file.
    connection.options.ignoreAuthErrorAbort = true;
    void this.#watchStatus();
  }

  get isConnected(): boolean {
    return this.#connection.protocol.connected && !this.#connection.isClosed();
  }

  get serverVersion(): string {
    return this.#connection.info?.version ?? "";
  }

  async request(
    subject: string,
    payload: string | Uint8Array,
    { timeoutMs, messageId, expectedSequence }: RequestOptions,
  ): Promise<LinkMessage> {
    if (!this.isConnected) throw new LinkError("disconnected", "not connected to NATS");
    const options: { timeout: number; headers?: ReturnType<typeof headers> } = { timeout: timeoutMs };
    if (messageId !== undefined || expectedSequence !== undefined) options.headers = headers();
    if (messageId !== undefined) options.headers!.set("Nats-Msg-Id", messageId);
    if (expectedSequence !== undefined) {
      options.headers!.set("Nats-Expected-Last-Subject-Sequence", String(expectedSequence));
    }
    try {
      return new ClientMessage(await this.#connection.request(subject, payload, options));
    } catch (error) {
      throw linkError(error);
    }
  }

  publish(subject: string, payload: Uint8Array): void {
    // The library would keep it until it is connected again, without a bound.
    if (this.isConnected) this.#connection.publish(subject, payload);
  }

  subscribe(subject: string, listener: (message: LinkMessage) => void): () => void {
    const subscription = this.#connection.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) listener(new ClientMessage(message));
        else this.#report({ kind: "denied", reason: error.message });
      },
    });
    return () => subscription.unsubscribe();
  }

  watch(listener: (event: LinkEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #watchStatus(): Promise<void> {
    for await (const status of (this.#connection as NatsConnection).status()) {
      // Each attempt that fails is a disconnection, and all of them end with the same connection.
      if (status.type === "disconnect" && this.#wasConnected) {
        this.#wasConnected = false;
        this.#report({ kind: "disconnected" });
      } else if (status.type === "reconnect" && !this.#wasConnected) {
        this.#wasConnected = true;
        this.#report({ kind: "connected" });
      } else if (status.type === "error") {
        this.#report({ kind: "refused", reason: status.error.message });
      }
    }
  }

  #report(event: LinkEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

class ClientMessage implements LinkMessage {
  readonly data: Uint8Array;
  readonly #message: Msg;

  constructor(message: Msg) {
    this.#message = message;
    this.data = message.data;
  }

  get code(): number {
    return this.#message.headers?.code ?? 0;
  }

  header(name: string): string {
    return this.#message.headers?.get(name) ?? "";
  }
}

/** The library wraps what it was told in an error of its own. */
function linkError(error: unknown): LinkError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof TimeoutError) return new LinkError("timeout", "no answer from NATS", { cause });
  if (cause instanceof NoRespondersError) {
    return new LinkError("no responders", `nothing answers "${cause.subject}" in NATS`, { cause });
  }
  if (cause instanceof PermissionViolationError) return new LinkError("denied", message, { cause });
  return new LinkError("disconnected", message, { cause });
}

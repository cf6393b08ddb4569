// What the engine needs of a connection to NATS. Tests and the simulator have others; nats_client.ts has the real one.

export interface LinkMessage {
  readonly data: Uint8Array;
  /** The status of the message, such as 404; 0 where it has none. */
  readonly code: number;
  /** "" where there is no such header. */
  header(name: string): string;
}

/** Why there was no answer. */
export type LinkFailure = "timeout" | "no responders" | "denied" | "disconnected";

export class LinkError extends Error {
  override readonly name = "LinkError";
  readonly failure: LinkFailure;

  constructor(failure: LinkFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

export type LinkEvent =
  | { readonly kind: "connected" }
  | { readonly kind: "disconnected" }
  /** The server does not allow a subscription, which is gone. */
  | { readonly kind: "denied"; readonly reason: string }
  /** Neither does it allow something else, or the login. The connection is tried again. */
  | { readonly kind: "refused"; readonly reason: string };

export interface RequestOptions {
  readonly timeoutMs: number;
  /** The server stores one message with this id within the duplicate window. */
  readonly messageId?: string;
  /** The server stores it only if this is the sequence of the newest message with the same subject; 0: there is none. */
  readonly expectedSequence?: number;
}

export interface NatsLink {
  readonly isConnected: boolean;
  /** Of the server that it is, or was last, connected to. */
  readonly serverVersion: string;
  /** @throws {LinkError} */
  request(subject: string, payload: string | Uint8Array, options: RequestOptions): Promise<LinkMessage>;
  /** Without an answer. While there is no connection, the message is dropped. The payload must not be changed afterwards. */
  publish(subject: string, payload: Uint8Array): void;
  /** The subscription survives reconnects. The result ends it. */
  subscribe(subject: string, listener: (message: LinkMessage) => void): () => void;
  /** The result ends it. */
  watch(listener: (event: LinkEvent) => void): () => void;
  close(): Promise<void>;
}

/** How to reach the servers. */
export interface LinkOptions {
  /** "host:port"; tried in this order. */
  readonly servers: readonly string[];
  /** Shown in the server's list of connections. */
  readonly name: string;
  readonly login?: Login | undefined;
  /** Require TLS, with these authorities in PEM in addition to those of the runtime. */
  readonly tls?: { readonly caCerts: readonly string[] } | undefined;
  /** Called for each attempt to connect that failed. */
  readonly onDialFailure?: (server: string, reason: string) => void;
}

export type Login =
  | { readonly user: string; readonly password: string }
  /** The seed of a key pair ("SU..."). */
  | { readonly nkeySeed: Uint8Array };

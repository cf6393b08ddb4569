// A node's connection to the simulated NATS servers, as the client library behaves: it tries the servers in their order, pings
// them, and leaves one that does not answer.

import {
  LinkError,
  type LinkEvent,
  type LinkMessage,
  type NatsLink,
  type RequestOptions,
} from "../../../src/journal/engines/nats/link/mod.ts";
import type { Random } from "../../support/random.ts";
import type { SimProcess } from "../world/process.ts";
import { Wire } from "../world/wire.ts";
import type { Inbox, NatsMessage, NatsServer, ServerClient } from "./nats_server.ts";
import type { SimNats } from "./sim_nats.ts";

const PING_MS = 500;
const MAX_PINGS = 2;
const DIAL_MS = 1_000;
const RECONNECT_MS = 100;
const JITTER_MS = 50;
const NO_RESPONDERS = 503;

interface Connection {
  readonly server: NatsServer;
  readonly wire: Wire;
  readonly client: ServerClient;
  pings: number;
}

interface Pending {
  readonly subject: string;
  readonly done: PromiseWithResolvers<LinkMessage>;
  readonly cancel: () => void;
}

const encoder = new TextEncoder();

export class SimLink implements NatsLink {
  readonly serverVersion = "2.10.27";
  readonly #nats: SimNats;
  readonly #process: SimProcess;
  readonly #servers: readonly NatsServer[];
  readonly #random: Random;
  readonly #listeners = new Set<(event: LinkEvent) => void>();
  readonly #subscriptions = new Map<
    number,
    { readonly subject: string; readonly listener: (message: LinkMessage) => void }
  >();
  readonly #requests = new Map<number, Pending>();
  readonly #opened = Promise.withResolvers<this>();
  #connection: Connection | undefined;
  #dials = 0;
  #lastId = 0;
  #wasConnected = false;
  #isClosed = false;

  private constructor(nats: SimNats, process: SimProcess, servers: readonly NatsServer[], random: Random) {
    this.#nats = nats;
    this.#process = process;
    this.#servers = servers;
    this.#random = random;
  }

  /** Resolves when a server was reached. */
  static open(
    nats: SimNats,
    process: SimProcess,
    servers: readonly NatsServer[],
    random: Random,
  ): Promise<SimLink> {
    const link = new SimLink(nats, process, servers, random);
    link.#dial();
    return link.#opened.promise;
  }

  get isConnected(): boolean {
    return this.#connection !== undefined;
  }

  /** The server that it is connected to. */
  get server(): NatsServer | undefined {
    return this.#connection?.server;
  }

  request(
    subject: string,
    payload: string | Uint8Array,
    { timeoutMs, messageId, expectedSequence }: RequestOptions,
  ): Promise<LinkMessage> {
    if (this.#connection === undefined) {
      return Promise.reject(new LinkError("disconnected", "not connected to NATS"));
    }
    const request = ++this.#lastId;
    const done = Promise.withResolvers<LinkMessage>();
    const cancel = this.#process.after(timeoutMs, () => {
      this.#requests.delete(request);
      done.reject(new LinkError("timeout", "no answer from NATS"));
    });
    this.#requests.set(request, { subject, done, cancel });
    this.#publish(subject, payload, { messageId, expectedSequence, request });
    return done.promise;
  }

  /** At most once. */
  publish(subject: string, payload: string | Uint8Array): void {
    this.#publish(subject, payload, {});
  }

  subscribe(subject: string, listener: (message: LinkMessage) => void): () => void {
    const id = ++this.#lastId;
    this.#subscriptions.set(id, { subject, listener });
    this.#toServer(({ client }) => client.subscriptions.set(id, subject));
    return () => {
      this.#subscriptions.delete(id);
      this.#toServer(({ client }) => client.subscriptions.delete(id));
    };
  }

  watch(listener: (event: LinkEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#connection?.wire.close(this.#process);
    this.#connection = undefined;
    for (const { cancel, done } of this.#requests.values()) {
      cancel();
      done.reject(new LinkError("disconnected", "the connection was closed"));
    }
    this.#requests.clear();
    return Promise.resolve();
  }

  #publish(
    subject: string,
    payload: string | Uint8Array,
    { messageId, expectedSequence, request }: {
      readonly messageId?: string | undefined;
      readonly expectedSequence?: number | undefined;
      readonly request?: number | undefined;
    },
  ): void {
    const data = typeof payload === "string" ? encoder.encode(payload) : payload;
    this.#toServer(({ server, client }) => {
      const reply = request === undefined ? undefined : { server, client, request };
      this.#nats.publish(server, { subject, data, messageId, expectedSequence, reply });
    });
  }

  #toServer(arrive: (connection: Connection) => void): void {
    const connection = this.#connection;
    connection?.wire.send(this.#process, () => arrive(connection));
  }

  #dial(): void {
    if (this.#isClosed) return;
    const server = this.#servers[this.#dials++ % this.#servers.length]!;
    let isOver = false;
    const again = () => {
      if (isOver) return;
      isOver = true;
      cancel();
      this.#process.after(RECONNECT_MS + this.#random.next() * JITTER_MS, () => this.#dial());
    };
    const cancel = this.#process.after(DIAL_MS, again);
    // Without a process, nothing refuses the connection where there is no machine.
    if (!server.isThere) return;
    const wire = new Wire(this.#nats.network, this.#random, [this.#process, server.process]);
    wire.whenClosed(this.#process, again);
    const deliver = (to: Inbox, message: NatsMessage) => this.#receive(to, message);
    const client = { process: this.#process, wire, subscriptions: new Map(), deliver };
    const { process } = server;
    wire.send(this.#process, () => {
      server.accept(client);
      wire.send(process, () => {
        if (isOver || this.#isClosed) return wire.close(this.#process);
        isOver = true;
        cancel();
        this.#connected({ server, wire, client, pings: 0 });
      });
    });
  }

  #connected(connection: Connection): void {
    this.#connection = connection;
    this.#dials = 0;
    connection.wire.whenClosed(this.#process, () => this.#disconnected(connection));
    for (const [id, { subject }] of this.#subscriptions) {
      this.#toServer(({ client }) => client.subscriptions.set(id, subject));
    }
    this.#pingLater(connection);
    if (!this.#wasConnected) this.#opened.resolve(this);
    else this.#report({ kind: "connected" });
    this.#wasConnected = true;
  }

  #pingLater(connection: Connection): void {
    this.#process.after(PING_MS, () => {
      if (this.#connection !== connection) return;
      if (connection.pings >= MAX_PINGS) return this.#disconnected(connection);
      connection.pings++;
      const { server: { process }, wire } = connection;
      wire.send(this.#process, () => wire.send(process, () => connection.pings = 0));
      this.#pingLater(connection);
    });
  }

  #disconnected(connection: Connection): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    connection.wire.close(this.#process);
    this.#report({ kind: "disconnected" });
    this.#dial();
  }

  #receive(to: Inbox, message: NatsMessage): void {
    if ("subscription" in to) {
      return this.#subscriptions.get(to.subscription)?.listener(new SimMessage(message));
    }
    const pending = this.#requests.get(to.request);
    if (pending === undefined) return;
    this.#requests.delete(to.request);
    pending.cancel();
    if (message.code !== NO_RESPONDERS) return pending.done.resolve(new SimMessage(message));
    pending.done.reject(new LinkError("no responders", `nothing answers "${pending.subject}" in NATS`));
  }

  #report(event: LinkEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

class SimMessage implements LinkMessage {
  readonly data: Uint8Array;
  readonly code: number;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ data, code, headers }: NatsMessage) {
    this.data = data;
    this.code = code;
    this.#headers = headers;
  }

  header(name: string): string {
    return this.#headers[name] ?? "";
  }
}

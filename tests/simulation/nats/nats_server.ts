// One simulated NATS server: its process, its clients, and its connections to the other servers (routes).

import type { Machine } from "../world/machine.ts";
import type { SimProcess } from "../world/process.ts";
import type { Wire } from "../world/wire.ts";
import { matches } from "./subjects.ts";

export interface NatsMessage {
  readonly data: Uint8Array;
  /** The status, such as 404; 0: none. */
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** A client's connection, as its server has it. */
export interface ServerClient {
  readonly process: SimProcess;
  readonly wire: Wire;
  readonly subscriptions: Map<number, string>;
  /** Calls the client. */
  readonly deliver: (to: Inbox, message: NatsMessage) => void;
}

export type Inbox = { readonly subscription: number } | { readonly request: number };

/** Where the answer to a request goes. */
export interface ReplyAddress {
  readonly server: NatsServer;
  readonly client: ServerClient;
  readonly request: number;
}

export interface Publication {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly messageId: string | undefined;
  readonly expectedSequence: number | undefined;
  readonly reply: ReplyAddress | undefined;
}

export class NatsServer {
  readonly machine: Machine;
  readonly clients = new Set<ServerClient>();
  readonly routes = new Map<NatsServer, Wire>();
  /** By how much it is behind the other servers, in ms. */
  lagMs = 0;
  #process: SimProcess | undefined;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  get name(): string {
    return this.machine.name;
  }

  get process(): SimProcess {
    return this.#process!;
  }

  /** Not dead; it may be stopped. */
  get isThere(): boolean {
    return this.#process !== undefined && this.#process.state !== "dead";
  }

  get isRunning(): boolean {
    return this.#process?.state === "running" && !this.machine.isAsleep;
  }

  start(): void {
    if (this.isThere) return;
    this.#process = this.machine.spawn({ kind: "nats", name: this.name });
    this.clients.clear();
    this.routes.clear();
  }

  accept(client: ServerClient): void {
    this.clients.add(client);
    client.wire.whenClosed(this.process, () => this.clients.delete(client));
  }

  /** Whether it takes the other one for connected. */
  hasRoute(other: NatsServer): boolean {
    return other === this || this.routes.get(other)?.isOpen(this.process) === true;
  }

  /** Calls `arrive` at the other server, if there is a connection. */
  send(to: NatsServer, arrive: () => void): void {
    if (to === this) arrive();
    else this.routes.get(to)?.send(this.process, arrive);
  }

  /** Sends an answer to a client of any server. */
  reply(to: ReplyAddress | undefined, message: NatsMessage): void {
    if (to === undefined) return;
    const { server, client, request } = to;
    this.send(server, () => server.#toClient(client, { request }, message));
  }

  /** To the subscriptions of its own clients. */
  deliver(subject: string, message: NatsMessage): void {
    for (const client of this.clients) {
      for (const [subscription, pattern] of client.subscriptions) {
        if (matches(pattern, subject)) this.#toClient(client, { subscription }, message);
      }
    }
  }

  #toClient(client: ServerClient, inbox: Inbox, message: NatsMessage): void {
    client.wire.send(this.process, () => client.deliver(inbox, message));
  }
}

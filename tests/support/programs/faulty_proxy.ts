// A TCP proxy with the faults of a network, one connection to the server for each of the client's:
// - a cut swallows what comes through in both directions, and new connections do not reach the server. What was swallowed
//   never arrives, and a connection that it happened to stays dead. When the network is whole again, the server is told
//   of those that the client has closed meanwhile, as the system's keep-alive would tell it some time later.
// - a stall holds one direction back: all of it arrives when the network is whole again.
// - a lost answer is one request that the server carries out, and whose response the client does not get.

import { connect, createServer, type Server, type Socket } from "node:net";

export type Direction = "to server" | "to client";

/** How an answer is lost; "stalled": with everything behind it, until {@linkcode FaultyProxy.heal}. */
export type Loss = "reset" | "stalled" | "not JSON" | "wrong shape";
export const LOSSES: readonly Loss[] = ["reset", "stalled", "not JSON", "wrong shape"];

type Take = (relay: Relay, text: string) => Uint8Array | undefined;

export class FaultyProxy {
  readonly #servers: readonly Server[];
  readonly #relays = new Set<Relay>();
  readonly #stalled = new Set<Direction>();
  readonly #watches = new Set<{ readonly direction: Direction; readonly take: Take }>();
  #isCut = false;

  private constructor(targets: readonly (() => number)[]) {
    this.#servers = targets.map((target) =>
      createServer({ allowHalfOpen: true }, (client) => this.#accept(client, target))
    );
  }

  /** @param targets the port to connect to, asked for each connection; several are several servers, with the same faults */
  static async open(...targets: readonly (() => number)[]): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(targets);
    for (const server of proxy.#servers) {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    }
    return proxy;
  }

  get port(): number {
    return this.ports[0]!;
  }

  /** One for each target. */
  get ports(): number[] {
    return this.#servers.map((server) => (server.address() as { port: number }).port);
  }

  cut(): void {
    this.#isCut = true;
    for (const relay of this.#relays) relay.die();
  }

  stall(direction: Direction): void {
    this.#stalled.add(direction);
    for (const relay of this.#relays) relay.hold(direction);
  }

  /** Ends the stall of one direction: what it has held back goes on. */
  resume(direction: Direction): void {
    this.#stalled.delete(direction);
    for (const relay of this.#relays) relay.release(direction);
  }

  /** Ends every fault, also one that has not come about yet. */
  heal(): void {
    this.#isCut = false;
    this.#stalled.clear();
    this.#watches.clear();
    for (const relay of this.#relays) relay.heal();
  }

  /** Resets every connection; new ones come through. */
  breakAll(): void {
    for (const relay of this.#relays) relay.reset();
  }

  /**
   * Resolves with the first passage that matches: just before it goes on, `act` is called, whose result, if there is one,
   * goes on in its place.
   */
  next(
    direction: Direction,
    pattern: RegExp,
    act: (relay: Relay) => string | void = () => {},
  ): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    const watch = {
      direction,
      take: (relay: Relay, text: string): Uint8Array | undefined => {
        const match = pattern.exec(text);
        if (match === null) return undefined;
        this.#watches.delete(watch);
        resolve(match[0]);
        const changed = act(relay);
        if (changed === undefined) return undefined;
        return new TextEncoder().encode(
          text.slice(0, match.index) + changed + text.slice(match.index + match[0].length),
        );
      },
    };
    this.#watches.add(watch);
    return promise;
  }

  /** Loses the response to the next request with that method. Resolves when it is lost. */
  async loseAnswer(method: string, how: Loss): Promise<void> {
    const request = await this.next("to server", new RegExp(`"id":\\d+,"method":"${method}"`));
    const id = /\d+/.exec(request)![0];
    // To the end of its line.
    await this.next("to client", new RegExp(`"id":${id},"(?:result|error)":.*`), (relay) => {
      switch (how) {
        case "reset":
          return relay.reset();
        case "stalled":
          return this.stall("to client");
        case "not JSON":
          return `"id":${id},"result":[}`;
        case "wrong shape":
          return `"id":${id},"result":{"rank":"last"}}`;
      }
    });
  }

  /** Resets what is open. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.#servers.map((server) =>
      new Promise<void>((resolve) => server.close(() => resolve()))
    );
    for (const relay of this.#relays) relay.reset();
    await Promise.all(closed);
  }

  #accept(client: Socket, target: () => number): void {
    const relay: Relay = new Relay(client, {
      take: (direction, bytes) => this.#take(relay, direction, bytes),
      isCut: () => this.#isCut,
      onEnd: () => this.#relays.delete(relay),
    });
    this.#relays.add(relay);
    if (this.#isCut) return relay.die();
    for (const direction of this.#stalled) relay.hold(direction);
    relay.connect(target());
  }

  #take(relay: Relay, direction: Direction, bytes: Uint8Array): Uint8Array {
    const text = new TextDecoder().decode(bytes);
    for (const watch of this.#watches) {
      if (watch.direction !== direction) continue;
      const changed = watch.take(relay, text);
      if (changed !== undefined) return changed;
    }
    return bytes;
  }
}

interface RelayParts {
  /** Sees, and may change, what goes on. */
  readonly take: (direction: Direction, bytes: Uint8Array) => Uint8Array;
  readonly isCut: () => boolean;
  /** Both of its connections are closed. */
  readonly onEnd: () => void;
}

class Relay {
  readonly #parts: RelayParts;
  readonly #client: Socket;
  #server: Socket | undefined;
  /** What waits in a stalled direction; `null` is the end of the stream. */
  readonly #held = new Map<Direction, (Uint8Array | null)[]>();
  #isDead = false;

  constructor(client: Socket, parts: RelayParts) {
    this.#parts = parts;
    this.#client = client;
    this.#listen(client, "to server");
  }

  connect(port: number): void {
    this.#server = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    this.#listen(this.#server, "to client");
  }

  /** Nothing comes through any more, not even an end. */
  die(): void {
    this.#isDead = true;
    this.#held.clear();
  }

  hold(direction: Direction): void {
    if (!this.#isDead && !this.#held.has(direction)) this.#held.set(direction, []);
  }

  release(direction: Direction): void {
    const waiting = this.#held.get(direction) ?? [];
    this.#held.delete(direction);
    for (const bytes of waiting) this.#send(direction, bytes);
  }

  /** One that a cut has happened to stays dead. */
  heal(): void {
    for (const direction of [...this.#held.keys()]) this.release(direction);
    if (this.#isDead && this.#client.destroyed) this.#server?.destroy();
  }

  reset(): void {
    this.#held.clear();
    for (const socket of [this.#client, this.#server]) {
      if (socket?.destroyed === false) socket.resetAndDestroy();
    }
  }

  #listen(from: Socket, direction: Direction): void {
    from.setNoDelay(true);
    from.on("data", (bytes: Uint8Array) => this.#pass(direction, bytes));
    from.on("end", () => this.#pass(direction, null));
    from.on("error", () => {/* "close" follows. */});
    from.on("close", (hadError: boolean) => this.#closed(from, direction, hadError));
  }

  #pass(direction: Direction, bytes: Uint8Array | null): void {
    if (this.#isDead) return;
    const passed = bytes === null ? null : this.#parts.take(direction, bytes);
    // What saw it may have stalled or reset this just now.
    const held = this.#held.get(direction);
    if (held === undefined) this.#send(direction, passed);
    else held.push(passed);
  }

  #send(direction: Direction, bytes: Uint8Array | null): void {
    const to = direction === "to server" ? this.#server : this.#client;
    if (to === undefined || to.destroyed) return;
    if (bytes === null) to.end();
    else to.write(bytes);
  }

  #closed(from: Socket, direction: Direction, hadError: boolean): void {
    const to = direction === "to server" ? this.#server : this.#client;
    if (this.#isDead) {
      // The client is not told of its own server's end; the server is, once the network is whole.
      if (from === this.#client && !this.#parts.isCut()) to?.destroy();
    } else if (hadError) this.reset();
    else this.#pass(direction, null);
    if (this.#client.destroyed && this.#server?.destroyed !== false) this.#parts.onEnd();
  }
}

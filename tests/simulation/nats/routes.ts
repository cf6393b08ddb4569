// The connections between the NATS servers: which are open. A server that hangs, or cannot be reached, is noticed late; until
// then, what is sent to it waits, and may arrive much later.

import type { Random } from "../../support/random.ts";
import type { Network } from "../world/network.ts";
import { Wire } from "../world/wire.ts";
import type { NatsServer } from "./nats_server.ts";

interface Route {
  readonly ends: readonly [NatsServer, NatsServer];
  /** Since when one end has not answered, in true ms. */
  silentSince: number | undefined;
}

/** The probability that two servers find each other again within one tick. */
const RECONNECT_RATE = 0.3;

export class Routes {
  readonly #network: Network;
  readonly #random: Random;
  readonly #staleMs: number;
  readonly #routes: readonly Route[];

  /** @param staleMs how long one end may be silent until the connection is closed */
  constructor(network: Network, random: Random, servers: readonly NatsServer[], staleMs: number) {
    this.#network = network;
    this.#random = random;
    this.#staleMs = staleMs;
    this.#routes = servers.flatMap((a, i) =>
      servers.slice(i + 1).map((b): Route => ({ ends: [a, b], silentSince: undefined }))
    );
  }

  /** Whether messages between the two arrive, in both directions. */
  isAlive(a: NatsServer, b: NatsServer): boolean {
    return a.isRunning && (a === b || (b.isRunning && this.#isClear(a, b) && a.hasRoute(b) && b.hasRoute(a)));
  }

  /** To be called again and again. */
  tick(): void {
    const { now } = this.#network.scheduler;
    for (const route of this.#routes) {
      const [a, b] = route.ends;
      const isClear = a.isRunning && b.isRunning && this.#isClear(a, b);
      const isOpen = a.isThere && b.isThere && a.hasRoute(b) && b.hasRoute(a);
      if (isClear) route.silentSince = undefined;
      else route.silentSince ??= now;
      if (isOpen && now - (route.silentSince ?? now) > this.#staleMs) this.#close(a, b);
      else if (!isOpen && isClear && this.#random.chance(RECONNECT_RATE)) this.#open(a, b);
    }
  }

  #isClear({ name: a }: NatsServer, { name: b }: NatsServer): boolean {
    return !this.#network.isBlocked(a, b) && !this.#network.isBlocked(b, a);
  }

  #open(a: NatsServer, b: NatsServer): void {
    this.#close(a, b);
    const wire = new Wire(this.#network, this.#random, [a.process, b.process]);
    a.routes.set(b, wire);
    b.routes.set(a, wire);
  }

  #close(a: NatsServer, b: NatsServer): void {
    for (const [end, other] of [[a, b], [b, a]] as const) {
      end.routes.get(other)?.close(end.process);
      end.routes.delete(other);
    }
  }
}

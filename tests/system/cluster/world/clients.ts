// Many clients of a cluster, and what holds for all of them.

import { within } from "../../lead/world/within.ts";
import { MovingClient, type MovingOptions } from "./moving_client.ts";

const SEATED_MS = 30_000;

export class Clients implements AsyncDisposable {
  readonly all: MovingClient[] = [];
  readonly #ports: readonly number[];
  readonly #prefix: string;

  /** @param prefix of their names: different for others that are there at the same time */
  constructor(ports: readonly number[], prefix = "client") {
    this.#ports = ports;
    this.#prefix = prefix;
  }

  /** Starts clients that try one node first. */
  add(count: number, first: number, options: Partial<MovingOptions> = {}): MovingClient[] {
    const added = Array.from({ length: count }, () => {
      const name = `${this.#prefix}-${this.all.length + 1}`;
      const client = new MovingClient({ name, ports: this.#ports, ...options }, first);
      this.all.push(client);
      return client;
    });
    return added;
  }

  /** One after the other, so that their ranks are in this order. */
  async join(first: number, options: Partial<MovingOptions> = {}): Promise<MovingClient> {
    const [client] = this.add(1, first, options);
    await this.seated([client!]);
    return client!;
  }

  async seated(clients: readonly MovingClient[] = this.all): Promise<void> {
    try {
      await within(SEATED_MS, "all clients have a seat", () => clients.every(({ isSeated }) => isSeated));
    } catch (error) {
      const without = clients.filter(({ isSeated }) => !isSeated);
      const some = without.slice(0, 5).map(({ name, refusals }) =>
        `${name}: ${refusals.slice(-3).join("; ")}`
      );
      throw new Error(`${error}: ${without.length} of ${clients.length} have none\n${some.join("\n")}`);
    }
  }

  get tickets(): number[] {
    return this.all.map(({ ticket }) => ticket);
  }

  get promotions(): number {
    return this.all.reduce((sum, { promotedFrom }) => sum + promotedFrom.length, 0);
  }

  at(port: number): MovingClient[] {
    return this.all.filter((client) => client.port === port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.all.map((client) => client.close()));
  }
}

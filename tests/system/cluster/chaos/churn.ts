// Clients that come, go, and break off by chance, at any server.

import type { Random } from "../../../support/random.ts";
import { MovingClient } from "../world/moving_client.ts";

const EVERY_MS = 40;
/** As the client's program does when its server hangs. */
const SILENCE_MS = 2_500;

type Act = "join" | "leave" | "break off";

export class Churn {
  readonly clients = new Set<MovingClient>();
  joined = 0;
  left = 0;
  brokenOff = 0;
  readonly #ports: readonly number[];
  readonly #random: Random;
  readonly #most: number;
  readonly #leaving = new Set<Promise<void>>();
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param most clients at a time */
  constructor(ports: readonly number[], random: Random, most: number) {
    this.#ports = ports;
    this.#random = random;
    this.#most = most;
  }

  start(): void {
    this.#timer = setInterval(() => this.#act(), EVERY_MS);
  }

  /** Who is there then stays. Resolves when those have left who are to leave. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#leaving);
  }

  async close(): Promise<void> {
    await this.stop();
    await Promise.all([...this.clients].map((client) => client.close()));
  }

  #act(): void {
    const act = this.#draw();
    if (act === "join") return this.#join();
    const [client] = this.#random.sample([...this.clients].filter(({ isSeated }) => isSeated), 1);
    if (client === undefined) return;
    this.clients.delete(client);
    if (act === "leave") this.left++;
    else this.brokenOff++;
    const gone = act === "leave" ? client.leave() : client.close();
    this.#leaving.add(gone.finally(() => this.#leaving.delete(gone)));
  }

  #draw(): Act {
    if (this.clients.size < this.#most / 2) return "join";
    if (this.clients.size >= this.#most) return "leave";
    return this.#random.pick<Act>(["join", "join", "leave", "break off"]);
  }

  #join(): void {
    const name = `churn-${++this.joined}`;
    const first = this.#random.below(this.#ports.length);
    this.clients.add(new MovingClient({ name, ports: this.#ports, silenceMs: SILENCE_MS }, first));
  }
}

// The bystander as the attack sees it: it takes its seats, and is asked how it fared.

import type { News, Order, Phase } from "./bystander_worker.ts";
import type { Address } from "./connect.ts";

export type { Phase } from "./bystander_worker.ts";

/** Far beyond any delay that is no hang: a bystander that waits longer has been harmed. */
const HANG_MS = 30_000;

export class Bystander implements Disposable {
  readonly #worker = new Worker(new URL("./bystander_worker.ts", import.meta.url), { type: "module" });

  /** Takes two seats. @returns their ranks */
  async sit(address: Address): Promise<readonly number[]> {
    return (await this.#ask({ order: "sit", address }, "seated")).ranks;
  }

  /** Its work begins. */
  async begin(): Promise<void> {
    await this.#ask({ order: "begin" }, "begun");
  }

  /** Its work ends when everything sent has been delivered. */
  async end(): Promise<Phase> {
    return (await this.#ask({ order: "end", withinMs: HANG_MS }, "ended")).phase;
  }

  /** Breaks its connections off. */
  leave(): void {
    this.#worker.terminate();
  }

  [Symbol.dispose](): void {
    this.leave();
  }

  #ask<Kind extends News["news"]>(order: Order, kind: Kind): Promise<Extract<News, { news: Kind }>> {
    const { promise, resolve, reject } = Promise.withResolvers<Extract<News, { news: Kind }>>();
    this.#worker.onmessage = ({ data }: MessageEvent<News>) => {
      if (data.news === kind) resolve(data as Extract<News, { news: Kind }>);
      else reject(new Error(data.news === "failed" ? data.message : `Cannot understand ${data.news}`));
    };
    this.#worker.onerror = (event) => reject(new Error(`The bystander failed: ${event.message}`));
    this.#worker.postMessage(order);
    return promise;
  }
}

// All clients that run for the whole soak, with their servers: keeps them busy, and samples what they use.

import { delay } from "@std/async";
import type { Programs } from "../../../tests/system/lead/world/programs.ts";
import { Random } from "../../../tests/support/random.ts";
import { Fleet } from "./fleet.ts";
import { findGrowth, renderProcesses } from "./growth.ts";
import { LeadPair } from "./lead_pair.ts";
import type { SoakedClient } from "./soaked_client.ts";
import { sampleAll, type WatchedProcess } from "./watched_process.ts";

export interface ClientSoakOptions {
  readonly programs: Programs;
  /** For configuration files. */
  readonly folder: string;
  readonly seed: number;
  /** Between two samples of all processes. */
  readonly sampleEveryMs: number;
}

export class SoakedClients implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack;
  readonly #clients: readonly SoakedClient[];
  readonly #processes: readonly WatchedProcess[];
  readonly #ending = new AbortController();
  readonly #working: Promise<unknown>;

  private constructor(stack: AsyncDisposableStack, clients: readonly SoakedClient[], sampleEveryMs: number) {
    this.#stack = stack;
    this.#clients = clients;
    this.#processes = clients.flatMap(({ processes }) => processes);
    const { signal } = this.#ending;
    this.#working = Promise.all([
      ...clients.map((client) => client.work(signal)),
      this.#sample(sampleEveryMs),
    ]);
    // Reported by stop(), which waits for it.
    this.#working.catch(() => {});
  }

  static async start({ programs, folder, seed, sampleEveryMs }: ClientSoakOptions): Promise<SoakedClients> {
    await using stack = new AsyncDisposableStack();
    const clients = [
      stack.use(await LeadPair.start(new Random(seed), programs)),
      stack.use(await Fleet.start(programs, folder, seed)),
    ];
    return new SoakedClients(stack.move(), clients, sampleEveryMs);
  }

  /**
   * Ends all of them.
   *
   * @param isShort the soak was too short to tell growth from start-up.
   * @returns a table, and a sentence for each thing that was not as it should be
   */
  async stop(isShort: boolean): Promise<{ readonly table: string; readonly problems: readonly string[] }> {
    this.#ending.abort();
    await this.#working;
    const problems: string[] = [];
    for (const process of this.#processes) {
      if (process.hasEnded) problems.push(`${process.name}: ended early`);
      else if (!isShort) problems.push(...findGrowth(process));
    }
    for (const client of this.#clients) problems.push(...await client.stop());
    // The last answers have come by now.
    return { table: renderProcesses(this.#processes), problems };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#working.catch(() => {/* Reported by stop(). */});
    await this.#stack[Symbol.asyncDispose]();
  }

  async #sample(everyMs: number): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      await sampleAll(this.#processes);
      await delay(everyMs, { signal }).catch(() => {});
    }
  }
}

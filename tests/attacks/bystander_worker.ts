// A bystander: two members that go on with their work while others attack. One sends numbered commands at a steady pace,
// the other must get each of them, once and in order; every tenth is a run whose answer must come too. In a thread of its
// own, so that what is measured is the server and not the attackers.

import type { RawClient, ReceivedLine } from "../support/server/raw_client.ts";
import { type Address, join } from "./connect.ts";
import { quantile } from "./quantile.ts";

export type Order =
  | { readonly order: "sit"; readonly address: Address }
  | { readonly order: "begin" }
  | { readonly order: "end"; readonly withinMs: number };

/** How one phase went; latencies in ms, from a command's sending to its delivery. */
export interface Phase {
  readonly sent: number;
  readonly delivered: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** What should not have been, in sentences; the first few. */
  readonly faults: readonly string[];
}

export type News =
  | { readonly news: "seated"; readonly ranks: readonly number[] }
  | { readonly news: "begun" }
  | { readonly news: "ended"; readonly phase: Phase }
  | { readonly news: "failed"; readonly message: string };

const EVERY_MS = 4;
/** Every so many commands are a run, which is answered. */
const RUN_EVERY = 10;
const SHOWN_FAULTS = 5;
const MARK = "bystander";

class Bystander {
  readonly #issuer: RawClient;
  readonly #faults: string[] = [];
  readonly #sentAt: number[] = [];
  readonly #latencies: number[] = [];
  #executorRank: number;
  #delivered = 0;
  #phaseFrom = 0;
  #runsUnderWay = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #onProgress: () => void = () => {};

  private constructor(issuer: RawClient, executorRank: number) {
    this.#issuer = issuer;
    this.#executorRank = executorRank;
  }

  static async sit(address: Address): Promise<{ bystander: Bystander; ranks: readonly number[] }> {
    const handlers: { issuer?: (line: ReceivedLine) => void; executor?: (line: ReceivedLine) => void } = {};
    const issuer = await join(address, { onLine: (_, line) => handlers.issuer?.(line) });
    const executor = await join(address, { onLine: (_, line) => handlers.executor?.(line) });
    const self = new Bystander(issuer, executor.welcome.rank);
    handlers.issuer = (line) => self.#issuerGot(line);
    handlers.executor = (line) => self.#executorGot(executor, line);
    for (const [client, who] of [[issuer, "issuer"], [executor, "executor"]] as const) {
      client.ended(2 ** 31 - 1).then((how) => self.#fault(`the ${who}'s connection has ended: ${how}`));
    }
    return { bystander: self, ranks: [issuer.welcome.rank, executor.welcome.rank] };
  }

  begin(): void {
    this.#phaseFrom = this.#latencies.length;
    this.#timer = setInterval(() => this.#send(), EVERY_MS);
  }

  /** Sends no more, waits until everything has come, and says how it went. */
  async end(withinMs: number): Promise<Phase> {
    clearInterval(this.#timer);
    await this.#allThere(withinMs);
    const latencies = this.#latencies.slice(this.#phaseFrom).sort((a, b) => a - b);
    return {
      sent: this.#sentAt.length - this.#phaseFrom,
      delivered: latencies.length,
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      max: latencies.at(-1) ?? 0,
      faults: this.#faults.slice(0, SHOWN_FAULTS),
    };
  }

  #send(): void {
    const number = this.#sentAt.length;
    const params = { command: "uptime", args: [MARK, String(number)], to: [this.#executorRank] };
    this.#sentAt.push(performance.now());
    // One at a time: that one the server owes to everybody, however busy others keep it.
    if (number % RUN_EVERY !== 0 || this.#runsUnderWay > 0) return this.#issuer.notify("run", params);
    this.#runsUnderWay++;
    this.#issuer.ask("run", params);
  }

  #issuerGot({ json }: ReceivedLine): void {
    if (json?.method === "refused") this.#fault(`a command was refused: ${json.params.message}`);
    if (json?.error !== undefined) this.#fault(`a run was refused: ${json.error.message}`);
    const summary = json?.method === undefined ? json?.result : undefined;
    if (summary?.executors === undefined) return;
    this.#runsUnderWay--;
    if (summary.ok !== 1) this.#fault(`a run ended otherwise: ${JSON.stringify(summary)}`);
    this.#onProgress();
  }

  #executorGot(executor: RawClient, { json }: ReceivedLine): void {
    // Somebody above has left: the issuer is told so too, but this is where the number is needed.
    if (json?.method === "promoted") this.#executorRank = json.params.rank;
    if (json?.method !== "execute") return;
    const [mark, number] = json.params.args;
    if (json.id !== undefined) executor.respond(json.id, { code: 0 });
    if (mark !== MARK) return;
    if (Number(number) !== this.#delivered) {
      this.#fault(`command ${number} came instead of ${this.#delivered}`);
    }
    this.#latencies.push(performance.now() - this.#sentAt[Number(number)]!);
    this.#delivered = Number(number) + 1;
    this.#onProgress();
  }

  #fault(sentence: string): void {
    this.#faults.push(sentence);
    this.#onProgress();
  }

  async #allThere(withinMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onProgress = () => {
      const isDone = this.#delivered === this.#sentAt.length && this.#runsUnderWay === 0;
      if (isDone || this.#faults.length > 0) resolve();
    };
    const timer = setTimeout(() => this.#fault(`not everything came within ${withinMs} ms`), withinMs);
    this.#onProgress();
    await promise;
    clearTimeout(timer);
    this.#onProgress = () => {};
  }
}

let bystander: Bystander | undefined;

async function obey(order: Order): Promise<News> {
  switch (order.order) {
    case "sit": {
      const seated = await Bystander.sit(order.address);
      bystander = seated.bystander;
      return { news: "seated", ranks: seated.ranks };
    }
    case "begin":
      bystander!.begin();
      return { news: "begun" };
    case "end":
      return { news: "ended", phase: await bystander!.end(order.withinMs) };
  }
}

const worker = globalThis as unknown as {
  onmessage: (event: MessageEvent<Order>) => void;
  postMessage(news: News): void;
};

worker.onmessage = async ({ data }) => {
  try {
    worker.postMessage(await obey(data));
  } catch (error) {
    worker.postMessage({ news: "failed", message: String(error) });
  }
};

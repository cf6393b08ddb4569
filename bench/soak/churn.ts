// Clients that come, work, misbehave and go, without end: each does a few things by chance and then leaves in one way or
// another. They stop where they are told to, and then nobody is left.

import { delay } from "@std/async";
import { Random } from "../../tests/support/random.ts";
import { type Address, connectBreakable } from "../../tests/attacks/connect.ts";
import type { RawClient, ReceivedLine } from "../../tests/support/server/raw_client.ts";

/** How long an actor rests between two lives, in ms: the soak is long, not fast. */
const REST_MS = 25;
const MAX_DEEDS = 8;
/** Of those who are asked to execute, so many never answer. */
const SILENT = 0.1;
/** Of those whose connection broke, so many come back for their seat. */
const COMES_BACK = 0.3;

export interface Tally {
  lives: number;
  commands: number;
  runs: number;
  resumed: number;
  faults: number;
}

type Deed = (client: RawClient, actor: Actor) => void | Promise<unknown>;

const HOSTILE = [
  "x".repeat(200_000),
  "{".repeat(5_000),
  '{"jsonrpc":"2.0","id":1,"method":"__proto__"}',
  `[${new Array(60).fill('{"jsonrpc":"2.0","id":1,"method":"roster"}').join(",")}]`,
  '{"jsonrpc":"2.0","id":1,"method":"hello","params":{"resume":"no token at all"}}',
  '{"jsonrpc":"2.0","id":1,"result":{"code":0}}',
  "\n".repeat(2_000),
];

const DEEDS: readonly Deed[] = [
  (client, { tally, random }) => {
    const times = 1 + random.below(20);
    tally.commands += times;
    for (let i = 0; i < times; i++) client.notify("run", { command: "uptime", args: [String(i)] });
  },
  (client, { tally }) => {
    tally.runs++;
    client.ask("run", { command: "uptime", timeout_ms: 500 });
  },
  (client, { random }) => client.ask("cancel", { run: random.below(5) }),
  (client) => client.ask("yield"),
  (client, { random }) => client.ask("hello", { name: `name ${random.below(1_000)}` }),
  (client, { random }) => client.ask("hello", { lease_ms: 100 + random.below(400) }),
  (client, { random }) => client.ask("watch", { on: random.chance(0.7) }),
  (client) => client.ask("roster"),
  (client, { random }) => client.sendBytes(`${HOSTILE[random.below(HOSTILE.length)]}\n`),
  (client) => client.sendBytes('{"jsonrpc":"2.0","id":1,"met'),
  (client) => client.stall(),
  (client) => client.resume(),
  (_, { random }) => delay(random.below(50)),
];

const FAULTY_ENDINGS: readonly Deed[] = [
  (client) => client.reset(),
  (client) => client.close(),
  (client) => client.halfClose(),
];

class Actor {
  readonly random: Random;
  readonly tally: Tally;
  readonly #address: Address;
  /** Of a seat that it may come back for. */
  #token: string | undefined;

  constructor(address: Address, seed: number, tally: Tally) {
    this.#address = address;
    this.random = new Random(seed);
    this.tally = tally;
  }

  async live(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.tally.lives++;
      await this.#liveOnce().catch(() => this.tally.faults++);
      await delay(REST_MS, { signal }).catch(() => {});
    }
  }

  async #liveOnce(): Promise<void> {
    const { random } = this;
    await using client = await connectBreakable(this.#address, { onLine: (...of) => this.#hear(...of) });
    if (random.chance(0.1)) client.send("/who");
    else if (this.#token !== undefined) client.ask("hello", { resume: this.#token });
    this.#token = undefined;
    for (let deeds = random.below(MAX_DEEDS); deeds > 0; deeds--) {
      await DEEDS[random.below(DEEDS.length)]!(client, this);
    }
    if (random.chance(0.5)) client.notify("leave");
    else await FAULTY_ENDINGS[random.below(FAULTY_ENDINGS.length)]!(client, this);
    if (!random.chance(COMES_BACK)) this.#token = undefined;
  }

  #hear(client: RawClient, { json }: ReceivedLine): void {
    const resume = json?.params?.resume ?? json?.result?.resume;
    if (typeof resume === "string") this.#token = resume;
    if (json?.result?.resume !== undefined) this.tally.resumed++;
    if (json?.method !== "execute" || json.id === undefined || this.random.chance(SILENT)) return;
    client.respond(json.id, { code: 0, stdout: "x".repeat(this.random.below(2_000)) });
  }
}

/** Lets so many actors live against one server until `signal` is aborted; resolves when the last has gone. */
export async function churn(
  address: Address,
  { actors, seed, tally, signal }: {
    readonly actors: number;
    readonly seed: number;
    readonly tally: Tally;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const all = Array.from({ length: actors }, (_, i) => new Actor(address, seed + i, tally));
  await Promise.all(all.map((actor) => actor.live(signal)));
}

// A leader and a standby under --lead, each with its guard: they renew a short lease, hand rank 0 to each other, and lose
// their connections now and then.

import { delay } from "@std/async";
import { type LeadClient, START_MS } from "../../../tests/system/lead/world/lead_client.ts";
import { LeadWorld } from "../../../tests/system/lead/world/lead_world.ts";
import { AT_ONCE, clientToml } from "../../../tests/system/lead/world/world_options.ts";
import { isThere } from "../../../tests/system/lead/world/process_tree.ts";
import type { Programs } from "../../../tests/system/lead/world/programs.ts";
import { within } from "../../../tests/system/lead/world/within.ts";
import type { Random } from "../../../tests/support/random.ts";
import { type SoakedClient, TERM_CODE } from "./soaked_client.ts";
import { WatchedProcess } from "./watched_process.ts";

/** Six renewals in each lease. */
const LEASE_MS = 1_000;
/** Between two requests over each control socket. */
const TURN_MS = 500;
/** So many turns from one handover to the next, and from one broken connection to the next. */
const HANDOVER_TURNS = 10;
const BREAK_TURNS = 17;

export class LeadPair implements SoakedClient {
  readonly processes: readonly WatchedProcess[];
  readonly #world: LeadWorld;
  readonly #clients: readonly LeadClient[];
  readonly #random: Random;
  readonly #unanswered: string[] = [];
  #asked = 0;
  #breaks = 0;

  private constructor(
    world: LeadWorld,
    clients: readonly LeadClient[],
    guards: readonly number[],
    random: Random,
  ) {
    this.#world = world;
    this.#clients = clients;
    this.#random = random;
    this.processes = clients.flatMap(({ name, pid }, i) => [
      new WatchedProcess(name, pid, () => this.#tally),
      new WatchedProcess(`guard of ${name}`, guards[i]!),
    ]);
  }

  static async start(random: Random, programs: Programs): Promise<LeadPair> {
    const world = await LeadWorld.start({ ...AT_ONCE, programs });
    try {
      const options = { toml: clientToml("", LEASE_MS), flags: ["--on-change", "true"] };
      const clients = await world.startClients(["leader", "standby"], options);
      await world.started("the leader leads");
      const guards = await Promise.all(clients.map(guardOf));
      return new LeadPair(world, clients, guards, random);
    } catch (error) {
      await world[Symbol.asyncDispose]();
      throw error;
    }
  }

  async work(signal: AbortSignal): Promise<void> {
    for (let turn = 1; !signal.aborted; turn++) {
      for (const client of this.#clients) await this.#ask(client, turn % 2 === 0 ? "status" : "roster");
      if (turn % HANDOVER_TURNS === 1) {
        const leader = this.#world.leader();
        if (leader !== undefined) await this.#ask(leader, "yield");
      }
      if (turn % BREAK_TURNS === 2) {
        this.#breaks++;
        this.#clients[this.#random.below(this.#clients.length)]!.proxy.breakAll();
      }
      await delay(TURN_MS, { signal }).catch(() => {});
    }
  }

  async stop(): Promise<string[]> {
    const problems = [...this.#unanswered, ...this.#world.log.faults];
    for (const client of this.#clients) {
      if (client.hasEnded) problems.push(`${client.name}: ended early and said\n${client.output}`);
      client.signal("SIGTERM");
      const code = await client.ends();
      if (code !== TERM_CODE) problems.push(`${client.name}: exit code ${code} instead of ${TERM_CODE}`);
    }
    const program = this.#world.log.running?.pid;
    const left = [...this.processes.map(({ pid }) => pid), ...program === undefined ? [] : [program]];
    await within(START_MS, "client, guard and program have ended", () => !left.some(isThere))
      .catch(({ message }: Error) => problems.push(`leader and standby: ${message}`));
    return problems;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#world[Symbol.asyncDispose]();
  }

  get #tally(): string {
    const handovers = this.#world.log.starts.length - 1;
    return `both: ${handovers} handovers, ${this.#asked} requests, ${this.#breaks} breaks`;
  }

  /** A client that is not connected, or about to lead, may refuse: that counts as an answer. */
  async #ask(client: LeadClient, method: string): Promise<void> {
    if (client.hasEnded) return;
    try {
      await client.ask(method);
      this.#asked++;
    } catch (error) {
      if (!client.hasEnded) this.#unanswered.push(`${client.name}: no answer to ${method}: ${error}`);
    }
  }
}

/** A client starts its guard when it starts itself. */
function guardOf(client: LeadClient): Promise<number> {
  return within(START_MS, `${client.name} has a guard`, () => client.guard);
}

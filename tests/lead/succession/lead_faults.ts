// What can happen to five clients under --lead, each fault from its beginning to its end, by chance from a seed.

import { assertEquals } from "@std/assert";
import type { Random } from "../../server/random.ts";
import { type LeadClient, START_MS } from "../world/lead_client.ts";
import { type LeadWorld, LEASE_MS } from "../world/lead_world.ts";
import { pause, within } from "../world/within.ts";

export type Fault =
  | "client killed"
  | "client stopped"
  | "program ended"
  | "cut"
  | "server restarted"
  | "yield"
  | "evicted"
  | "guard killed"
  | "connection broken";

export const FAULTS: readonly Fault[] = [
  "client killed",
  "client stopped",
  "program ended",
  "cut",
  "server restarted",
  "yield",
  "evicted",
  "guard killed",
  "connection broken",
];

/** Faults of the leader say more than those of a follower. */
const LEADER_SHARE = 0.7;

export class FaultMaker {
  readonly #world: LeadWorld;
  readonly #random: Random;
  #names = 0;

  constructor(world: LeadWorld, random: Random) {
    this.#world = world;
    this.#random = random;
  }

  /** A client more, at the end of the line. */
  async join(): Promise<void> {
    await this.#world.startClient(`client-${++this.#names}`);
  }

  /** Resolves when the fault is over and five clients are there again; somebody leads soon after. */
  async make(fault: Fault): Promise<void> {
    const client = this.#pick();
    switch (fault) {
      case "client killed":
        await client.kill();
        return await this.#replace(client);
      case "client stopped":
        client.signal("SIGSTOP");
        await pause(this.#lasting());
        return client.signal("SIGCONT");
      case "program ended":
        return await this.#endProgram();
      case "cut":
        client.proxy.cut();
        await pause(this.#lasting());
        return client.proxy.heal();
      case "server restarted":
        await this.#world.killServer();
        await pause(this.#lasting() / 2);
        return await this.#world.startServer();
      case "evicted":
        return await this.#world.evictLeader().catch(() => {/* Nobody has rank 0 just now. */});
      case "guard killed":
        return await this.#killGuard();
      case "connection broken":
        return client.proxy.breakAll();
      case "yield":
        // One that is stopping, or has no connection just now, says no: that is an answer, too.
        return void await this.#world.leader()?.ask("yield");
    }
  }

  /** The client finds what the guard leaves behind, and ends. */
  async #killGuard(): Promise<void> {
    const leader = this.#world.leader();
    const guard = leader?.guard;
    if (leader === undefined || guard === undefined) return;
    try {
      Deno.kill(guard, "SIGKILL");
    } catch {
      // It was stopping anyway.
      return;
    }
    assertEquals((await leader.status).code, 137, leader.output);
    await this.#replace(leader);
  }

  async #endProgram(): Promise<void> {
    const leader = this.#world.leader();
    const pid = this.#world.log.running?.pid;
    if (leader === undefined || pid === undefined) return;
    const [signal, code] = this.#random.chance(0.5) ? ["SIGUSR1", 3] as const : ["SIGKILL", 137] as const;
    const before = leader.output.length;
    Deno.kill(pid, signal);
    // One that was being stopped anyway, for a seat lost in the fault before, has no end of its own.
    const isOver = () =>
      leader.hasEnded || leader.output.slice(before).includes("following: the program has ended");
    await within(START_MS, `${leader.name} has seen its program end`, isOver);
    if (!leader.hasEnded) return;
    assertEquals((await leader.status).code, code, leader.output);
    await this.#replace(leader);
  }

  #pick(): LeadClient {
    const leader = this.#world.leader();
    if (leader !== undefined && this.#random.chance(LEADER_SHARE)) return leader;
    return this.#random.sample([...this.#world.clients.values()], 1)[0]!;
  }

  async #replace(client: LeadClient): Promise<void> {
    this.#world.clients.delete(client.name);
    await this.join();
  }

  /** Some are over before the lease is, some after. */
  #lasting(): number {
    return this.#random.next() * 2 * LEASE_MS;
  }
}

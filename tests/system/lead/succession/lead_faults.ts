// What can happen to clients under --lead, each fault from its beginning to its end, by chance from a seed.

import { settlesWithin } from "../../../../src/time/settles_within.ts";
import type { Random } from "../../../support/random.ts";
import { faultsOf } from "../../cluster/chaos/chaos_faults.ts";
import type { ClusterWorld } from "../../cluster/world/cluster_world.ts";
import { NoAnswer } from "../world/ask_socket.ts";
import { LOSSES } from "../../../support/programs/faulty_proxy.ts";
import { FULL_OUTPUTS, Output } from "../world/full_output.ts";
import { type LeadClient, START_MS } from "../world/lead_client.ts";
import type { LeadWorld } from "../world/lead_world.ts";
import { signalProcess } from "../world/process_tree.ts";
import { pause, within } from "../world/within.ts";
import type { Mode } from "../world/world_options.ts";

/** Happens to one client: the leader, or one that waits in line. */
type Happen = (faults: LeadFaults, client: LeadClient, random: Random) => Promise<unknown> | void;

/** Faults of the leader say more than those of the others. */
const LEADER_SHARE = 0.7;
const PROGRAMS: readonly (readonly Mode[])[] = [
  [],
  ["slow"],
  ["family"],
  ["slow", "family"],
  ["stubborn"],
  ["stubborn", "family"],
  ["outsider"],
];
const FULL_OUTPUT_SHARE = 0.25;
/** Client and guard are both kept from running for less than lead.margin_ms: longer, and nothing is promised. */
const BOTH_STOPPED_MS = 120;
/** The same signal is one of its own then, and not the first one's echo from a task runner. */
const AGAIN_MS = 350;

const LEAVING: readonly Deno.Signal[] = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"];
const ANY: readonly Deno.Signal[] = [...LEAVING, "SIGALRM", "SIGVTALRM", "SIGUSR1", "SIGUSR2"];

/** They go with any other fault: client and guard live on. */
export const BACKGROUND_FAULTS = {
  "network cut": (faults, { proxy }, random) => faults.lasts(() => proxy.cut(), random, () => proxy.heal()),
  "stall to the client": (faults, { proxy }, random) =>
    faults.lasts(() => proxy.stall("to client"), random, () => proxy.heal()),
  "stall to the server": (faults, { proxy }, random) =>
    faults.lasts(() => proxy.stall("to server"), random, () => proxy.heal()),
  "connections reset": (_faults, { proxy }) => proxy.breakAll(),
  "program ended": (faults) => faults.signalProgram("SIGUSR1"),
  "program killed": (faults) => faults.signalProgram("SIGKILL"),
  "program stopped": (faults) => faults.signalProgram("SIGSTOP"),
  "yield": (_faults, client) => asks(client, []),
  "yield as a notification": (_faults, client) =>
    asks(client, [{ jsonrpc: "2.0", method: "yield" }], "roster"),
  "evicted": (faults) =>
    faults.world.evictLeader().catch(() => {/* There is no rank 0, or no server, just now. */}),
  "raised": (faults, client) =>
    faults.world.raise(client.name).catch(() => {/* It is not seated, or there is no server, just now. */}),
} satisfies Record<string, Happen>;

const FAULTS = {
  ...BACKGROUND_FAULTS,
  "client killed": (_faults, client) => client.kill(),
  "client stopped": (faults, client, random) =>
    faults.lasts(() => client.signal("SIGSTOP"), random, () => client.signal("SIGCONT")),
  "client signalled": (_faults, client, random) => client.signal(one(LEAVING, random)),
  "client signalled twice": async (_faults, client, random) => {
    client.signal(one(LEAVING, random));
    await pause(again(random));
    client.signal(one(LEAVING, random));
  },
  "guard killed": (_faults, client) => killGuard(client),
  "guard and program killed": (faults, client) => killGuard(client, () => faults.signalProgram("SIGKILL")),
  "guard stopped": (faults, { guard }, random) =>
    faults.lasts(() => signal(guard, "SIGSTOP"), random, () => signal(guard, "SIGCONT")),
  "client and guard stopped": async (_faults, client, random) => {
    const both = [client.pid, client.guard];
    for (const pid of both) signal(pid, "SIGSTOP");
    await pause(random.next() * BOTH_STOPPED_MS);
    for (const pid of both) signal(pid, "SIGCONT");
  },
  "guard signalled": (_faults, client, random) => client.signalGuard(one(ANY, random)),
  "guard signalled twice": async (_faults, client, random) => {
    client.signalGuard(one(LEAVING, random));
    await pause(again(random));
    client.signalGuard(one(ANY, random));
  },
  "client and guard signalled": (_faults, client) => {
    client.signalGuard("SIGTERM");
    client.signal("SIGTERM");
  },
  "yield twice at once": (_faults, client) => Promise.all([asks(client, []), asks(client, [])]),
  "yield's response lost": async (faults, client, random) => {
    const lost = client.proxy.loseAnswer("yield", one(LOSSES, random));
    const asked = asks(client, []);
    // One that does not lead, or has no connection just now, may send none.
    await settlesWithin(Promise.race([lost, asked]), faults.world.leaseMs);
    await pause(faults.lasting(random) / 2);
    client.proxy.heal();
    await asked;
  },
} satisfies Record<string, Happen>;

/** Of a server that is alone. */
const SERVER_FAULTS = {
  "server restarted": async (faults, _client, random) => {
    await faults.world.killServer();
    await pause(faults.lasting(random) / 2);
    await faults.world.startServer();
  },
  "server stopped": (faults, _client, random) =>
    faults.lasts(
      () => faults.world.signalServer("SIGSTOP"),
      random,
      () => faults.world.signalServer("SIGCONT"),
    ),
} satisfies Record<string, Happen>;

/** Of servers with one ranking, each as often as one of a client. */
function clusterFaults(cluster: ClusterWorld): Readonly<Record<string, Happen>> {
  return Object.fromEntries(
    [...faultsOf(cluster)].map((
      [name, happen],
    ) => [name, (_faults, _client, random) => happen(cluster, random)]),
  );
}

export type BackgroundFault = keyof typeof BACKGROUND_FAULTS;

export class LeadFaults {
  readonly world: LeadWorld;
  /** How often clients have ended with each exit code. */
  readonly exits = new Map<number, number>();
  /** What may happen in this world, by name. */
  readonly possible: Readonly<Record<string, Happen>>;
  readonly #outputs = new DisposableStack();
  #names = 0;

  constructor(world: LeadWorld) {
    this.world = world;
    const { cluster } = world;
    this.possible = { ...FAULTS, ...cluster === undefined ? SERVER_FAULTS : clusterFaults(cluster) };
  }

  /** Some faults are over before the lease is, some after. */
  lasting(random: Random): number {
    return random.next() * 2 * this.world.leaseMs;
  }

  async lasts(begin: () => void, random: Random, end: () => void): Promise<void> {
    begin();
    await pause(this.lasting(random));
    end();
  }

  /** One client more, at the end of the line. */
  async join(random: Random): Promise<void> {
    const name = `client-${++this.#names}`;
    const program = this.world.program(...one(PROGRAMS, random));
    const kind = one(FULL_OUTPUTS, random);
    if (!random.chance(FULL_OUTPUT_SHARE)) return void await this.world.startClient(name, { program });
    const output = await Output.open(kind, `${this.world.folder}/${name}.full`);
    this.#outputs.use(output);
    await this.world.startClient(name, { program, stderr: output.path });
  }

  /** Resolves when the fault is over. */
  async make(fault: string, background: BackgroundFault | undefined, random: Random): Promise<void> {
    const leads = random.chance(LEADER_SHARE);
    const [other] = random.sample([...this.world.clients.values()], 1);
    const client = (leads ? this.world.leader() : undefined) ?? other!;
    await Promise.all([
      this.possible[fault]!(this, client, random),
      background && BACKGROUND_FAULTS[background](this, client, random),
    ]);
  }

  /** For each client that has ended, a new one joins. */
  async replaceEnded(allowed: readonly number[], random: Random): Promise<void> {
    for (const client of [...this.world.clients.values()]) {
      if (!client.hasEnded) continue;
      const { code } = await client.status;
      if (!allowed.includes(code)) throw new Error(`${client.name} has ended with ${code}: ${client.output}`);
      this.exits.set(code, (this.exits.get(code) ?? 0) + 1);
      this.world.clients.delete(client.name);
      await this.join(random);
    }
  }

  signalProgram(signal: Deno.Signal): void {
    const pid = this.world.log.running?.pid;
    if (pid !== undefined) signalProcess(pid, signal);
  }

  [Symbol.dispose](): void {
    this.#outputs.dispose();
  }
}

function one<Item>(items: readonly Item[], random: Random): Item {
  return items[random.below(items.length)]!;
}

function again(random: Random): number {
  return random.chance(0.5) ? 0 : AGAIN_MS;
}

/** Until its client knows: nothing is promised when that is killed as well before. */
async function killGuard(client: LeadClient, also = () => {}): Promise<void> {
  const { guard } = client;
  client.signalGuard("SIGKILL");
  also();
  const isReplaced = () => client.guard !== undefined && client.guard !== guard;
  await within(START_MS, `${client.name} sees that its guard is gone`, () => client.hasEnded || isReplaced());
}

function signal(pid: number | undefined, name: Deno.Signal): void {
  if (pid !== undefined) signalProcess(pid, name);
}

/** A client that is stopping, ends, or has no connection just now, says no: that is an answer, too. */
async function asks(client: LeadClient, before: readonly unknown[], method = "yield"): Promise<void> {
  await client.ask(method, before).catch((error) => {
    if (error instanceof NoAnswer) throw error;
  });
}

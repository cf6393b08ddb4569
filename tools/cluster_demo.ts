// `deno task cluster-demo`: plays a cluster on this machine, with real processes: NATS, three nodes, and clients that keep
// their seats when a node is killed. With nats-server 2.10 or later there are three NATS servers, and a partition.

import { join } from "node:path";
import { FaultyProxy } from "../tests/support/programs/faulty_proxy.ts";
import { freePorts } from "../tests/support/programs/free_ports.ts";
import { NatsCluster } from "../tests/support/programs/nats_cluster.ts";
import { CLUSTER_SERVER, NatsServer, natsVersion } from "../tests/support/programs/nats_server.ts";
import { Actor, scene } from "./demo_actor.ts";

const NAMES = ["a", "b", "c"] as const;
/** The number of node c, and of the NATS server that is cut off together with it. */
const CUT_OFF = 2;
/** The file of the clients that execute something. */
const PING = new URL("../examples/ping.toml", import.meta.url).pathname;

/** NATS, and the network between it and node c. */
interface Nats extends AsyncDisposable {
  readonly replicas: number;
  /** For the node with this number. */
  addresses(node: number): string[];
  cutOff(): void;
  heal(): void;
}

async function startNats(): Promise<Nats> {
  const version = await natsVersion(CLUSTER_SERVER);
  if (version === undefined) {
    throw new Error(`${CLUSTER_SERVER} is missing: install nats-server, or set NATS_SERVER`);
  }
  const isNew = Number(version.split(".")[1]) >= 10;
  console.log(
    isNew
      ? `# Three NATS servers (${version}), which store every record three times`
      : `# One NATS server: for three, nats-server 2.10 is needed, and this is ${version} (NATS_SERVER names another)`,
  );
  await using opened = new AsyncDisposableStack();
  const cluster = isNew ? opened.use(await NatsCluster.start({ hasProxies: true })) : undefined;
  const servers = cluster?.servers ?? [opened.use(await NatsServer.start({ program: CLUSTER_SERVER }))];
  // Those of node c alone can be cut.
  const links: FaultyProxy[] = [];
  for (const { address } of servers) {
    links.push(opened.use(await FaultyProxy.open(() => Number(address.split(":")[1]))));
  }
  const own = opened.move();
  return {
    replicas: servers.length,
    addresses: (node) =>
      servers.map((_, index) => (node + index) % servers.length).map((index) =>
        node === CUT_OFF ? `127.0.0.1:${links[index]!.port}` : servers[index]!.address
      ),
    cutOff() {
      cluster?.cutOff(CUT_OFF);
      for (const [index, link] of links.entries()) {
        if (cluster !== undefined && index === CUT_OFF) continue;
        link.stall("to server");
        link.stall("to client");
      }
    },
    heal() {
      cluster?.heal();
      for (const link of links) link.heal();
    },
    [Symbol.asyncDispose]: () => own.disposeAsync(),
  };
}

class Play implements AsyncDisposable {
  readonly #folder = Deno.makeTempDirSync({ prefix: "rank-demo-" });
  readonly #ports = freePorts(NAMES.length);
  readonly #actors: Actor[] = [];
  readonly #nats: Nats;

  constructor(nats: Nats) {
    this.#nats = nats;
  }

  async node(index: number): Promise<Actor> {
    const name = NAMES[index]!;
    const file = join(this.#folder, `${name}.toml`);
    const servers = JSON.stringify(this.#nats.addresses(index));
    await Deno.writeTextFile(
      file,
      `port = ${this.#ports[index]}\nmax_clients = 5\n[session]\nresume_grace_ms = 30_000\n[cluster]\n` +
        `servers = ${servers}\nname = "demo"\nnode = "${name}"\nreplicas = ${this.#nats.replicas}\n`,
    );
    const node = this.#act(`node ${name}`, ["server", "--config", file]);
    await node.shows(/started listening/);
    return node;
  }

  /** @param first the number of the node that it tries first */
  client(name: string, first: number, args: readonly string[] = []): Actor {
    const ports = NAMES.map((_, index) => this.#ports[(first + index) % NAMES.length]!);
    const addresses = ports.map((port) => `127.0.0.1:${port}`).join();
    return this.#act(name, ["client", addresses, "--name", name, "--stay", ...args]);
  }

  #act(name: string, args: readonly string[]): Actor {
    const actor = new Actor(name, args);
    this.#actors.push(actor);
    return actor;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const actor of this.#actors) actor[Symbol.dispose]();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

async function play(): Promise<void> {
  await using nats = await startNats();
  await using stage = new Play(nats);

  scene("Three nodes: servers that share one ranking");
  const nodes: Actor[] = [];
  for (const index of NAMES.keys()) nodes.push(await stage.node(index));
  const [a, b, c] = nodes as [Actor, Actor, Actor];

  scene("Alice connects to node a, Bob to node b, Carol to node c: one order");
  const clients: Actor[] = [];
  for (const [index, name] of ["alice", "bob", "carol"].entries()) {
    const client = stage.client(name, index, index === 0 ? [] : ["--config", PING]);
    clients.push(client);
    await client.shows(/^You are rank/);
    await client.shows(/^Commands:/);
    await nodes[index]!.shows(/is named/);
  }
  const [alice, bob, carol] = clients as [Actor, Actor, Actor];

  scene("Alice commands both others, through three servers");
  await alice.types("ping");
  await bob.shows(/ping/);
  await carol.shows(/ping/);
  await alice.shows(/ended/);

  scene("Node a is killed. Alice connects to node b, has still rank 0, and commands the others");
  await a.gets("SIGKILL");
  await alice.shows(/rank 0/);
  await b.shows(/resumed rank 0/);
  await alice.types("ping");
  await bob.shows(/ping/);
  await carol.shows(/ping/);
  await alice.shows(/ended/);

  scene("The others notice that node a is silent. No client is promoted");
  await b.shows(/Node 'a.*fenced/);
  await c.shows(/Node 'a.*fenced/);

  scene("Node c is cut off from the others: it decides nothing");
  nats.cutOff();
  await c.shows(/Suspended/);
  await carol.types("uptime");
  await carol.shows(/Refused/);

  scene(
    "Dave comes to node c, is sent away, and gets a seat at the next address, which is node a's: nobody is there yet",
  );
  const dave = stage.client("dave", CUT_OFF);
  await dave.shows(/^You are rank/);

  scene("The network is whole again");
  nats.heal();
  await c.shows(/In contact/);
  await carol.types("ping");
  await carol.shows(/ended/);

  scene("Node b is restarted: its clients move to node c, and keep their ranks");
  await b.stops();
  for (const [rank, client] of [alice, bob, carol, dave].entries()) {
    if (client !== carol) await client.shows(new RegExp(`rank ${rank}`));
  }

  scene("Everyone leaves, and the last node stops");
  for (const client of [dave, carol, bob, alice]) await client.gets("SIGTERM");
  await c.stops();
}

if (import.meta.main) await play();

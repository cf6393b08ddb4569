// Several rankservers with one ranking: NATS servers and nodes as processes of their own, all of which are gone when the
// world ends. With proxies, the network between any of them can be cut.

import { FaultyProxy } from "../../../support/programs/faulty_proxy.ts";
import { freePorts } from "../../../support/programs/free_ports.ts";
import { NatsCluster } from "../../../support/programs/nats_cluster.ts";
import { CLUSTER_SERVER, NatsServer, natsVersion } from "../../../support/programs/nats_server.ts";
import type { Program } from "../../../support/programs/start_process.ts";
import { programsToTest } from "../../lead/world/programs.ts";
import { type NodeToml, nodeToml } from "./node_toml.ts";
import { RankNode } from "./rank_node.ts";

const STORY_LINES = 40;
/** Older NATS servers cannot keep three replicas. */
const MIN_MINOR = 10;

/** What the NATS server of this machine can do. */
export async function maxReplicas(): Promise<1 | 3> {
  const version = await natsVersion(CLUSTER_SERVER);
  return Number(version?.split(".")[1]) >= MIN_MINOR ? 3 : 1;
}

export interface WorldOptions {
  readonly nodes?: readonly string[];
  /** Three: with as many NATS servers, of a version that can do it. */
  readonly replicas?: 1 | 3;
  /** For `partition` and `cutOff`. */
  readonly hasProxies?: boolean;
  readonly settings?: NodeToml;
  /** Absent: the executable where it has been made, else the sources. */
  readonly program?: Program;
  /** More of the configuration of each NATS server. */
  readonly nats?: string;
  readonly natsProgram?: string;
}

export class ClusterWorld implements AsyncDisposable {
  readonly folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "rank-cluster-" }));
  readonly nodes: readonly RankNode[];
  readonly servers: readonly NatsServer[];
  readonly #cluster: NatsCluster | undefined;
  /** Of each node, one to each NATS server. */
  readonly #links: readonly (readonly FaultyProxy[])[];
  readonly #tomls: readonly NodeToml[];
  /** That the nodes run. */
  readonly program: Program;

  private constructor(
    nats: readonly NatsServer[] | NatsCluster,
    links: readonly (readonly FaultyProxy[])[],
    options: WorldOptions,
    program: Program,
  ) {
    const { nodes: names = ["a", "b", "c"], settings = {}, replicas = 1 } = options;
    this.#cluster = nats instanceof NatsCluster ? nats : undefined;
    this.servers = nats instanceof NatsCluster ? nats.servers : nats;
    this.#links = links;
    this.program = program;
    const ports = freePorts(names.length);
    this.#tomls = names.map((name, index) => ({
      ...settings,
      top: `port = ${ports[index]}\n${settings.top ?? ""}`,
      socket: `${this.folder}/${name}.sock`,
      cluster: `servers = ${JSON.stringify(this.addresses(index))}\nname = "test"\nnode = "${name}"\n${
        settings.cluster ?? ""
      }`,
      replicas,
    }));
    this.nodes = names.map((name, index) => {
      const toml = nodeToml(this.#tomls[index]!);
      return new RankNode({ program, folder: this.folder, name, port: ports[index]!, toml });
    });
  }

  /** Resolves when all nodes listen. */
  static async start(options: WorldOptions = {}): Promise<ClusterWorld> {
    const world = await ClusterWorld.prepare(options);
    try {
      await Promise.all(world.nodes.map((node) => node.start()));
      return world;
    } catch (error) {
      console.log(world.story);
      await world[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** NATS runs, and no node does yet. */
  static async prepare(options: WorldOptions = {}): Promise<ClusterWorld> {
    const {
      replicas = 1,
      hasProxies = false,
      nodes = ["a", "b", "c"],
      nats: config = "",
      natsProgram = CLUSTER_SERVER,
    } = options;
    const program = options.program ?? (await programsToTest())[0]!.server;
    const nats = replicas === 3
      ? await NatsCluster.start({ hasProxies, config, program: natsProgram })
      : [await NatsServer.start({ program: natsProgram, config })];
    const { servers } = nats instanceof NatsCluster ? nats : { servers: nats };
    const open = (server: NatsServer) => FaultyProxy.open(() => Number(server.address.split(":")[1]));
    const links = hasProxies ? await Promise.all(nodes.map(() => Promise.all(servers.map(open)))) : [];
    return new ClusterWorld(nats, links, options, program);
  }

  /** The NATS servers as a node knows them: each begins with another one. */
  addresses(node: number): string[] {
    const all = this.#links[node]?.map(({ port }) => `127.0.0.1:${port}`) ??
      this.servers.map(({ address }) => address);
    const first = node % all.length;
    return [...all.slice(first), ...all.slice(0, first)];
  }

  /** The configuration of a node, with other settings. */
  toml(node: number, other: NodeToml): string {
    const own = this.#tomls[node]!;
    const join = (key: keyof NodeToml) => `${own[key] ?? ""}\n${other[key] ?? ""}`;
    return nodeToml({ ...own, ...other, top: join("top"), cluster: join("cluster") });
  }

  get hasProxies(): boolean {
    return this.#links.length > 0;
  }

  get ports(): number[] {
    return this.nodes.map(({ port }) => port);
  }

  /** Waits until the NATS servers have found each other (again). */
  async formed(): Promise<void> {
    await this.#cluster?.formed();
  }

  /** A NATS server and some nodes reach each other, and nothing else. */
  partition(server: number, nodes: readonly number[]): void {
    this.#cluster?.cutOff(server);
    for (const [node, links] of this.#links.entries()) {
      for (const [to, link] of links.entries()) if ((to === server) !== nodes.includes(node)) freeze(link);
    }
  }

  /** A node reaches no NATS server; its clients reach it. */
  cutOff(node: number): void {
    for (const link of this.#links[node]!) freeze(link);
  }

  heal(): void {
    this.#cluster?.heal();
    for (const link of this.#links.flat()) link.heal();
  }

  /** The end of all output, for a test that failed. */
  get story(): string {
    return this.nodes.map((node) => node.story(STORY_LINES)).join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
    if (this.#cluster !== undefined) await this.#cluster[Symbol.asyncDispose]();
    else for (const server of this.servers) await server[Symbol.asyncDispose]();
    for (const link of this.#links.flat()) await link[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}

function freeze(link: FaultyProxy): void {
  link.stall("to server");
  link.stall("to client");
}

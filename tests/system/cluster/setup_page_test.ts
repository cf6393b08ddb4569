// The setups of docs/cluster.md, with its files as they are printed, except for addresses and paths.

import { assertEquals } from "@std/assert";
import { nkeys } from "@nats-io/nats-core";
import { basename, join } from "node:path";
import { Certificates, isOpensslMissing } from "../../support/programs/certificates.ts";
import { freePorts } from "../../support/programs/free_ports.ts";
import { CLUSTER_SERVER, isNatsMissing, NatsServer } from "../../support/programs/nats_server.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { programsToTest } from "../lead/world/programs.ts";
import { agreed } from "./world/agreement.ts";
import { pageFile, replaced } from "./world/page_files.ts";
import { RankNode } from "./world/rank_node.ts";

const ignore = await isNatsMissing();
const PASSWORD = "a secret of this test";
const program = (await programsToTest())[0]!.server;
/** What tests read; the page leaves the log as it is. */
const JSON_LOG = '\n[log]\nformat = "json"\n';

class Setup implements AsyncDisposable {
  readonly folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "rank-setup-" }));
  readonly nodes: RankNode[] = [];
  readonly #servers: NatsServer[] = [];

  /** @returns its path as NATS wants it: relative to the directory of the file that includes it */
  users(text = replaced(pageFile("rank-users.conf"), { "CHANGE-ME": PASSWORD })): string {
    Deno.writeTextFileSync(join(this.folder, "rank-users.conf"), text);
    return `../${basename(this.folder)}/rank-users.conf`;
  }

  async nats(program: string, config: string): Promise<NatsServer> {
    const server = await NatsServer.start({ program, config, hasMonitor: true });
    this.#servers.push(server);
    return server;
  }

  /** @param addresses the first is that of its own machine */
  node(number: number, addresses: readonly string[], other: Readonly<Record<string, string>> = {}): RankNode {
    const passwordFile = join(this.folder, "password");
    Deno.writeTextFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
    const name = `node${number}`;
    const [port] = freePorts(1);
    const toml = replaced(pageFile("server.toml"), {
      'host = "0.0.0.0"': 'host = "127.0.0.1"',
      "port = 6001": `port = ${port}`,
      '["10.0.0.1", "10.0.0.2", "10.0.0.3"]': JSON.stringify(addresses),
      "node1": name,
      "replicas = 3": `replicas = ${addresses.length}`,
      "/run/rankserver/control.sock": join(this.folder, `${name}.sock`),
      "/etc/rankserver/nats-password": passwordFile,
      'advertise = "10.0.0.1"': `advertise = "127.0.0.1"`,
    });
    const node = new RankNode({
      program,
      folder: this.folder,
      name,
      port: port!,
      toml: replaced(toml, other) + JSON_LOG,
    });
    this.nodes.push(node);
    return node;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.nodes) await node.kill();
    for (const server of this.#servers) await server[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** Seats, a command that crosses from one to another, and the addresses. */
async function works(nodes: readonly RankNode[]): Promise<void> {
  const clients: RawClient[] = [];
  for (const node of nodes) clients.push(await RawClient.join(node.port));
  await agreed(nodes, ({ length }) => length === nodes.length);
  const [issuer, executor] = clients;
  const run = issuer!.ask("run", { command: "uptime", to: [1] });
  const { id } = await executor!.message("execute");
  executor!.respond(id, { code: 0 });
  assertEquals((await issuer!.answer(run)).result.ok, 1);
  for (const client of clients) await client.close();
}

function oneServer(users: string, store: string): string {
  return replaced(pageFile("one-nats-server.conf"), { "rank-users.conf": users, "/var/lib/nats": store });
}

Deno.test({
  name: "docs/cluster.md: two nodes with one NATS server, its users and their permissions",
  ignore,
  fn: async () => {
    await using setup = new Setup();
    const nats = await setup.nats("nats-server", oneServer(setup.users(), join(setup.folder, "store")));
    const nodes = [1, 2].map((number) => setup.node(number, [nats.address]));
    await Promise.all(nodes.map((node) => node.start()));
    await works(nodes);
  },
});

Deno.test({
  name: "docs/cluster.md: three nodes with three NATS servers",
  ignore: await isNatsMissing(CLUSTER_SERVER, 10),
  fn: async () => {
    await using setup = new Setup();
    const ports = freePorts(3);
    const users = setup.users();
    const servers: NatsServer[] = [];
    for (const [index, port] of ports.entries()) {
      const config = replaced(pageFile("nats-server.conf"), {
        "nats1": `nats${index + 1}`,
        "0.0.0.0:6222": `127.0.0.1:${port}`,
        "10.0.0.1:6222": `127.0.0.1:${ports[0]}`,
        "10.0.0.2:6222": `127.0.0.1:${ports[1]}`,
        "10.0.0.3:6222": `127.0.0.1:${ports[2]}`,
        "/var/lib/nats": join(setup.folder, `store${index}`),
        "rank-users.conf": users,
      });
      servers.push(await setup.nats(CLUSTER_SERVER, config));
    }
    const addresses = servers.map(({ address }) => address);
    const nodes = [1, 2, 3].map((number) => setup.node(number, addresses));
    await Promise.all(nodes.map((node) => node.start()));
    await works(nodes);
  },
});

Deno.test({
  name: "docs/cluster.md: NATS with TLS and an authority of its own",
  ignore: ignore || isOpensslMissing,
  fn: async () => {
    await using certificates = await Certificates.make();
    const { cert, key } = await certificates.issue("nats");
    await using setup = new Setup();
    const tls = replaced(pageFile("nats-tls.conf"), {
      "/etc/nats/server.crt": cert,
      "/etc/nats/server.key": key,
    });
    const config = `${oneServer(setup.users(), join(setup.folder, "store"))}\n${tls}`;
    const nats = await setup.nats("nats-server", config);
    const nodes = [1, 2].map((number) =>
      setup.node(number, [nats.address], { 'user = "': `ca_file = "${certificates.ca}"\nuser = "` })
    );
    await Promise.all(nodes.map((node) => node.start()));
    await works(nodes);
  },
});

Deno.test({
  name: "docs/cluster.md: an nkey in place of the user and the password",
  ignore,
  fn: async () => {
    await using setup = new Setup();
    const pair = nkeys.createUser();
    const nkeyFile = join(setup.folder, "nkey");
    await Deno.writeTextFile(nkeyFile, `${new TextDecoder().decode(pair.getSeed())}\n`, { mode: 0o600 });
    const users = replaced(pageFile("rank-users.conf"), {
      "user: rankserver\n": `nkey: ${pair.getPublicKey()}\n`,
      'password: "CHANGE-ME"\n': "\n",
    });
    const nats = await setup.nats("nats-server", oneServer(setup.users(users), join(setup.folder, "store")));
    const nodes = [1, 2].map((number) =>
      setup.node(number, [nats.address], {
        'user = "rankserver"\n': `nkey_file = "${nkeyFile}"\n`,
        "password_file = ": "#password_file = ",
      })
    );
    await Promise.all(nodes.map((node) => node.start()));
    await works(nodes);
  },
});

Deno.test({
  name: "a node whose login NATS refuses does not start",
  ignore,
  fn: async () => {
    await using setup = new Setup();
    const users = setup.users(replaced(pageFile("rank-users.conf"), { "CHANGE-ME": "another" }));
    const nats = await setup.nats("nats-server", oneServer(users, join(setup.folder, "store")));
    const node = setup.node(1, [nats.address]);
    await node.spawn();
    const { code, stdout, stderr } = await node.exit();
    console.log(`a login that NATS refuses: exit ${code}, ${stderr.trim() || stdout.trim()}`);
    assertEquals(code, 1);
    assertEquals((stdout + stderr).includes(PASSWORD), false);
  },
});

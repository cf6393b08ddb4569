import { assert, assertEquals, assertRejects } from "@std/assert";
import { nkeys } from "@nats-io/nats-core";
import { LinkError, LogFault, openLink } from "../../../../src/journal/engines/nats/mod.ts";
import { Certificates, isOpensslMissing } from "../../../support/programs/certificates.ts";
import { isNatsMissing, NatsServer } from "../../../support/programs/nats_server.ts";
import { LOGIN, permissions, withUser } from "./login_config.ts";
import { appendMany, TestNode } from "./test_node.ts";

const ignore = await isNatsMissing();
const { signal } = new AbortController();

Deno.test({
  name: "a rejected login is an error with a reason, every time",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start({ config: withUser("secret") });
    const failures: string[] = [];
    for (let attempt = 0; attempt < 15; attempt++) {
      const options = {
        servers: [server.address],
        name: "test",
        login: { ...LOGIN, password: "wrong" },
        onDialFailure: (_server: string, reason: string) => void failures.push(reason),
      };
      const error = await assertRejects(() => openLink(options, signal), LinkError);
      assertEquals(error.failure, "denied");
    }
    assertEquals(failures, []);
    await using node = await TestNode.start({ servers: [server.address], login: LOGIN });
    await appendMany(node, 10, 1);
  },
});

Deno.test({
  name: "a login that is rejected from some time on is tried again until it is accepted",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start({ config: withUser("secret") });
    await using node = await TestNode.start({ servers: [server.address], login: LOGIN });
    await node.event("resumed");
    const refused = Promise.withResolvers<string>();
    node.link.watch((event) => event.kind === "refused" && refused.resolve(event.reason));
    await server.kill();
    await server.restart(withUser("changed"));
    assert(/authorization/i.test(await refused.promise));
    await node.event("suspended");
    await server.kill();
    await server.restart(withUser("secret"));
    await node.event("resumed");
    await appendMany(node, 10, 1);
  },
});

Deno.test({
  name: "no server is reached: each attempt gives its reason, and they end when they are told to",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await server.kill();
    const stop = new AbortController();
    const options = {
      servers: [server.address],
      name: "test",
      onDialFailure: (address: string, reason: string) => stop.abort(new Error(`${address}: ${reason}`)),
    };
    await assertRejects(() => openLink(options, stop.signal), Error, `${server.address}: `);
  },
});

Deno.test({
  name: "the permissions that are documented are enough, and the server alone publishes to the tail",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start({ config: withUser("secret", permissions()) });
    await using node = await TestNode.start({ servers: [server.address], login: LOGIN });
    await node.event("resumed");
    await appendMany(node, 50, 10);
    const older = node.snapshot();
    await node.driver.saveSnapshot(older);
    await appendMany(node, 10, 1);
    await node.driver.saveSnapshot(node.snapshot());
    await node.driver.purge(older.position);
    assertEquals((await node.open.log.describe(1_000)).first, older.position + 1);
    assert(await node.open.log.read(older.position + 1, "leader", 1_000));
    await using other = await TestNode.start({ servers: [server.address], login: LOGIN });
    assert(other.restored > 0);
    const forged = await assertRejects(
      () => node.link.request("rank.test.tail", "forged", { timeoutMs: 1_000 }),
      LinkError,
    );
    assertEquals(forged.failure, "denied");
  },
});

Deno.test({
  name: "what the server does not allow is a fault with a reason, and not a wait",
  ignore,
  fn: async () => {
    const noStreams = `permissions: { publish: ["rank.>"], subscribe: ["rank.>", "_INBOX.>"] }`;
    for (const config of [noStreams, permissions([], false)]) {
      await using server = await NatsServer.start({ config: withUser("secret", config) });
      const start = async () => {
        await using node = await TestNode.start({ servers: [server.address], login: LOGIN });
        const event = await node.event("fault");
        if (event.kind === "fault") throw event.fault;
      };
      const fault = await assertRejects(start, LogFault);
      assertEquals(fault.reason, "denied");
    }
  },
});

Deno.test({
  name: "a key pair is a login",
  ignore,
  fn: async () => {
    const pair = nkeys.createUser();
    const config = `authorization { users = [ { nkey: ${pair.getPublicKey()} } ] }`;
    await using server = await NatsServer.start({ config });
    await using node = await TestNode.start({
      servers: [server.address],
      login: { nkeySeed: pair.getSeed() },
    });
    await appendMany(node, 10, 1);
    const other = { nkeySeed: nkeys.createUser().getSeed() };
    const error = await assertRejects(
      () => openLink({ servers: [server.address], name: "test", login: other }, signal),
      LinkError,
    );
    assertEquals(error.failure, "denied");
  },
});

Deno.test({
  name: "over TLS, the server must have a certificate of the authority, and TLS where it is required",
  ignore: ignore || isOpensslMissing,
  fn: async () => {
    await using certificates = await Certificates.make();
    const { cert, key } = await certificates.issue("server");
    const caCerts = [await Deno.readTextFile(certificates.ca)];
    const config = `tls { cert_file: "${cert}", key_file: "${key}" }\n${withUser("secret")}`;
    await using server = await NatsServer.start({ config });
    await using node = await TestNode.start({ servers: [server.address], login: LOGIN, tls: { caCerts } });
    await node.event("resumed");
    await server.kill();
    await server.restart(config);
    await appendMany(node, 100, 10);

    await using plain = await NatsServer.start();
    for (const [address, trusted] of [[server.address, []], [plain.address, caCerts]] as const) {
      const stop = new AbortController();
      const options = {
        servers: [address],
        name: "test",
        tls: { caCerts: trusted },
        onDialFailure: (_server: string, reason: string) => stop.abort(new Error(reason)),
      };
      await assertRejects(() => openLink(options, stop.signal), Error, trusted.length > 0 ? "TLS" : "Issuer");
    }
  },
});

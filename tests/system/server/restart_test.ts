// Seats and tickets over restarts of a real server process, killed or stopped.

import { assert, assertEquals, assertGreater } from "@std/assert";
import { type Json, RawClient } from "../../support/server/raw_client.ts";
import { FROM_SOURCES, ServerProcess } from "../../support/programs/start_process.ts";

const GRACE_MS = 30_000;

/** A configuration with a store, in a folder of its own. */
async function makeFolder(more = ""): Promise<{ folder: string; args: string[] }> {
  const folder = await Deno.makeTempDir();
  const config = `${folder}/server.toml`;
  const tables = `[journal]\nfile = "${folder}/seats.db"\n[session]\nresume_grace_ms = ${GRACE_MS}\n`;
  await Deno.writeTextFile(config, `${more}\n${tables}`);
  return { folder, args: ["--config", config] };
}

/** Presents a token, and shows that the new one has arrived. */
async function resume(port: number, token: string): Promise<{ client: RawClient; answer: Json }> {
  const client = await RawClient.connect(port);
  const answer = await client.request("hello", { resume: token });
  client.respond("resume", {});
  return { client, answer };
}

for (const [signal, how] of [["SIGKILL", "killed"], ["SIGTERM", "stopped"]] as const) {
  Deno.test(`G2, G3, G10: a server that is ${how} under 200 clients and started again has all of them in their order, and promotes nobody`, async () => {
    const { folder, args } = await makeFolder("max_clients = 200");
    const members: (RawClient & { welcome: Json })[] = [];
    {
      await using server = await ServerProcess.start({ program: FROM_SOURCES, args });
      for (let i = 0; i < 200; i++) members.push(await RawClient.join(server.port));
      await members[7]!.request("hello", { name: "seventh" });
      // A seat is stored with the first line of its client.
      await Promise.all(members.map((member) => member.settled()));
      server.signal(signal);
      await server.exit();
    }
    await using server = await ServerProcess.start({ args });
    await server.line("200 seats restored");
    // All at once and in another order than they came.
    const shuffled = members.toSorted((a, b) => a.welcome.resume < b.welcome.resume ? -1 : 1);
    const back = await Promise.all(shuffled.map(({ welcome }) => resume(server.port, welcome.resume)));
    for (const [index, { answer }] of back.entries()) {
      const { rank, ticket } = shuffled[index]!.welcome;
      assertEquals([answer.result?.rank, answer.result?.ticket], [rank, ticket], JSON.stringify(answer));
    }
    const roster = (await back[0]!.client.request("roster")).result;
    assertEquals(
      roster.members.map(({ ticket, away }: Json) => [ticket, away]),
      members.map(({ welcome }) => [welcome.ticket, undefined]),
    );
    assertEquals(roster.members[7].name, "seventh");
    assertEquals(back.flatMap(({ client }) => client.notes("promoted")), []);
    // A token of the earlier life is used up in this one, too.
    const again = await RawClient.connect(server.port);
    const { error } = await again.request("hello", { resume: members[0]!.welcome.resume });
    assertEquals(error.data.reason, "unauthenticated");
    await again.close();
    for (const { client } of back) await client.close();
    for (const client of members) await client.close();
    await server.stop();
    await Deno.remove(folder, { recursive: true });
  });
}

Deno.test("G10: tickets keep rising over quick restarts, with a store and without one", async () => {
  const { folder, args } = await makeFolder();
  for (const how of [args, []]) {
    let last = 0;
    for (let life = 0; life < 3; life++) {
      await using server = await ServerProcess.start({ args: how });
      for (let i = 0; i < 3; i++) {
        await using client = await RawClient.join(server.port);
        assertGreater(client.welcome.ticket, last);
        assert(Number.isSafeInteger(client.welcome.ticket));
        last = client.welcome.ticket;
      }
      server.signal("SIGKILL");
      await server.exit();
    }
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("with a store the epoch never falls either, however the server ends", async () => {
  const { folder, args } = await makeFolder();
  let last = 0;
  for (const signal of ["SIGKILL", "SIGTERM", "SIGKILL"] as const) {
    await using server = await ServerProcess.start({ args });
    await using client = await RawClient.join(server.port);
    assertGreater(client.welcome.epoch, last);
    for (let n = 0; n < 20; n++) await client.request("hello", { name: `name ${n}` });
    last = (await client.request("roster")).result.epoch;
    server.signal(signal);
    await server.exit();
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("G11: who comes back to a server with a lower lease_max_ms has the lease that it was given, and keeps it", async () => {
  const { folder, args } = await makeFolder();
  const config = await Deno.readTextFile(`${folder}/server.toml`);
  const start = async (leaseMaxMs: number) => {
    await Deno.writeTextFile(`${folder}/server.toml`, `${config}\nlease_max_ms = ${leaseMaxMs}\n`);
    return await ServerProcess.start({ args });
  };
  await using leader = await (async () => {
    await using server = await start(60_000);
    const client = await RawClient.join(server.port);
    await client.request("hello", { lease_ms: 50_000 });
    server.signal("SIGKILL");
    await server.exit();
    return client;
  })();
  await using server = await start(100);
  const { client, answer } = await resume(server.port, leader.welcome.resume);
  assertEquals([answer.result.rank, answer.result.times.lease_ms], [0, 50_000]);
  // A second hello asks for what is granted today.
  const { result } = await client.request("hello", { lease_ms: 90_000 });
  assertEquals(result.times.lease_ms, 50_000);
  await using newcomer = await RawClient.join(server.port);
  assertEquals((await newcomer.request("hello", { lease_ms: 90_000 })).result.times.lease_ms, 100);
  await client.close();
  await server.stop();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a store that is no store: exit code 1, a sentence, and the file as it was", async () => {
  const { folder, args } = await makeFolder();
  const path = `${folder}/seats.db`;
  await Deno.writeTextFile(path, "precious");
  await using server = ServerProcess.spawn({ args: ["--port", "0", ...args] });
  const { code, stdout, stderr } = await server.exit();
  assertEquals([code, stdout], [1, ""]);
  assertEquals(stderr, `Cannot use ${path} as the journal: it is not an SQLite database\n`);
  assertEquals(await Deno.readTextFile(path), "precious");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("two servers never have one store", async () => {
  const { folder, args } = await makeFolder();
  await using first = await ServerProcess.start({ args });
  await using second = ServerProcess.spawn({ args: ["--port", "0", ...args] });
  const { code, stderr } = await second.exit();
  assertEquals([code, /another program has it open/.test(stderr)], [1, true]);
  await first.stop();
  await Deno.remove(folder, { recursive: true });
});

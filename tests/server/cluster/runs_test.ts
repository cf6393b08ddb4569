// Several servers with one ranking: commands to members of the other server, and their results.

import { assert, assertEquals } from "@std/assert";
import { isNatsMissing } from "../../support/programs/nats_server.ts";
import type { Json, RawClient } from "../../support/server/raw_client.ts";
import { withTwoServers } from "../../support/server/two_servers.ts";

const ignore = await isNatsMissing();
const toml = `commands = ["uptime", "ping"]`;

async function takeExecute(client: RawClient): Promise<Json> {
  return (await client.next(({ json }) => json?.method === "execute")).json;
}

function answer(client: RawClient, { id }: Json, result: Json): void {
  client.send({ jsonrpc: "2.0", id, result });
}

Deno.test({
  name: "G4, G7: a run has one result of each member below, on whichever server it is",
  ignore,
  async fn() {
    await withTwoServers(async ({ a, b, join }) => {
      const top = await join(b);
      const issuer = await join(a);
      const executors = [await join(b), await join(a), await join(b)];
      const summary = issuer.request("run", { command: "uptime", args: [] });
      for (const [index, executor] of executors.entries()) {
        const execute = await takeExecute(executor);
        assertEquals(execute.params.from.ticket, issuer.welcome.ticket);
        answer(executor, execute, { code: index, stdout: `out ${index}` });
      }
      const { result } = await summary;
      assertEquals([result.executors, result.ok, result.failed], [3, 1, 2]);
      assertEquals(result.results.map(({ stdout }: Json) => stdout).sort(), ["out 0", "out 1", "out 2"]);
      assertEquals(top.notes("execute"), []);
    }, { toml });
  },
});

Deno.test({
  name: "G4, G6: commands without an answer reach members of both servers, in order, and none above",
  ignore,
  async fn() {
    await withTwoServers(async ({ a, b, join }) => {
      const top = await join(b);
      const issuer = await join(a);
      const executors = [await join(b), await join(a)];
      for (let i = 0; i < 100; i++) {
        issuer.send({ jsonrpc: "2.0", method: "run", params: { command: "ping", args: [`${i}`] } });
      }
      for (const executor of executors) {
        await executor.next(({ json }) => json?.params?.args?.[0] === "99");
        assertEquals(
          executor.notes("execute").map(({ args }) => Number(args[0])),
          Array.from({ length: 100 }, (_, i) => i),
        );
      }
      assertEquals(top.notes("execute"), []);
    }, { toml });
  },
});

Deno.test({
  name:
    "G7: an executor on the other server that is cancelled, that leaves, or whose server stops has a status",
  ignore,
  async fn() {
    await withTwoServers(async ({ a, b, join }) => {
      const issuer = await join(a);
      const executor = await join(b);
      const leaver = await join(b);
      issuer.send({ jsonrpc: "2.0", id: "r", method: "run", params: { command: "uptime" } });
      const execute = await takeExecute(executor);
      await takeExecute(leaver);
      await leaver.close();
      await issuer.next(({ json }) => json?.method === "result" && json.params.status === "lost");
      assertEquals((await issuer.request("cancel", { run: "r" })).result, {});
      await executor.next(({ json }) => json?.method === "cancel" && json.params.id === execute.id);
      const { json } = await issuer.next(({ json }) => json?.id === "r");
      assertEquals([json.result.lost, json.result.cancelled], [1, 1]);
    }, { toml });
  },
});

Deno.test({
  name: "a dry run names members of both servers, and a member above is refused",
  ignore,
  async fn() {
    await withTwoServers(async ({ a, b, join }) => {
      const issuer = await join(a);
      const below = await join(b);
      const { result } = await issuer.request("run", { command: "uptime", dry_run: true });
      assertEquals(result.accepted, true);
      assertEquals(result.results.map(({ ticket }: Json) => ticket), [below.welcome.ticket]);
      const refused = await below.request("run", { command: "uptime", to: [0] });
      assertEquals(refused.error.data.reason, "outranked");
      assert(issuer.notes("execute").length === 0);
    }, { toml });
  },
});

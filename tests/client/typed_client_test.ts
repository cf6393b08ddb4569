// What programs rely on: the types of a client's requests, and answers that are what the types say.

import { assertEquals, assertRejects } from "@std/assert";
import { type Client, openClient, RequestError, type Roster, type RunSummary } from "../../src/client/mod.ts";
import { FakeServer, ROSTER, SUMMARY } from "../support/client/fake_server.ts";

const DRY_RUN = { dry_run: true, accepted: true, executors: 0, results: [] };

Deno.test("a run has a summary, a dry run what would become of it, a request its own result", async () => {
  await using server = new FakeServer();
  const client = openClient({ host: "127.0.0.1", port: server.port });
  const peer = await server.seat();

  const run = client.run({ command: "uptime" }).done;
  await peer.send({ id: (await peer.nextWith("run")).id, result: SUMMARY });
  const { ok }: RunSummary = await run;
  assertEquals(ok, 0);

  const dryRun = client.dryRun({ command: "uptime" });
  const asked = await peer.nextWith("run");
  assertEquals(asked.params, { command: "uptime", dry_run: true });
  await peer.send({ id: asked.id, result: DRY_RUN });
  assertEquals((await dryRun).accepted, true);

  const request = client.request("roster");
  await peer.send({ id: (await peer.nextWith("roster")).id, result: { ...ROSTER, added_later: 1 } });
  const roster: Roster = await request;
  // A newer server may say more than the types.
  assertEquals(roster as unknown, { ...ROSTER, added_later: 1 });
  await client.close();
});

Deno.test("an answer of another shape than its method's is an error", async () => {
  await using server = new FakeServer();
  const client = openClient({ host: "127.0.0.1", port: server.port });
  const peer = await server.seat();
  const requests: [method: string, answer: unknown, send: () => Promise<unknown>][] = [
    ["run", DRY_RUN, () => client.run({ command: "uptime" }).done],
    ["run", SUMMARY, () => client.dryRun({ command: "uptime" })],
    ["roster", { ...ROSTER, you: "me" }, () => client.request("roster")],
  ];
  for (const [method, answer, send] of requests) {
    const rejected = assertRejects(send, RequestError, "Cannot read the answer: ");
    await peer.send({ id: (await peer.nextWith(method)).id, result: answer });
    assertEquals((await rejected).reason, "internal_error");
  }
  await client.close();
});

/** Type-checked, and never called. */
export function mistakes(client: Client): void {
  // @ts-expect-error: it needs params
  client.request("watch");
  // @ts-expect-error: of another type
  client.request("watch", { on: "yes" });
  // @ts-expect-error: a key that it does not have
  client.request("evict", { rank: 1, name: "web1", at: 2 });
  // @ts-expect-error: a dry run has a function of its own
  client.run({ command: "uptime", dry_run: true });
  // @ts-expect-error: without a command
  client.run({});
  // A method of a later version of the server.
  const later: Promise<unknown> = client.request("later", { any: "params" });
  later.catch(() => {});
}

// A server with low limits and a client with real programs: what a program printed reaches the issuer, cut where it must
// be, and also when its time is over.

import { assert, assertEquals, assertLessOrEqual, assertMatch, assertRejects } from "@std/assert";
import { deadline } from "@std/async/deadline";
import { type Client, openClient, RequestError } from "../../../src/client/mod.ts";
import { ProgramRunner } from "../../../src/client/executor/program_runner.ts";
import { CLIENT_BOUNDS } from "../../../src/config/keys/client_bounds.ts";
import { loadClientConfig } from "../../../src/config/client_config.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { startServer } from "../../support/server/start_server.ts";

/** For what must not wait. */
const MAX_MS = 10_000;
const LINE_BYTES = 65_536;
const OUTPUT_BYTES = 16_384;
const SERVER = `
[limits]
line_bytes = ${LINE_BYTES}
output_bytes = ${OUTPUT_BYTES}
[commands.flood]
[commands.zeros]
[commands.slow]
timeout_ms = 1000
[commands.own]
[commands.say]
args = [{ name = "text" }]
`;
const PROGRAMS = `
[limits]
kill_after_ms = 60000
[run]
flood = ["sh", "-c", "yes | head -c 100000; yes no | head -c 100000 >&2"]
zeros = ["head", "-c", "100000", "/dev/zero"]
slow = ["sh", "-c", "echo half; exec sleep 1000"]
[run.own]
argv = ["sh", "-c", "trap 'echo rest; exit 0' TERM; echo half; while :; do sleep 0.01; done"]
timeout_ms = 3000
`;

async function openExecutor(port: number): Promise<Client> {
  const config = await loadClientConfig({ file: { path: "client.toml", text: PROGRAMS } });
  const runner = new ProgramRunner(config.run, { ...CLIENT_BOUNDS, ...config.limits });
  return await seated(openClient({ host: "127.0.0.1", port, runner }));
}

async function seated(client: Client): Promise<Client> {
  for await (const event of client.events) {
    if (event.kind === "welcome") return client;
    assert(event.kind !== "disconnected", JSON.stringify(event));
  }
  throw new Error("the client was closed");
}

Deno.test("welcome has the limits that a client's messages have to fit", async () => {
  await using server = await startServer({ toml: SERVER });
  await using client = await RawClient.join(server.port);
  // The longest of the commands, of which most have the default.
  const limits = { line_bytes: LINE_BYTES, output_bytes: OUTPUT_BYTES, timeout_ms: 30_000 };
  assertEquals(client.welcome.limits, limits);
  assertEquals((await client.request("hello")).result.limits, limits);
});

Deno.test("an output that is longer than the server's lines is cut to them, and says so", async () => {
  await using server = await startServer({ toml: SERVER });
  await using issuer = await RawClient.join(server.port);
  const executor = await openExecutor(server.port);
  try {
    for (const command of ["flood", "zeros"]) {
      const { result } = await issuer.request("run", { command });
      const [{ status, stdout, stderr, cut }] = result.results;
      assertEquals([status, cut], ["ok", undefined], command);
      for (const output of [stdout, stderr]) assertLessOrEqual(output.length, OUTPUT_BYTES);
      assertMatch(
        stdout,
        /\n\[(output truncated: it had 100000 bytes, the limit is 16384|truncated to fit the answer)\]\n$/,
      );
    }
  } finally {
    await executor.close();
  }
});

Deno.test("what a program had printed when its time was over belongs to timed_out", async () => {
  await using server = await startServer({ toml: SERVER });
  await using issuer = await RawClient.join(server.port);
  const executor = await openExecutor(server.port);
  try {
    const { result } = await issuer.request("run", { command: "slow" });
    const [{ status, signal, stdout, stderr }] = result.results;
    assertEquals([result.timed_out, status, signal], [1, "timed_out", "SIGTERM"]);
    assertEquals([stdout, stderr], ["half\n", "[stopped: the server no longer waits for it]\n"]);
  } finally {
    await executor.close();
  }
});

Deno.test("a program that its own machine's limit ends has timed out, with its output", async () => {
  await using server = await startServer({ toml: SERVER });
  await using issuer = await RawClient.join(server.port);
  const executor = await openExecutor(server.port);
  try {
    const { result } = await issuer.request("run", { command: "own" });
    const [{ status, code, stdout, stderr }] = result.results;
    assertEquals([result.failed, result.timed_out, status], [0, 1, "timed_out"]);
    assertEquals([code, stdout], [124, "half\nrest\n"]);
    assertMatch(stderr, /\[stopped: it ran longer than 3000 ms\]\n$/);
  } finally {
    await executor.close();
  }
});

Deno.test("a request that is longer than the server's lines fails where it is made, and nothing waits for it", async () => {
  await using server = await startServer({ toml: SERVER });
  const issuer = await seated(openClient({ host: "127.0.0.1", port: server.port }));
  try {
    const params = { command: "say", args: ["€".repeat(LINE_BYTES / 3)] };
    const sends = [
      () => issuer.run(params).done,
      () => issuer.dryRun(params),
      () => issuer.request("run", params),
      () => issuer.notify("run", params),
    ];
    for (const send of sends) {
      const error = await assertRejects(
        () => deadline(send(), MAX_MS),
        RequestError,
        `more than ${LINE_BYTES} bytes`,
      );
      const { kind, reason, data, hasNoEffect } = error;
      assertEquals([kind, reason, hasNoEffect], ["too_large", "too_large", true]);
      assertEquals(data, { reason: "too_large", limit: LINE_BYTES });
    }
    assertEquals(await issuer.request("ping"), {});
  } finally {
    await issuer.close();
  }
  await server.stop();
  assertEquals(server.eventsOf("message_refused"), []);
});

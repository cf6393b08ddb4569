// A limit on connections that contradicts max_clients is a warning, at startup and with --check.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { loadServerConfig } from "../../../src/config/server_config.ts";
import { seatLimitWarnings } from "../../../src/cli/server/seat_limits.ts";
import { ServerProcess } from "../../support/programs/start_process.ts";

async function warnings(toml: string, host: string, tokens?: number): Promise<string[]> {
  const config = await loadServerConfig({ file: { path: "f.toml", text: toml } });
  return seatLimitWarnings(config, host, tokens);
}

const ofAddress = (limit: number) =>
  `one address may have ${limit} connections, fewer than there are seats (1000); ` +
  "if clients share an address, raise limits.connections_per_address";

Deno.test("seats that one address cannot take are a warning, where the limit is in force", async () => {
  const cases: [host: string, key: string, warning?: string][] = [
    ["127.0.0.1", ""],
    ["localhost", ""],
    ["127.0.0.1", "connections_per_address = 10", ofAddress(10)],
    ["0.0.0.0", "", ofAddress(256)],
    ["0.0.0.0", "connections_per_address = 999", ofAddress(999)],
    ["0.0.0.0", "connections_per_address = 1000"],
    ["::", "connections_per_address = 0"],
  ];
  for (const [host, key, warning] of cases) {
    const found = await warnings(`max_clients = 1_000\n[limits]\n${key}`, host);
    assertEquals(found, warning === undefined ? [] : [warning], `${host} ${key}`);
  }
});

const ofTokens = (tokens: string, limit: string) =>
  `${tokens} with ${limit} each cannot take all seats (20); ` +
  "if clients share a token, raise auth.connections_per_token";

Deno.test("seats that all tokens together cannot take are a warning", async () => {
  const cases: [tokens: number | undefined, key: string, warning?: string][] = [
    [undefined, "connections_per_token = 1"],
    [3, ""],
    [2, "", ofTokens("2 tokens", "8 connections")],
    [1, "connections_per_token = 19", ofTokens("1 token", "19 connections")],
    [19, "connections_per_token = 1", ofTokens("19 tokens", "1 connection")],
    [20, "connections_per_token = 1"],
    [1, "connections_per_token = 20"],
    [1, "connections_per_token = 0"],
  ];
  for (const [tokens, key, warning] of cases) {
    const found = await warnings(`max_clients = 20\n[auth]\n${key}`, "127.0.0.1", tokens);
    assertEquals(found, warning === undefined ? [] : [warning], `${tokens} ${key}`);
  }
});

Deno.test("a server says at startup, and --check too, that its limits keep seats empty", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/server.toml`;
  await Deno.writeTextFile(
    file,
    'max_clients = 20\n[limits]\nconnections_per_address = 5\n[auth]\ntokens_file = "tokens.toml"',
  );
  await using making = ServerProcess.spawn({
    args: ["--tokens-file", `${folder}/tokens.toml`, "--new-token", "a"],
  });
  assertEquals((await making.exit()).code, 0);
  const args = ["--config", file];
  await using checking = ServerProcess.spawn({ args: [...args, "--check"] });
  const { code, stderr } = await checking.exit();
  assertEquals(code, 0);
  const lines = [
    "Warning: one address may have 5 connections, fewer than there are seats (20); ",
    "Warning: 1 token with 8 connections each cannot take all seats (20); ",
  ];
  for (const line of lines) assertStringIncludes(stderr, line);
  await using server = await ServerProcess.start({ args });
  for (const line of lines) await server.line(line);
  await server.stop();
  await Deno.remove(folder, { recursive: true });
});

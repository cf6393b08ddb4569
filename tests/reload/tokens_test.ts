// SIGHUP and the file of tokens: who is put out, who is let in, and that a file which is wrong changes nothing.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { login, tokenOf, tokensToml } from "../auth/tokens.ts";
import { RawClient } from "../server/raw_client.ts";
import { ServerProcess } from "../server/start_process.ts";
import { READ_AGAIN, replace } from "./configured.ts";

const BEFORE = tokensToml({ ada: "watch = true", ben: "" });

/** A server that was started with a file of tokens and nothing else. */
async function withTokens(
  test: (server: ServerProcess, reload: (toml: string, mode?: number) => Promise<string>) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "rankserver-tokens-" });
  const path = `${folder}/tokens.toml`;
  try {
    await replace(path, BEFORE);
    await using server = await ServerProcess.start({
      args: ["--tokens-file", "tokens.toml"],
      env: { RANKSERVER_AUTH_FAILURE_DELAY_MS: "0" },
      cwd: folder,
    });
    await test(server, async (toml, mode) => {
      await replace(path, toml, mode);
      server.signal("SIGHUP");
      return await server.nextLine(/^Configuration /);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Why a newcomer with the token of that name is not let in. */
async function refusal(server: ServerProcess, name: string): Promise<string> {
  await using client = await RawClient.connect(server.port);
  const { error } = await client.request("hello", { token: tokenOf(name) });
  return error?.data.reason;
}

Deno.test("SIGHUP takes over the tokens: a revoked client is put out, a new one is let in, the others stay", async () => {
  await withTokens(async (server, reload) => {
    await using ben = await login(server.port, "ben");
    await using ada = await login(server.port, "ada");
    assertEquals(await refusal(server, "eve"), "unauthenticated");
    const line = await reload(tokensToml({ ada: "watch = true", eve: "" }));
    assertEquals(line, `${READ_AGAIN}new tokens`);
    assertEquals((await ben.note("closing")).reason, "revoked");
    assertEquals(await ben.ended(), "end of stream");
    assertEquals((await ada.note("promoted")).rank, 0);
    await server.line("left rank 0: revoked");
    assertEquals(await refusal(server, "ben"), "unauthenticated");
    await using eve = await login(server.port, "eve");
    assertEquals(eve.welcome.rank, 1);
    await ada.settled();
  });
});

Deno.test("a tokens file that is broken, open to others or gone changes nothing, and the log says why", async () => {
  await withTokens(async (server, reload) => {
    await using ben = await login(server.port, "ben");
    const without = tokensToml({ ada: "" });
    const failed = "Configuration not taken over, everything stays as it was: ";
    assertStringIncludes(
      await reload(`${without}wach = true\n`),
      `${failed}tokens.toml:4:1: unknown key "tokens.ada.wach"`,
    );
    assertStringIncludes(await reload(without, 0o644), "run: chmod 600 tokens.toml");
    await ben.settled();
    assertEquals(ben.notes("closing"), []);
    await using again = await login(server.port, "ben");
    assertEquals(again.welcome.rank, 1);
    // And it is read again when it is right.
    assertEquals(await reload(without), `${READ_AGAIN}new tokens`);
    assertEquals((await ben.note("closing")).reason, "revoked");
  });
});

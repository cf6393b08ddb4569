// SIGHUP and the file of tokens: who is put out, who is let in, and that a file which is wrong changes nothing.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { login, tokenOf, tokensToml } from "../../support/server/tokens.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { ServerProcess } from "../../support/programs/start_process.ts";
import { RELOADED, replace } from "./configured.ts";

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
      return await server.nextLine(/^(?:Configuration reloaded|Reload failed)/);
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
    assertEquals(line, `${RELOADED}changed tokens`);
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
    const failed = "Reload failed, keeping the running configuration: ";
    assertStringIncludes(
      await reload(`${without}wach = true\n`),
      `${failed}tokens.toml:4:1: unknown key "tokens.ada.wach"`,
    );
    assertStringIncludes(
      await reload(without, 0o644),
      "its mode 0644 gives access to every user; run: chmod",
    );
    await ben.settled();
    assertEquals(ben.notes("closing"), []);
    await using again = await login(server.port, "ben");
    assertEquals(again.welcome.rank, 1);
    // And it is read again when it is right.
    assertEquals(await reload(without), `${RELOADED}changed tokens`);
    assertEquals((await ben.note("closing")).reason, "revoked");
  });
});

Deno.test("a pipe, a device or a folder in the place of a file changes nothing, and the next reload works", async () => {
  const folder = await Deno.makeTempDir({ prefix: "rankserver-tokens-" });
  const files = { config: `${folder}/server.toml`, tokens: `${folder}/tokens.toml` };
  const right = { config: 'commands = ["uptime"]', tokens: BEFORE };
  await replace(files.config, right.config);
  await replace(files.tokens, right.tokens);
  await using server = await ServerProcess.start({
    args: ["--config", "server.toml", "--tokens-file", "tokens.toml"],
    cwd: folder,
  });
  const reload = async () => {
    server.signal("SIGHUP");
    return await server.nextLine(/^(?:Configuration reloaded|Reload failed)/);
  };
  const odd: [make: (path: string) => Promise<unknown>, why: RegExp][] = [
    [(path) => new Deno.Command("mkfifo", { args: [path] }).output(), /it is a pipe and not a regular file/],
    [(path) => Deno.symlink("/dev/zero", path), /it is a device and not a regular file/],
    [(path) => Deno.mkdir(path), /it is a directory/],
  ];
  for (const name of ["tokens", "config"] as const) {
    for (const [make, why] of odd) {
      await Deno.remove(files[name]);
      await make(files[name]);
      const line = await reload();
      assertMatch(line, why);
      assertStringIncludes(line, name === "tokens" ? "the tokens file tokens.toml" : "server.toml: ");
      await Deno.remove(files[name]);
      await replace(files[name], right[name]);
      assertEquals(await reload(), `${RELOADED}no changes`);
    }
  }
  await server.stop();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("mounted secrets: a new set of tokens is taken over when the link to them leads elsewhere", async () => {
  const folder = await Deno.makeTempDir({ prefix: "rankserver-tokens-" });
  const mount = async (round: string, names: Record<string, string>) => {
    await Deno.mkdir(`${folder}/${round}`);
    await Deno.writeTextFile(`${folder}/${round}/tokens.toml`, tokensToml(names));
    // As a container host mounts them: the group may read what root owns. Nobody else can make such a file.
    await Deno.chmod(`${folder}/${round}/tokens.toml`, Deno.uid() === 0 ? 0o440 : 0o400);
    await Deno.symlink(round, `${folder}/..data_tmp`);
    await Deno.rename(`${folder}/..data_tmp`, `${folder}/..data`);
  };
  await mount("..2026_01", { ada: "", ben: "" });
  await Deno.symlink("..data/tokens.toml", `${folder}/tokens.toml`);
  await using server = await ServerProcess.start({ args: ["--tokens-file", `${folder}/tokens.toml`] });
  await using ben = await login(server.port, "ben");
  await mount("..2026_02", { ada: "" });
  server.signal("SIGHUP");
  assertEquals(
    await server.nextLine(/^(?:Configuration reloaded|Reload failed)/),
    `${RELOADED}changed tokens`,
  );
  assertEquals((await ben.note("closing")).reason, "revoked");
  await server.stop();
  await Deno.remove(folder, { recursive: true });
});

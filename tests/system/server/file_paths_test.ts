// The configuration of both programs as a file of a user's: its encoding, the paths in it, and a pipe in its place.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ClientProcess, runClient } from "../../support/client/client_process.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { FROM_SOURCES, ServerProcess } from "../../support/programs/start_process.ts";
import { Certificates, isOpensslMissing } from "../../support/programs/certificates.ts";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "rank-paths-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A server whose configuration comes from `sh`, which reads `script`; "$@" is the server. */
function startFrom(script: string): Promise<ServerProcess> {
  return ServerProcess.start({ program: ["bash", "-c", script, "bash", ...FROM_SOURCES] });
}

const TOML = 'commands = ["alpha"]';

for (
  const [how, shown, script] of [
    ["a shell's pipe", "/dev/fd/", `exec "$@" --config <(printf '${TOML}')`],
    ["standard input as -", "standard input", `exec "$@" --config - < <(printf '${TOML}')`],
    ["/dev/stdin", "/dev/stdin", `exec "$@" --config /dev/stdin < <(printf '${TOML}')`],
  ] as const
) {
  Deno.test(`a configuration from ${how} is read once: SIGHUP says so and keeps it`, async () => {
    await using server = await startFrom(script.replaceAll('\\"', '"'));
    await using client = await RawClient.join(server.port);
    assertEquals(client.welcome.commands, ["alpha"]);
    server.signal("SIGHUP");
    const line = await server.nextLine("cannot be read again");
    assert(line.startsWith(`Warning: ${shown}`), line);
    assertStringIncludes(
      line,
      "is not a regular file and cannot be read again; keeping what was read at startup",
    );
    assertEquals(await server.nextLine("Configuration "), "Configuration reloaded: no changes");
    await client.settled();
    assertEquals(client.notes("commands_changed"), []);
  });
}

Deno.test({
  name: "a certificate from a pipe stays at SIGHUP, and the configuration file is read again all the same",
  ignore: isOpensslMissing,
  async fn() {
    await using certificates = await Certificates.make();
    const { cert, key } = await certificates.issue("server");
    const config = `${certificates.folder}/server.toml`;
    await Deno.writeTextFile(config, 'commands = ["alpha"]\n');
    await using server = await startFrom(
      `exec "$@" --config '${config}' --tls-cert <(cat '${cert}') --tls-key '${key}'`,
    );
    await Deno.writeTextFile(config, 'commands = ["beta"]\n');
    server.signal("SIGHUP");
    await server.nextLine(/^Warning: \/dev\/fd\/\d+ is not a regular file and cannot be read again/);
    assertEquals(
      await server.nextLine("Configuration "),
      "Configuration reloaded: changed commands (added beta; removed alpha)",
    );
  },
});

Deno.test("a client reads its configuration from standard input, too, to its end", async () => {
  const toml = "# a comment\n".repeat(10_000);
  const wrong = await runClient(["127.0.0.1", "--check", "--config", "-"], { input: `${toml}prot = 1\n` });
  assertEquals([wrong.code, wrong.stderr], [
    2,
    'standard input:10001:1: unknown key "prot"; did you mean "port"?\n',
  ]);
  const right = await runClient(["127.0.0.1", "--check", "--config", "-"], { input: `${toml}port = 1\n` });
  assertEquals([right.code, right.stdout], [0, "Standard input is valid\n"]);
});

Deno.test("files that are not UTF-8 are refused with line and column, UTF-16 by name, in both programs", () =>
  inFolder(async (folder) => {
    const path = `${folder}/odd`;
    const latin = Uint8Array.from([...new TextEncoder().encode('# \u00fc\nhost = "caf'), 0xe9, 0x22, 0x0a]);
    const wide = new Uint8Array(
      Uint16Array.from([..."\uFEFFport = 1"], (letter) => letter.charCodeAt(0)).buffer,
    );
    for (
      const [bytes, place, reason] of [
        [latin, "2:12", "is not UTF-8: it has the byte 0xe9; save it as UTF-8"],
        [wide, "1:1", "is UTF-16 (little-endian) and not UTF-8; save it as UTF-8"],
      ] as const
    ) {
      await Deno.writeFile(path, bytes, { mode: 0o600 });
      for (
        const [what, { code, stderr }] of [
          ["configuration file", await ServerProcess.spawn({ args: ["--check", "--config", path] }).exit()],
          ["configuration file", await runClient(["--check", "--config", path])],
          ["tokens file", await ServerProcess.spawn({ args: ["--check", "--tokens-file", path] }).exit()],
          ["token file", await runClient(["127.0.0.1", "--check", "--token-file", path])],
        ] as const
      ) {
        assertStringIncludes(stderr, `${path}:${place}: the ${what} ${reason}`);
        assertEquals(code, 2);
      }
    }
  }));

Deno.test("relative paths in a file begin in its directory, wherever the program is started", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/etc/data`, { recursive: true });
    const toml =
      '[journal]\nfile = "data/seats.db"\n[control]\nsocket = "./c.sock"\n[auth]\ntokens_file = "t.toml"\n';
    await Deno.writeTextFile(`${folder}/etc/server.toml`, toml);
    const args = ["--config", "etc/server.toml"];
    const missing = await ServerProcess.spawn({ args: [...args, "--check"], cwd: folder }).exit();
    assertStringIncludes(
      missing.stderr,
      `Cannot read the tokens file ${folder}/etc/t.toml: there is no such file`,
    );
    await Deno.writeTextFile(`${folder}/etc/t.toml`, "", { mode: 0o600 });
    for (const kind of ["Created", "Opened"]) {
      await using server = await ServerProcess.start({ args, cwd: folder });
      assertEquals(
        await server.line(/^(?:Created|Opened) the journal/),
        `${kind} the journal '${folder}/etc/data/seats.db'`,
      );
      assert((await Deno.stat(`${folder}/etc/c.sock`)).isSocket, kind);
      server.signal("SIGHUP");
      await server.nextLine("Configuration reloaded: no changes");
      await server.stop();
    }
  }));

Deno.test("a program of a client's file runs in the directory that its file means", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/etc/work`, { recursive: true });
    await Deno.writeTextFile(`${folder}/etc/where.sh`, "#!/bin/sh\npwd\n", { mode: 0o700 });
    await Deno.chmod(`${folder}/etc/where.sh`, 0o700);
    await Deno.writeTextFile(
      `${folder}/etc/client.toml`,
      '[run.ping]\nargv = ["./where.sh"]\ncwd = "work"\n',
    );
    await using server = await ServerProcess.start();
    await using sender = await RawClient.join(server.port);
    const executor = new ClientProcess(
      [`127.0.0.1:${server.port}`, "--config", "etc/client.toml", "--stay"],
      {
        cwd: folder,
      },
    );
    await server.line("assigned rank 1");
    const { result } = await sender.request("run", { command: "ping" });
    assertEquals(
      result.results.map(({ status, stdout }: { status: string; stdout: string }) => [status, stdout]),
      [
        ["ok", `${await Deno.realPath(folder)}/etc/work\n`],
      ],
    );
    await server.stop();
    executor.kill("SIGTERM");
    await executor.exit();
  }));

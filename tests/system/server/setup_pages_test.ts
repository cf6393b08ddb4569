// The setups of docs/security.md and docs/tokens.md, run as they are printed.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import {
  CLIENT_FROM_SOURCES,
  FROM_SOURCES,
  PROJECT,
  ServerProcess,
} from "../../support/programs/start_process.ts";

/** The shell commands of a section, with the indentation of a list removed. */
async function commandsUnder(page: string, heading: string): Promise<string[]> {
  const text = await Deno.readTextFile(join(PROJECT, "docs", page));
  const section = text.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return [...section.matchAll(/^( *)```sh\n([^]*?)^\1```/gm)].map(([, indent, commands]) =>
    commands!.replaceAll(new RegExp(`^${indent}`, "gm"), "")
  );
}

interface Shell {
  readonly directory: string;
  run(script: string): Promise<{ code: number; stdout: string; stderr: string }>;
}

/** A directory in which `rankserver` and `rankclient` are commands, from their sources. */
async function withShell(test: (shell: Shell) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "rank-setup-" });
  for (
    const [name, program] of [["rankserver", FROM_SOURCES], ["rankclient", CLIENT_FROM_SOURCES]] as const
  ) {
    const words = program.map((word) => `'${word}'`).join(" ");
    await Deno.writeTextFile(`${directory}/${name}`, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  }
  const env = { PATH: `${directory}:${Deno.env.get("PATH")}` };
  const decoder = new TextDecoder();
  await test({
    directory,
    async run(script) {
      const command = new Deno.Command("sh", { args: ["-c", script], env, cwd: directory, stdin: "null" });
      const { code, stdout, stderr } = await command.output();
      return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
    },
  });
  await Deno.remove(directory, { recursive: true });
}

async function hasOpenssl(): Promise<boolean> {
  const { success } = await new Deno.Command("sh", { args: ["-c", "command -v openssl"] }).output();
  if (!success) console.warn("openssl is missing: the test of docs/security.md is ignored");
  return success;
}

Deno.test({
  name:
    "the server of docs/security.md is set up with its commands, and its client connects with TLS and a token",
  ignore: !await hasOpenssl(),
  fn: () =>
    withShell(async ({ directory, run }) => {
      const [certificate, token, start, connect] = await commandsUnder(
        "security.md",
        "Set up a server for other machines",
      );
      for (const script of [certificate!, token!]) assertEquals((await run(script)).code, 0, script);
      const [check, serve] = start!.trim().split("\n");
      const checked = await run(check!);
      assertEquals(checked.code, 0, checked.stderr);
      const args = serve!.split(" ").slice(1).map((word) => word === "0.0.0.0" ? "127.0.0.1" : word);
      await using server = await ServerProcess.start({ args, cwd: directory });
      const connected = await run(`${connect!.trim()} --port ${server.port}`);
      assertEquals(connected.code, 0, connected.stderr);
      assertStringIncludes(connected.stderr, "rank 0");
      await server.line("web-3");
      await server.stop();
    }),
});

Deno.test("the tokens of docs/tokens.md are made and used with its commands, by rankclient and by hand", () =>
  withShell(async ({ directory, run }) => {
    const [setup] = await commandsUnder("tokens.md", "Set up");
    const [create, mode, serve, connect, nc] = setup!.split("\n").map((line) => line.replace(/ {2,}#.*/, ""));
    assertEquals((await run(`${create}; ${mode}`)).code, 0);
    const [, ...args] = serve!.replace("0.0.0.0", "127.0.0.1").split(" ");
    await using server = await ServerProcess.start({ args, cwd: directory });
    const connected = await run(`${connect!.replace("server.example", "127.0.0.1")} --port ${server.port}`);
    assertEquals(connected.code, 0, connected.stderr);
    await server.nextLine("web-3");
    // Without nc: what the command writes, and nothing after it.
    const { stdout } = await run(nc!.split(" | ")[0]!);
    const connection = await Deno.connect({ port: server.port });
    await connection.write(new TextEncoder().encode(stdout));
    await connection.closeWrite();
    const answer = await new Response(connection.readable).text();
    assertStringIncludes(answer, "rank 0");
    await server.nextLine("web-3");
    await server.stop();
  }));

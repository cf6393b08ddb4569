// `completion` as a command: what it prints, and what it refuses.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { runClient } from "../../support/client/client_process.ts";
import { fromSource } from "../../support/programs/server_process.ts";

const runServer = (args: readonly string[]) => runClient(args, { program: fromSource("server") });

Deno.test("completion prints a script, its help, or what is wrong", async () => {
  for (const [run, name] of [[runServer, "rankserver"], [runClient, "rankclient"]] as const) {
    const script = await run(["completion", "bash"]);
    assertEquals([script.code, script.stderr], [0, ""]);
    assertStringIncludes(script.stdout, `complete -F _${name} ${name}\n`);
    const help = await run(["completion", "--help"]);
    assertEquals(help.code, 0);
    assertStringIncludes(help.stdout, `source <(${name} completion bash)`);
    const refusals = [
      [[], "Missing argument: SHELL (bash, zsh, fish or powershell)"],
      [["csh"], 'Unknown shell "csh"; use bash, zsh, fish or powershell'],
      [["bash", "zsh"], 'Unexpected argument "zsh"'],
      [["--for", "bash"], 'Unknown flag "--for"'],
    ] as const;
    for (const [words, message] of refusals) {
      const { code, stdout, stderr } = await run(["completion", ...words]);
      assertEquals([code, stdout], [2, ""]);
      assertStringIncludes(stderr, message);
    }
  }
});

/** Answers every request on a control socket with these commands. */
async function answerWith(listener: Deno.Listener, commands: unknown): Promise<void> {
  for await (const conn of listener) {
    await conn.read(new Uint8Array(1_024));
    const answer = JSON.stringify({ jsonrpc: "2.0", id: 1, result: { commands } });
    await conn.write(new TextEncoder().encode(`${answer}\n`));
    conn.close();
  }
}

Deno.test("the commands of a running server are printed for the shells, except what a shell could take for code", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/socket`;
  assertEquals(await runClient(["completion", "commands", path]), { code: 4, stdout: "", stderr: "" });
  const listener = Deno.listen({ transport: "unix", path });
  const answering = answerWith(listener, [
    { name: "restart", description: "Restart a\u001b[2J service", timeout_ms: 1 },
    { name: "uptime", timeout_ms: 1 },
    { name: "$(reboot)", timeout_ms: 1 },
    { name: "a b", timeout_ms: 1 },
  ]);
  try {
    const { code, stdout, stderr } = await runClient(["completion", "commands", path]);
    assertEquals([code, stderr], [0, ""]);
    const [restart, ...others] = stdout.split("\n");
    assertEquals(restart!.split("\t")[0], "restart");
    // deno-lint-ignore no-control-regex -- finds what a terminal would obey
    assertEquals(/[\x00-\x08\x0a-\x1f]/.test(restart!), false);
    assertEquals(others, ["uptime", ""]);
  } finally {
    listener.close();
    await answering;
    await Deno.remove(folder, { recursive: true });
  }
});

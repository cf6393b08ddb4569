// Tab in real shells: flags, their values, files, commands, and the commands of a running server.

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { ClientProcess } from "../../support/client/client_process.ts";
import { fromSource, ServerProcess } from "../../support/programs/server_process.ts";
import { isTmuxMissing } from "../../support/programs/tmux.ts";
import { isShellMissing, ShellSession, type TestedShell } from "./shell_session.ts";

const SHELLS: readonly TestedShell[] = ["bash", "zsh", "fish"];
const hasNoTerminal = isTmuxMissing();

/** What is typed before Tab, and the line after it; trailing blanks are not seen. SOCKET is that of a running client. */
const STEPS: readonly (readonly [typed: string, expected: RegExp])[] = [
  ["rankserver --max-c", /rankserver --max-clients=?/],
  ["rankserver --log-format j", /rankserver --log-format json/],
  ["rankserver --log-format=j", /rankserver --log-format=json/],
  ["rankserver --port 0 --config al", /rankserver --port 0 --config alpha\.toml/],
  ["rankserver --config=al", /rankserver --config=alpha\.toml/],
  ["rankserver hist", /rankserver history/],
  ["rankserver history al", /rankserver history alpha\.toml/],
  ["rankserver verify --he", /rankserver verify --help/],
  ["rankserver init sta", /rankserver init standby/],
  ["rankserver completion po", /rankserver completion powershell/],
  ["rankclient --token-f", /rankclient --token-file=?/],
  ["rankclient localh", /rankclient localhost/],
  ["rankclient localhost --lead -- rank-te", /rankclient localhost --lead -- rank-test-program/],
  ["rankclient --via SOCKET ros", /rankclient --via SOCKET roster/],
  ["rankclient --via SOCKET run re", /rankclient --via SOCKET run restart/],
  ["rankclient --via=SOCKET run @1,2 re", /rankclient --via=SOCKET run @1,2 restart/],
];

for (const shell of SHELLS) {
  Deno.test({
    name: `${shell} completes flags, values, files, commands, and the commands of a running server`,
    ignore: hasNoTerminal || isShellMissing(shell),
    fn: async () => {
      const folder = await Deno.makeTempDir({ prefix: "rank-shell-" });
      await Deno.writeTextFile(join(folder, "alpha.toml"), "");
      await Deno.writeTextFile(join(folder, "beta.toml"), "");
      await Deno.mkdir(join(folder, "bin"));
      await Deno.writeTextFile(join(folder, "bin", "rank-test-program"), "#!/bin/sh\n", { mode: 0o755 });
      const server = await ServerProcess.start("--commands", "uptime,restart");
      const client = new ClientProcess([`127.0.0.1:${server.port}`, "--control", join(folder, "SOCKET")], {
        program: fromSource("client"),
      });
      try {
        await using session = await ShellSession.start(shell, folder);
        for (const [typed, expected] of STEPS) await session.complete(typed, expected);

        await session.completeNothing("rankserver --port ");
        const rows = await session.completeNothing("rankclient --via nowhere run re");
        assertEquals(
          rows.filter((row) => row !== "" && !row.startsWith(">")),
          [],
          "an error is on the screen",
        );
      } finally {
        client.kill("SIGTERM");
        await client.exit();
        await server[Symbol.asyncDispose]();
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

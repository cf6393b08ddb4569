// The programs as the npm package `rankserver` installs them, with the Deno that it depends on.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { pack } from "../../tools/npm/pack.ts";
import { makeProgramPackage } from "../../tools/npm/program_package.ts";
import { ClientProcess, runClient } from "../support/client/client_process.ts";
import { PROJECT, ServerProcess } from "../support/programs/start_process.ts";
import { Installed, isNpmMissing } from "./npm_installed.ts";

async function readProject(path: string): Promise<string> {
  return await Deno.readTextFile(join(PROJECT, path));
}

Deno.test("the npm package of the programs depends on the Deno that this project uses", async () => {
  const { dependencies } = JSON.parse(await readProject("packaging/npm/rankserver/package.json"));
  const [, used] = /^readonly DENO_VERSION=(\S+)$/m.exec(await readProject(".ci/run"))!;
  assertEquals(dependencies, { deno: used });
});

Deno.test({
  name: "the programs of the npm package start, and pass on signals and exit codes",
  ignore: isNpmMissing,
  async fn(context) {
    await using installed = await Installed.make(async (folder, into) => {
      await makeProgramPackage(PROJECT, folder);
      return await pack(folder, into);
    }, "--prefer-offline");
    const bin = join(installed.folder, "node_modules", ".bin");
    const [rankserver, rankclient] = [join(bin, "rankserver"), join(bin, "rankclient")] as const;
    const config = join(installed.folder, "server.toml");
    await Deno.writeTextFile(config, 'commands = ["uptime"]\n');

    await context.step("say their versions", async () => {
      const { version } = JSON.parse(await readProject("deno.json"));
      for (
        const [program, name] of [
          [[rankserver], "rankserver"],
          [[rankserver, "client"], "rankclient"],
          [[rankclient], "rankclient"],
        ] as const
      ) {
        const { code, stdout } = await runClient(["--version"], { program });
        assertEquals(code, 0);
        assert(stdout.startsWith(`${name} ${version} (Deno `), stdout);
      }
    });

    await context.step("a server is reloaded with SIGHUP and stopped with SIGTERM", async () => {
      await using server = await ServerProcess.start({ program: [rankserver], args: ["--config", config] });
      const { code, stderr } = await runClient([`127.0.0.1:${server.port}`], {
        program: [rankclient],
        input: "/who\n",
      });
      assertEquals(code, 0, stderr);
      assertMatch(stderr, /^You are rank 0 of 1/m);
      await Deno.writeTextFile(config, 'commands = ["uptime", "restart"]\n');
      server.signal("SIGHUP");
      await server.line(/^Configuration reloaded/);
      assertEquals((await server.stop("SIGTERM")).code, 0);
    });

    await context.step("a wrong flag, and a signal to the client, have their exit codes", async () => {
      assertEquals((await runClient(["--nonsense"], { program: [rankserver] })).code, 2);
      await using server = await ServerProcess.start();
      const client = new ClientProcess([`127.0.0.1:${server.port}`], { program: [rankclient] });
      await server.line("assigned rank 0");
      client.kill("SIGTERM");
      assertEquals((await client.exit()).code, 143);
    });
  },
});

// The client library on Node, as npm installs it, against a real server.

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { type Client, openClient } from "../../src/client/mod.ts";
import { makeClientPackage } from "../../tools/npm/client_package.ts";
import { pack } from "../../tools/npm/pack.ts";
import { blocks } from "../support/code_blocks.ts";
import { Certificates, isOpensslMissing } from "../support/programs/certificates.ts";
import { PROJECT, ServerProcess } from "../support/programs/start_process.ts";
import { RawClient } from "../support/server/raw_client.ts";
import { startServer } from "../support/server/start_server.ts";
import { Installed, isNpmMissing } from "./npm_installed.ts";

const TOML = `commands = ["uptime", "reboot", "format"]\n[session]\nresume_grace_ms = 30000\n`;

/** A client of the library under Deno, once it has a seat. */
async function seated(options: Parameters<typeof openClient>[0]): Promise<Client & AsyncDisposable> {
  const client = openClient(options);
  for await (const event of client.events) {
    assert(event.kind !== "disconnected", JSON.stringify(event));
    if (event.kind === "welcome") break;
  }
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

Deno.test({
  name: "the npm package of the client library on Node",
  ignore: isNpmMissing || isOpensslMissing,
  async fn(context) {
    await using installed = await Installed.make(async (folder, into) => {
      await makeClientPackage(PROJECT, folder);
      return await pack(folder, into);
    }, "--offline");
    const { folder } = installed;
    await using certificates = await Certificates.make();
    const { cert, key } = await certificates.issue("server");
    const caCerts = [await Deno.readTextFile(certificates.ca)];
    await Deno.writeTextFile(join(folder, "server.toml"), TOML);
    const client = join(folder, "client.mjs");
    await Deno.copyFile(join(PROJECT, "tests", "packaging", "node_client.mjs"), client);

    for (
      const [transport, flags, more, tls] of [
        ["TCP", [], [], undefined],
        ["TLS", ["--tls-cert", cert, "--tls-key", key], [certificates.ca], { caCerts }],
      ] as const
    ) {
      await context.step(`executes, is resumed and commands over ${transport}`, async () => {
        await using server = await ServerProcess.start({
          args: ["--config", join(folder, "server.toml"), ...flags],
        });
        const address = { host: "127.0.0.1", port: server.port, tls };
        await using boss = await seated(address);
        await using node = ServerProcess.spawn({
          program: ["node", client],
          args: [String(server.port), ...more],
        });
        await node.line("seated at rank 1");
        await using _worker = await seated({
          ...address,
          name: "worker",
          runner: { prepare: ({ args }) => ({ kind: "ended", result: { code: args.length } }) },
        });
        const run = async (command: string, args: string[] = []) => {
          const { results: [result] } = await boss.run({ command, args, to: [1] }).done;
          return [result!.status, result!.stdout ?? result!.reason];
        };
        // More than one record of TLS has.
        const long = Array.from({ length: 10 }, () => "y".repeat(4_000));
        assertEquals(await run("uptime", long), ["ok", long.join(" ")]);
        assertEquals(await run("format"), ["refused", "unknown here"]);
        assertEquals((await run("reboot"))[0], "lost");
        assertEquals(await node.exit(), {
          code: 0,
          stdout: [
            "seated at rank 1",
            "disconnected: as requested",
            "back at rank 1, same ticket",
            "worker: failed, 10",
            "closed",
            "",
          ].join("\n"),
          stderr: "",
        });
      });
    }

    await context.step("says that a certificate is not trusted, and that the server has no TLS", async () => {
      await using server = await ServerProcess.start({ args: ["--tls-cert", cert, "--tls-key", key] });
      await using plain = await startServer();
      await using others = await Certificates.make();
      for (
        const [port, why] of [
          [server.port, "the server's certificate is not signed by a trusted authority"],
          [plain.port, "the server does not speak TLS on this port"],
        ] as const
      ) {
        await using node = ServerProcess.spawn({ program: ["node", client], args: [`${port}`, others.ca] });
        await node.line(why);
      }
    });

    await context.step("runs the example of docs/library.md, which is in its README", async () => {
      const [code] = await blocks("docs/library.md", "js");
      assert((await Deno.readTextFile(join(folder, "package", "README.md"))).includes(code!));
      await Deno.writeTextFile(join(folder, "example.mjs"), code!);
      await using server = await startServer({ toml: TOML });
      await using boss = await RawClient.join(server.port);
      await using node = ServerProcess.spawn({
        program: ["node", join(folder, "example.mjs")],
        args: [`${server.port}`],
      });
      await server.until((event) => event.event === "client_named");
      const { result } = await boss.request("run", { command: "uptime" });
      assertEquals(result.results[0].status, "ok");
      assertEquals((await node.stop("SIGTERM")).code, 0);
    });

    await context.step("has the types of the library", async () => {
      const [code] = await blocks("docs/library.md", "ts");
      const wrong = "// @ts-expect-error: there is no such method\nboss.runn({ command: 1 });\n";
      await Deno.writeTextFile(join(folder, "typed.ts"), code! + wrong);
      const args = ["check", "--no-config", "--no-lock", "--node-modules-dir=manual", "typed.ts"];
      const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: folder }).output();
      assert(success, new TextDecoder().decode(stderr));
    });
  },
});

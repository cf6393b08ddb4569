// Both executables over TLS: their runtime may be another one than that of the sources.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { runClient } from "../../support/client/client_process.ts";
import { ServerProcess } from "../../support/programs/start_process.ts";
import { Certificates, isOpensslMissing } from "../../support/programs/certificates.ts";
import { pythonClient } from "../../support/programs/foreign_client.ts";
import { CLIENT, SERVER, testsOf } from "../../support/programs/executables.ts";

const test = await testsOf("server", "client");
const server = SERVER;
const client = CLIENT;

test(
  "executables: a seat over TLS, certificates renewed by SIGHUP, a wrong name refused, a control socket removed",
  async () => {
    await using certificates = await Certificates.make();
    const { cert, key } = await certificates.issue("server");
    const socket = `${certificates.folder}/control`;
    const config = `${certificates.folder}/server.toml`;
    const toml = (commands: string) =>
      `commands = [${commands}]\n[tls]\ncert_file = "${cert}"\nkey_file = "${key}"\n[control]\nsocket = "${socket}"\n`;
    await Deno.writeTextFile(config, toml('"ping"'));
    await using running = await ServerProcess.start({ program: server, args: ["--config", config] });
    const ask = (host: string) =>
      runClient([`${host}:${running.port}`, "--ca", certificates.ca], { program: client, input: "/who\n" });

    assertStringIncludes((await ask("localhost")).stderr, "Commands: ping\n");
    for (const version of ["TLSv1_2", "TLSv1_3"]) {
      const { success, text } = await pythonClient(running.port, { ca: certificates.ca, version });
      assertEquals(success, true, text);
    }
    await certificates.issue("server", { names: ["DNS:localhost"] });
    await Deno.writeTextFile(config, toml('"ping", "df"'));
    running.signal("SIGHUP");
    assertEquals(
      await running.line(/^Configuration /),
      "Configuration reloaded: changed commands (added df), certificate",
    );
    assertStringIncludes((await ask("localhost")).stderr, "Commands: ping, df\n");
    const refused = await ask("127.0.0.1");
    assertStringIncludes(refused.stderr, 'certificate not valid for name "127.0.0.1"');
    assertEquals(refused.code, 4);

    await Deno.chmod(key, 0o644);
    running.signal("SIGHUP");
    assertStringIncludes(await running.line("Reload failed"), "its mode 0644 gives access to every user");
    assertEquals((await running.stop()).code, 0);
    assertEquals(await Deno.stat(socket).then(() => "there", () => "gone"), "gone");
  },
  isOpensslMissing,
);

test("executables: plain text to a TLS port, and TLS to a plain port, are told in words", async () => {
  await using plain = await ServerProcess.start({ program: server });
  const { stderr, code } = await runClient([`127.0.0.1:${plain.port}`, "--tls"], { program: client });
  assertStringIncludes(stderr, "the server does not speak TLS on this port");
  assertEquals(code, 4);
  await plain.line("left rank 0: no_tls");
});

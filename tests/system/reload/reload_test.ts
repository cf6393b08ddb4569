// SIGHUP, to a server as it is started by a user: what is taken over, what is said, and that nobody notices who need not.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openClient } from "../../../src/client/mod.ts";
import { ClientProcess } from "../../support/client/client_process.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { ServerProcess } from "../../support/programs/start_process.ts";
import { Certificates, isOpensslMissing } from "../../support/programs/certificates.ts";
import { sClient } from "../../support/programs/foreign_client.ts";
import { Configured, RELOADED } from "./configured.ts";

Deno.test("SIGHUP replaces the allow-list and its rules, and seated clients are told the new names", async () => {
  await using configured = await Configured.start('commands = ["ping", "uptime"]\n');
  const { server } = configured;
  await using first = await RawClient.join(server.port);
  await using second = await RawClient.join(server.port);
  const toml = '[commands.ping]\n[commands.df]\nargs = [{ name = "path", pattern = "/[a-z]*" }]\n';
  assertEquals(
    await configured.reload(toml),
    `${RELOADED}changed commands (added df; removed uptime)`,
  );
  for (const client of [first, second]) {
    assertEquals(await client.note("commands_changed"), { commands: ["ping", "df"] });
  }
  const answer = async (params: unknown) => (await first.request("run", params)).error?.data?.rule;
  assertEquals(await answer({ command: "uptime" }), "commands");
  assertEquals(await answer({ command: "df", args: ["C:"] }), "pattern");
  first.ask("run", { command: "df", args: ["/home"] });
  assertEquals((await second.note("execute")).args, ["/home"]);
  await using third = await RawClient.join(server.port);
  assertEquals(third.welcome.commands, ["ping", "df"]);
});

Deno.test("what needs a restart is said by key, at every reload until the restart", async () => {
  await using configured = await Configured.start("max_clients = 3\n");
  const changed = "max_clients = 4\n[session]\nheartbeat_ms = 500\n";
  const line = `${RELOADED}no changes; restart needed for max_clients, session.heartbeat_ms`;
  assertEquals(await configured.reload(changed), line);
  assertEquals(await configured.again(), line);
  await using client = await RawClient.join(configured.server.port);
  assertEquals(client.welcome.capacity, 3);
  assertEquals(client.welcome.times.heartbeat_ms, 10_000);
  assertEquals(await configured.reload("max_clients = 3\n"), `${RELOADED}no changes`);
});

Deno.test("flags and variables go before the file at a reload as they did at the start", async () => {
  const env = { RANKSERVER_LIMITS_RUN_TIMEOUT_MS: "1234" };
  await using configured = await Configured.start("", ["--commands", "ping"], env);
  const toml = 'commands = ["ping", "uptime"]\n[limits]\nrun_timeout_ms = 99\n';
  assertEquals(await configured.reload(toml), `${RELOADED}no changes`);
});

Deno.test("a file that is wrong, or gone, changes nothing, and every error in it is in the log", async () => {
  await using configured = await Configured.start('commands = ["ping"]\n');
  const { server } = configured;
  await using client = await RawClient.join(server.port);
  const failed = "Reload failed, keeping the running configuration: server.toml";
  const first = await configured.reload('comands = ["df"]\nport = "x"\n');
  assertEquals(first, `${failed}:1:1: unknown key "comands"; did you mean "commands"?`);
  assertStringIncludes(await server.nextLine(failed), 'server.toml:2:1: "port" must be a whole number');
  await Deno.remove(configured.path);
  assertStringIncludes(await configured.again(), "cannot read the configuration file: there is no such file");
  await client.settled();
  assertEquals(client.notes("commands_changed"), []);
  assertEquals((await client.request("run", { command: "ping" })).error.data.reason, "no_recipient");
  // And it is read again when it is right.
  assertStringIncludes(await configured.reload('commands = ["df"]\n'), "added df; removed ping");
});

Deno.test("a server without any file is ended by SIGHUP, as every program is", async () => {
  await using server = await ServerProcess.start();
  server.signal("SIGHUP");
  assertEquals((await server.exit()).code, 129);
});

Deno.test("rankclient tells of the new commands", async () => {
  await using configured = await Configured.start('commands = ["ping"]\n');
  const client = new ClientProcess([`127.0.0.1:${configured.server.port}`, "--stay"]);
  await configured.server.line("assigned rank 0");
  await configured.reload('commands = ["ping", "df"]\n');
  await configured.server.stop();
  await client.endInput();
  client.kill("SIGTERM");
  assertStringIncludes((await client.exit()).stderr, "Commands are now: ping, df\n");
});

Deno.test({
  name: "a renewed certificate is for new connections, nobody is dropped, and a bad one changes nothing",
  ignore: isOpensslMissing,
  async fn() {
    await using certificates = await Certificates.make();
    const issue = async (days?: number) => {
      const { cert, key } = await certificates.issue("server", days === undefined ? {} : { days });
      return { cert, key, serial: await serialOf(cert) };
    };
    const { cert, key, serial } = await issue();
    const toml = `commands = ["ping"]\n[tls]\ncert_file = "${cert}"\nkey_file = "${key}"\n`;
    await using configured = await Configured.start(toml);
    const { server } = configured;
    const session = openClient({
      host: "localhost",
      port: server.port,
      tls: { caCerts: [await Deno.readTextFile(certificates.ca)] },
      limits: { lineBytes: 100_000, programsAtOnce: 1, programsQueued: 1 },
    });
    await server.line("assigned rank 0");
    const shown = async () => serialIn((await sClient(server.port, "-showcerts")).text);
    assertEquals(await shown(), serial);
    assertEquals(await configured.again(), `${RELOADED}no changes`);

    const renewed = await issue();
    assert(renewed.serial !== serial);
    assertEquals(await configured.again(), `${RELOADED}changed certificate`);
    assertEquals(await shown(), renewed.serial);
    await session.request("ping");

    await issue(-1);
    const bad = await configured.reload(toml.replace("ping", "df"));
    assertStringIncludes(bad, "Reload failed, keeping the running configuration: Cannot use");
    assertStringIncludes(bad, "it expired on");
    assertEquals(await shown(), renewed.serial);
    assertEquals(session.place?.commands, ["ping"]);
    await session.close();
    await server.line("left rank 0: left");
  },
});

Deno.test({
  name: "while certificates are renewed again and again, nobody who connects is refused or reset",
  ignore: isOpensslMissing,
  async fn() {
    await using certificates = await Certificates.make();
    const { cert, key } = await certificates.issue("server");
    await using configured = await Configured.start(
      `max_clients = 5000\n[tls]\ncert_file = "${cert}"\nkey_file = "${key}"\n`,
    );
    const caCerts = [await Deno.readTextFile(certificates.ca)];
    let isRenewing = true;
    let connections = 0;
    const connectOften = async () => {
      while (isRenewing) {
        using conn = await Deno.connectTls({ hostname: "localhost", port: configured.server.port, caCerts });
        await conn.read(new Uint8Array(100));
        connections++;
      }
    };
    const connecting = Promise.all(Array.from({ length: 8 }, connectOften));
    for (let round = 0; round < 10; round++) {
      await certificates.issue("server");
      assertEquals(await Promise.race([configured.again(), connecting]), `${RELOADED}changed certificate`);
    }
    isRenewing = false;
    await connecting;
    assert(connections > 10, `only ${connections} connections came about`);
  },
});

async function serialOf(path: string): Promise<string> {
  const args = ["x509", "-in", path, "-noout", "-serial"];
  const { stdout } = await new Deno.Command("openssl", { args }).output();
  return new TextDecoder().decode(stdout).trim();
}

/** Of the first certificate in what `openssl s_client -showcerts` prints. */
async function serialIn(text: string): Promise<string> {
  const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(text)?.[0] ?? "";
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, pem);
  const serial = await serialOf(path);
  await Deno.remove(path);
  return serial;
}

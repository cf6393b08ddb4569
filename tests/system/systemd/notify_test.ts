// What systemd learns of the programs, through a socket of its kind.

import { assertEquals, assertMatch } from "@std/assert";
import { CLIENT, isMissing, SERVER } from "../../support/programs/executables.ts";
import { NotifySocket } from "../../support/programs/notify_socket.ts";
import {
  CLIENT_FROM_SOURCES,
  FROM_SOURCES,
  type Program,
  ServerProcess,
} from "../../support/programs/start_process.ts";
import { RawClient } from "../../support/server/raw_client.ts";

const ignore = Deno.build.os !== "linux";
const servers: [name: string, program: Program][] = [["sources", FROM_SOURCES]];
if (!await isMissing("server")) servers.push(["executable", SERVER]);
const clients: [name: string, program: Program][] = [["sources", CLIENT_FROM_SOURCES]];
if (!await isMissing("client")) clients.push(["executable", CLIENT]);

const test = (name: string, fn: () => Promise<void>) => Deno.test({ name, ignore, fn });

for (const [name, program] of servers) {
  test(`${name}: a server tells systemd when it serves, reloads and stops`, async () => {
    await using systemd = new NotifySocket();
    const file = await Deno.makeTempFile({ suffix: ".toml" });
    await using server = await ServerProcess.start({
      program,
      args: ["--config", file],
      env: { NOTIFY_SOCKET: systemd.address },
    });
    const status = `STATUS=Serving on 127.0.0.1:${server.port}`;
    assertEquals(await systemd.next("READY=1"), `READY=1\n${status}`);
    server.signal("SIGHUP");
    assertMatch(
      await systemd.next("RELOADING=1"),
      /^RELOADING=1\nMONOTONIC_USEC=[1-9]\d+\nSTATUS=Reloading$/,
    );
    assertEquals(await systemd.next("READY=1"), `READY=1\n${status}`);
    await Deno.writeTextFile(file, "max_clients = 0\n");
    server.signal("SIGHUP");
    assertEquals(
      await systemd.next("READY=1"),
      `READY=1\n${status}; the last reload failed, see the log`,
    );
    assertEquals((await server.stop()).code, 0);
    assertEquals(systemd.messages.at(-1), "STOPPING=1\nSTATUS=Stopping");
    assertEquals(systemd.messages[0], "STATUS=Starting");
    await Deno.remove(file);
  });
}

test("the socket of systemd can have an abstract name", async () => {
  await using systemd = new NotifySocket("abstract");
  await using _server = await ServerProcess.start({ env: { NOTIFY_SOCKET: systemd.address } });
  await systemd.next("READY=1");
});

test("a server proves that it runs until it is suspended, or ends", async () => {
  await using systemd = new NotifySocket();
  const env = { NOTIFY_SOCKET: systemd.address, WATCHDOG_USEC: "20000" };
  await using server = await ServerProcess.start({ env });
  for (let beat = 0; beat < 3; beat++) await systemd.next("WATCHDOG=1");
  server.signal("SIGSTOP");
  await systemd.silent();
  server.signal("SIGCONT");
  await systemd.next("WATCHDOG=1");
  await server.stop();
  assertEquals(systemd.messages.includes("STOPPING=1\nSTATUS=Stopping"), true);
});

test("a server that cannot notify systemd says so and serves", async () => {
  for (const address of ["/nowhere/notify", "vsock:2:1"]) {
    await using server = await ServerProcess.start({ env: { NOTIFY_SOCKET: address } });
    await server.line(`cannot notify systemd at ${address}`);
  }
});

for (const [name, program] of clients) {
  for (const words of [["--stay"], ["--lead", "--", "sleep", "60"]]) {
    test(`${name}: rankclient ${words[0]} is ready when it has a seat, and tells systemd its rank`, async () => {
      await using systemd = new NotifySocket();
      await using server = await ServerProcess.start();
      await using first = await RawClient.join(server.port);
      await using client = ServerProcess.spawn({
        program,
        args: [`127.0.0.1:${server.port}`, ...words],
        env: { NOTIFY_SOCKET: systemd.address, WATCHDOG_USEC: "20000" },
      });
      assertEquals(await systemd.next("READY=1"), "READY=1\nSTATUS=Rank 1");
      await systemd.next("WATCHDOG=1");
      await first.close();
      await systemd.next("STATUS=Rank 0");
      assertEquals((await client.stop()).code, 143);
      assertEquals(systemd.messages.filter((text) => text.startsWith("STOPPING=1")).length, 1);
    });
  }
}

test("rankclient passes no variable of systemd on to its programs", async () => {
  await using systemd = new NotifySocket();
  await using server = await ServerProcess.start({ args: ["--commands", "variables"] });
  await using first = await RawClient.join(server.port);
  const config = await Deno.makeTempFile({ suffix: ".toml" });
  await Deno.writeTextFile(
    config,
    `[run]\nvariables = ["sh", "-c", "echo $NOTIFY_SOCKET,$WATCHDOG_USEC,$LISTEN_FDS"]\n`,
  );
  await using _client = ServerProcess.spawn({
    program: CLIENT_FROM_SOURCES,
    args: [`127.0.0.1:${server.port}`, "--config", config, "--stay"],
    env: { NOTIFY_SOCKET: systemd.address, WATCHDOG_USEC: "1000000", LISTEN_FDS: "1" },
  });
  await systemd.next("READY=1");
  const { result } = await first.request("run", { command: "variables" });
  assertEquals(result.results[0].stdout, ",,\n");
  await Deno.remove(config);
});

// What is left of the rights that a program was started with, tried out from inside. They are all given here, more than
// the tasks and the executables give: what is not possible any more was given up.

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { FakeServer } from "../../support/client/fake_server.ts";
import { ServerProcess } from "../../support/programs/start_process.ts";
import { Certificates, isOpensslMissing } from "../../support/programs/certificates.ts";
import { HeldSocket, isPythonMissing } from "../../support/programs/held_socket.ts";
import { NotifySocket } from "../../support/programs/notify_socket.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { freePorts } from "../../support/programs/free_ports.ts";
import { isNatsMissing, NatsServer } from "../../support/programs/nats_server.ts";

const PROBE = [
  Deno.execPath(),
  "run",
  "--no-prompt",
  "--allow-all",
  join(import.meta.dirname!, "probe.ts"),
] as const;

async function possible(program: ServerProcess): Promise<string> {
  program.signal("SIGUSR2");
  return (await program.line("possible:")).replace(/^possible:\s*/, "");
}

/** What a server can still do that was started with these arguments. */
async function possibleForServer(args: readonly string[], isReadAgain = true): Promise<string> {
  await using server = await ServerProcess.start({ program: [...PROBE, "server"], args });
  if (isReadAgain) {
    // When it has read its own files by other means than its own rights, it has given those up.
    server.signal("SIGHUP");
    await server.line("Configuration reloaded");
  }
  return await possible(server);
}

Deno.test("G12: a server that has started can do nothing on its machine but serve", async () => {
  assertEquals(await possibleForServer([], false), "");
});

Deno.test("G12: with a configuration, a store and a control socket it reads and removes these, and can do nothing else", async () => {
  const folder = await Deno.makeTempDir({ prefix: "rankserver-rights-" });
  const config = join(folder, "server.toml");
  const socket = join(folder, "control");
  await Deno.writeTextFile(
    config,
    `[journal]\nfile = "${folder}/seats.db"\n[control]\nsocket = "${socket}"\n`,
  );
  assertEquals(await possibleForServer(["--config", config]), "");
  // The probe's server was killed: the next one takes the socket's place and removes it in good order.
  await using server = await ServerProcess.start({
    program: [...PROBE, "server"],
    args: ["--config", config],
  });
  assertEquals((await Deno.stat(socket)).isSocket, true);
  assertEquals((await server.stop()).code, 0);
  const left = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  assertEquals(left.includes("control"), false);
  await Deno.remove(folder, { recursive: true });
});

Deno.test({
  name: "G12: a server that notifies systemd can do nothing else either",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using systemd = new NotifySocket();
    await using server = await ServerProcess.start({
      program: [...PROBE, "server"],
      env: { NOTIFY_SOCKET: systemd.address, WATCHDOG_USEC: "20000" },
    });
    await systemd.next("READY=1");
    assertEquals(await possible(server), "");
    await systemd.next("WATCHDOG=1");
  },
});

Deno.test({
  name: "G12: on a socket of systemd, too",
  ignore: Deno.build.os !== "linux" || isPythonMissing,
  async fn() {
    await using held = await HeldSocket.open({ program: [...PROBE, "server"] });
    await held.start();
    await using client = await RawClient.join(held.port);
    await client.settled();
    await held.signal("SIGUSR2");
    assertEquals(await held.line("possible:"), "possible: ");
  },
});

Deno.test("G12: a server with a page can do nothing else either", async () => {
  const [port] = freePorts(1);
  const folder = await Deno.makeTempDir({ prefix: "rankserver-rights-" });
  const config = join(folder, "server.toml");
  await Deno.writeTextFile(config, `[web]\nport = ${port}\nseats = true\n`);
  assertEquals(await possibleForServer(["--config", config]), "");
  await Deno.remove(folder, { recursive: true });
});

Deno.test({
  name: "G12: with TLS too: a renewed certificate needs no new listener",
  ignore: isOpensslMissing,
  async fn() {
    await using certificates = await Certificates.make();
    const { cert, key } = await certificates.issue("server");
    assertEquals(await possibleForServer(["--tls-cert", cert, "--tls-key", key]), "");
  },
});

Deno.test({
  name: "G12: in a cluster it keeps the network, to reach NATS again, and nothing else",
  ignore: await isNatsMissing(),
  async fn() {
    await using nats = await NatsServer.start();
    const folder = await Deno.makeTempDir({ prefix: "rankserver-rights-" });
    const config = join(folder, "server.toml");
    await Deno.writeTextFile(config, `[cluster]\nservers = ["${nats.address}"]\n`);
    assertEquals(await possibleForServer(["--config", config]), "listen, connect");
    await Deno.remove(folder, { recursive: true });
  },
});

/** What a client can still do that was started with these arguments. */
async function possibleForClient(args: readonly string[], toml?: string): Promise<string> {
  await using server = new FakeServer();
  const folder = await Deno.makeTempDir({ prefix: "rankclient-rights-" });
  const config = join(folder, "client.toml");
  if (toml !== undefined) await Deno.writeTextFile(config, toml);
  const configured = toml === undefined ? [] : ["--config", config];
  const resolved = args.map((word) => word.replace("FOLDER", folder));
  try {
    await using client = ServerProcess.spawn({
      program: [...PROBE, "client"],
      args: [`127.0.0.1:${server.port}`, ...configured, ...resolved],
    });
    const peer = await server.seat();
    const answer = await possible(client);
    client.signal("SIGTERM");
    await peer.ended();
    await client.exit();
    return answer;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("G12: a client whose file names no programs can start none, and touches no file", async () => {
  assertEquals(await possibleForClient(["--stay"]), "listen, connect");
  assertEquals(await possibleForClient(["--stay"], "[limits]\nkill_after_ms = 9\n"), "listen, connect");
  // What would be started is only said.
  assertEquals(
    await possibleForClient(["--stay", "--dry-run"], '[run]\ntrue = ["true"]\n'),
    "listen, connect",
  );
});

Deno.test("G12: a client keeps what its duties need: to start programs, or to remove its control socket", async () => {
  const programs = "start a program, start itself, listen, connect";
  assertEquals(await possibleForClient(["--stay"], '[run]\ntrue = ["true"]\n'), programs);
  assertEquals(await possibleForClient(["--stay", "--on-change", "true"]), programs);
  const files = "read a file, look at a file, write a file, listen, connect, give rights to a worker";
  assertEquals(await possibleForClient(["--stay", "--control", "FOLDER/control"]), files);
});

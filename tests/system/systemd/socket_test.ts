// Servers that listen on a socket of systemd. It stays open while no server runs, so no connection attempt is refused.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { Certificates, isOpensslMissing } from "../../support/programs/certificates.ts";
import { isMissing, SERVER } from "../../support/programs/executables.ts";
import { HeldSocket, isPythonMissing } from "../../support/programs/held_socket.ts";
import { FROM_SOURCES, type Program, ServerProcess } from "../../support/programs/start_process.ts";
import { RawClient } from "../../support/server/raw_client.ts";

const ignore = Deno.build.os !== "linux" || isPythonMissing;
const programs: [name: string, program: Program][] = [["sources", FROM_SOURCES]];
if (!await isMissing("server")) programs.push(["executable", SERVER]);

const test = (name: string, fn: () => Promise<void>, isIgnored = false) =>
  Deno.test({ name, ignore: ignore || isIgnored, fn });

for (const [name, program] of programs) {
  test(`${name}: clients that connect while no server runs are served after its start, also after a restart`, async () => {
    await using held = await HeldSocket.open({ program, args: ["--port", "0", "--max-clients", "40"] });
    const early = await connectMany(held.port);
    await held.start();
    const welcomes = await Promise.all(early.map((client) => client.note("welcome")));
    assertEquals(welcomes.map(({ rank }) => rank), [...early.keys()]);
    await held.line(`listening on IP address: 127.0.0.1 and port: ${held.port}`);
    await held.line(`systemd listens on 127.0.0.1 port ${held.port}`);
    for (const { port } of early) await held.line(`('127.0.0.1', ${port}) assigned rank`);
    assertEquals(await held.stop(), 0);
    await closeAll(early);

    const between = await connectMany(held.port);
    await held.start();
    await Promise.all(between.map((client) => client.note("welcome")));
    const later = await RawClient.join(held.port);
    assertEquals(later.welcome.rank, between.length);
    await closeAll([...between, later]);
  });
}

test("IPv6 can be used too", async () => {
  await using held = await HeldSocket.open({ program: FROM_SOURCES, address: "::1" });
  const early = await RawClient.connect(held.port, { hostname: "::1" });
  await held.start();
  await early.note("welcome");
  await held.line(`('::1', ${early.port}) assigned rank 0`);
  await early.close();
});

test("TLS begins when the server has started", async () => {
  await using certificates = await Certificates.make();
  const { cert, key } = await certificates.issue("server");
  const args = ["--tls-cert", cert, "--tls-key", key];
  await using held = await HeldSocket.open({ program: FROM_SOURCES, args });
  const caCerts = [await Deno.readTextFile(certificates.ca)];
  const connecting = Deno.connectTls({ hostname: "127.0.0.1", port: held.port, caCerts });
  await held.start();
  using connection = await connecting;
  const bytes = new Uint8Array(1_000);
  const count = await connection.read(bytes);
  assertStringIncludes(new TextDecoder().decode(bytes.subarray(0, count!)), '"welcome"');
}, isOpensslMissing);

test("a socket for another process is not used", async () => {
  const env = { LISTEN_FDS: "1", LISTEN_PID: "1" };
  await using server = await ServerProcess.start({ env });
  await using client = await RawClient.join(server.port);
  assertEquals(client.welcome.rank, 0);
});

test("a socket that cannot be used ends the start with the reason", async () => {
  const folder = await Deno.makeTempDir({ prefix: "rankserver-socket-" });
  const wrong = [
    [{ count: 2 }, "it passed 2 sockets; keep only one ListenStream= in rankserver.socket"],
    [
      { address: `${folder}/socket` },
      "it is not a listening TCP socket; set ListenStream=ADDRESS:PORT in rankserver.socket",
    ],
    [
      { program: FROM_SOURCES.filter((word) => word !== "--allow-ffi") as unknown as Program },
      "it needs Linux with glibc, and Deno's permission --allow-ffi",
    ],
  ] as const;
  for (const [options, reason] of wrong) {
    const held = await HeldSocket.open({ program: FROM_SOURCES, ...options });
    await held.start();
    await held.exited();
    assertEquals(await held.close(), `Cannot use the socket of systemd: ${reason}\n`);
  }
  await Deno.remove(folder, { recursive: true });
});

/** In their order, so that this is also the order of their ranks. */
async function connectMany(port: number): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  for (let index = 0; index < 20; index++) clients.push(await RawClient.connect(port));
  return clients;
}

async function closeAll(clients: readonly RawClient[]): Promise<void> {
  await Promise.all(clients.map((client) => client.close()));
}

// The server with TLS, from its sources and with its permissions, met by clients of other makers: which versions it
// speaks, what it says to those who speak none, and which files it refuses.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { RawClient } from "../../support/server/raw_client.ts";
import { ServerProcess } from "../../support/programs/start_process.ts";
import { Certificates, isOpensslMissing, type Issued } from "../../support/programs/certificates.ts";
import { pythonClient, sClient } from "../../support/programs/foreign_client.ts";

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: isOpensslMissing, fn });
}

function flags({ cert, key }: Issued): string[] {
  return ["--tls-cert", cert, "--tls-key", key];
}

test("TLS 1.2 and 1.3 are spoken, and the versions before them are not", async () => {
  await using certificates = await Certificates.make();
  await using server = await ServerProcess.start({ args: flags(await certificates.issue("server")) });
  for (const [version, spoken] of [["TLSv1_2", "TLSv1.2"], ["TLSv1_3", "TLSv1.3"]] as const) {
    const { success, text } = await pythonClient(server.port, { ca: certificates.ca, version });
    assert(success, text);
    const [line, welcome, pong] = text.split("\n");
    assertEquals(line, spoken);
    assertEquals(JSON.parse(welcome!).method, "welcome");
    assertEquals(JSON.parse(pong!), { jsonrpc: "2.0", id: 7, result: {} });
  }
  // Level 0: otherwise it is openssl itself that does not want these versions any more.
  for (const version of ["-tls1", "-tls1_1"]) {
    const { success, text } = await sClient(server.port, version, "-cipher", "ALL:@SECLEVEL=0");
    assert(!success, text);
    assertMatch(text, /alert (?:protocol version|handshake failure)/);
  }
  assert(!server.output.some((line) => /assigned rank 2/.test(line)), "nobody else was seated");
  assert(
    !server.output.some((line) => line.startsWith("Internal error in")),
    "nothing was thrown on the way",
  );
});

test("the certificate is what a client of another make checks: its name and its authority", async () => {
  await using certificates = await Certificates.make();
  await using strangers = await Certificates.make();
  await using server = await ServerProcess.start({ args: flags(await certificates.issue("server")) });
  const known = await sClient(
    server.port,
    "-CAfile",
    certificates.ca,
    "-verify_return_error",
    "-verify_hostname",
    "localhost",
  );
  assertStringIncludes(known.text, "Verify return code: 0 (ok)");
  const wrongName = await pythonClient(server.port, { ca: certificates.ca, name: "other.example" });
  assertMatch(wrongName.text, /Hostname mismatch/);
  const unknown = await pythonClient(server.port, { ca: strangers.ca });
  assertMatch(unknown.text, /CERTIFICATE_VERIFY_FAILED/);
});

test("who speaks plain text to a TLS port gets an alert, no seat, and is in the log", async () => {
  await using certificates = await Certificates.make();
  await using server = await ServerProcess.start({ args: flags(await certificates.issue("server")) });
  await using plain = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await plain.write(new TextEncoder().encode("/who\n"));
  const buffer = new Uint8Array(64);
  const count = await plain.read(buffer);
  assertEquals([...buffer.subarray(0, 2)], [0x15, 0x03], `${count} bytes`);
  await server.line(/^Client \('127\.0\.0\.1', \d+\) TLS handshake failed: the client did not speak TLS$/);
  assert(!server.output.some((line) => line.includes("assigned")));
});

test("G9: those who connect and never begin TLS use no descriptors up: they are closed, and others come in", async () => {
  await using certificates = await Certificates.make();
  await using server = await ServerProcess.start({
    args: flags(await certificates.issue("server")),
    env: { RANKSERVER_LIMITS_PENDING_MS: "200" },
    maxDescriptors: 100,
  });
  await using silent = new AsyncDisposableStack();
  const ends: Promise<number | null>[] = [];
  // More than the server may have open: those behind are accepted when those before them are gone.
  for (let i = 0; i < 300; i++) {
    const conn = silent.use(await Deno.connect({ hostname: "127.0.0.1", port: server.port }));
    ends.push(conn.read(new Uint8Array(1)));
  }
  assertEquals(new Set(await Promise.all(ends)), new Set([null]));
  // Not one of them has closed its own end.
  const { success, text } = await pythonClient(server.port, { ca: certificates.ca });
  assert(success, text);
});

test("who speaks TLS to a plain port gets an alert, and is closed for it", async () => {
  await using server = await ServerProcess.start();
  await using client = await RawClient.join(server.port);
  client.sendBytes(new Uint8Array([0x16, 0x03, 0x01, 0x00, 0x0a, 0x0a, 0x0a]));
  assertEquals(await client.ended(), "end of stream");
  await server.line("left rank 0: no_tls");
  const { text } = await pythonClient(server.port, {});
  assertMatch(text, /SSLError/);
});

test("files that cannot be used are refused with the file's name and what to do", async () => {
  await using certificates = await Certificates.make();
  const good = await certificates.issue("good");
  const other = await certificates.issue("other");
  const expired = await certificates.issue("expired", { days: -1 });
  const open = await certificates.issue("open");
  await Deno.chmod(open.key, 0o604);
  const cases: [Issued, RegExp][] = [
    [
      { ...good, cert: "/nowhere.pem" },
      /^Cannot use \/nowhere\.pem as the server's certificate .*no such file/,
    ],
    [{ ...good, key: "/nowhere.key" }, /^Cannot use \/nowhere\.key as the private key .*no such file/],
    [
      { ...good, cert: good.key },
      /^Cannot use \S+good\.key as the server's certificate .*no certificate in PEM/,
    ],
    [{ ...good, key: good.cert }, /^Cannot use \S+ as the private key .*no private key in PEM format found/],
    [
      open,
      /^Cannot use \S+open\.key as the private key .*its mode 0604 gives access to every user; run: chmod 6[04]0 \S+open\.key/,
    ],
    [
      { ...good, key: other.key },
      /^Cannot use \S+good\.pem with the key \S+other\.key: .*Use the private key/,
    ],
    [
      expired,
      /^Cannot use \S+expired\.pem as the server's certificate .*it expired on \d{4}-.*Install a valid one/,
    ],
  ];
  for (const [files, message] of cases) {
    for (const [mode, code] of [[[], 1], [["--check"], 2]] as const) {
      await using server = ServerProcess.spawn({ args: ["--port", "0", ...flags(files), ...mode] });
      const exit = await server.exit();
      assertMatch(exit.stderr, message);
      assertEquals(exit.code, code, exit.stderr);
      assertEquals(exit.stdout, "");
    }
  }
});

test("a second server does not get onto the port of one that has TLS", async () => {
  await using certificates = await Certificates.make();
  const args = flags(await certificates.issue("server"));
  await using server = await ServerProcess.start({ args });
  await using second = ServerProcess.spawn({ args: ["--port", String(server.port), ...args] });
  const { code, stderr } = await second.exit();
  assertEquals(code, 1);
  assertStringIncludes(stderr, "the port is in use");
  await using plain = ServerProcess.spawn({ args: ["--port", String(server.port)] });
  assertEquals((await plain.exit()).code, 1);
});

// rankclient with TLS, as a user starts it: whom it believes, what it says to whom it does not, and that every way to
// connect is the same one.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { ClientProcess, runClient } from "../../support/client/client_process.ts";
import { LeadWorld } from "../lead/world/lead_world.ts";
import { within } from "../lead/world/within.ts";
import { ServerProcess } from "../../support/programs/start_process.ts";
import { Certificates, isOpensslMissing, type Issued } from "../../support/programs/certificates.ts";

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: isOpensslMissing, fn });
}

function flags({ cert, key }: Issued): string[] {
  return ["--tls-cert", cert, "--tls-key", key];
}

/** Runs a client that wants one answer. @returns what it said, and its exit code. */
async function askOnce(args: readonly string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await runClient(args, { input: "/who\n", env });
  return { code, stdout, stderr };
}

test("it takes a seat over TLS by flag, by variable and by its file", async () => {
  await using certificates = await Certificates.make();
  await using server = await ServerProcess.start({ args: flags(await certificates.issue("server")) });
  const config = `${certificates.folder}/client.toml`;
  await Deno.writeTextFile(config, `tls = true\nca_file = "${certificates.ca}"\n`);
  for (
    const [args, env] of [
      [[`localhost:${server.port}`, "--tls", "--ca", certificates.ca], {}],
      [[`127.0.0.1:${server.port}`, "--ca", certificates.ca], {}],
      [[`127.0.0.1:${server.port}`], { RANKCLIENT_CA_FILE: certificates.ca }],
      [[`127.0.0.1:${server.port}`, "--config", config], {}],
    ] as const
  ) {
    const { code, stderr } = await askOnce(args, env);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stderr, "You are rank 0 of 1");
  }
});

test("a wrong name, an expired certificate and an unknown authority are each refused in words", async () => {
  await using certificates = await Certificates.make();
  const elsewhere = await certificates.issue("elsewhere", { names: ["DNS:other.example"] });
  const expired = await certificates.issue("expired", { days: -1 });
  const good = await certificates.issue("good");
  const trusted = ["--ca", certificates.ca];
  for (
    const [pair, trust, why] of [
      [elsewhere, trusted, 'certificate not valid for name "127.0.0.1"'],
      [expired, trusted, "invalid peer certificate: Expired"],
      [
        good,
        ["--tls"],
        "not signed by a trusted authority (UnknownIssuer); add the authority that signed it with --ca FILE",
      ],
    ] as const
  ) {
    // Our own server would not start with all of these.
    using listener = Deno.listenTls({
      hostname: "127.0.0.1",
      port: 0,
      cert: await Deno.readTextFile(pair.cert),
      key: await Deno.readTextFile(pair.key),
    });
    const refused = listener.accept().then(async (conn) => {
      const failure = await conn.handshake().then(() => "none", (error: Error) => error.message);
      conn.close();
      return failure;
    });
    const { code, stderr } = await askOnce([`127.0.0.1:${listener.addr.port}`, ...trust]);
    assertStringIncludes(stderr, why);
    assertEquals(code, 4, stderr);
    assertStringIncludes(await refused, "received fatal alert");
  }
});

test("each side that speaks plain text to TLS, or TLS to plain text, is told so", async () => {
  await using certificates = await Certificates.make();
  await using secure = await ServerProcess.start({ args: flags(await certificates.issue("server")) });
  await using plain = await ServerProcess.start();
  const tooPlain = await askOnce([`127.0.0.1:${secure.port}`]);
  assertStringIncludes(tooPlain.stderr, "the server speaks TLS here; use --tls");
  assertEquals(tooPlain.code, 4);
  const tooSecure = await askOnce([`127.0.0.1:${plain.port}`, "--tls"]);
  assertStringIncludes(tooSecure.stderr, "the server does not speak TLS on this port");
  assertEquals(tooSecure.code, 4);
  await plain.line("left rank 0: no_tls");
});

test("a server that answers a TLS handshake by an alert alone is told from one whose certificate is bad", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const answered = listener.accept().then(async (conn) => {
    await conn.read(new Uint8Array(1_024));
    await conn.write(new Uint8Array([0x15, 3, 1, 0, 2, 2, 10]));
    conn.close();
  });
  const { code, stderr } = await askOnce([`127.0.0.1:${listener.addr.port}`, "--tls"]);
  await answered;
  assertStringIncludes(stderr, "the server does not speak TLS on this port");
  assertEquals(code, 4);
});

test("a file of authorities that cannot be used ends the client before it connects", async () => {
  await using certificates = await Certificates.make();
  const { key } = await certificates.issue("server");
  const broken = `${certificates.folder}/broken.pem`;
  await Deno.writeTextFile(broken, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  for (
    const [file, why] of [
      ["/nowhere.pem", "there is no such file"],
      [key, "it contains no certificate in PEM format"],
      [broken, "certificate 1 of 1, on line 1, cannot be used ("],
    ] as const
  ) {
    const { code, stderr } = await askOnce(["127.0.0.1:1", "--ca", file]);
    assertStringIncludes(stderr, `Cannot use ${file} as trusted authorities (--ca): ${why}`);
    assertEquals(code, 2, stderr);
  }
});

test("a broken certificate among the authorities is named by its position, and the others are trusted", async () => {
  await using certificates = await Certificates.make();
  await using server = await ServerProcess.start({ args: flags(await certificates.issue("server")) });
  const good = await Deno.readTextFile(certificates.ca);
  const bytes = Uint8Array.fromBase64(good.replace(/-----[^-]+-----|\s/g, ""));
  const pem = (der: Uint8Array) =>
    `-----BEGIN CERTIFICATE-----\n${der.toBase64()}\n-----END CERTIFICATE-----\n`;
  const bundle = `${certificates.folder}/bundle.pem`;
  for (
    const [broken, why] of [
      ["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", ""],
      ["-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n", ""],
      [pem(bytes.subarray(0, 100)), ""],
      // Its first certificate is sound, and so most readers accept it.
      [pem(Uint8Array.from([...bytes, 0, 0, 0])), ""],
      ["-----BEGIN CERTIFICATE-----\nAAAA\n", "its end is missing"],
    ] as const
  ) {
    await Deno.writeTextFile(bundle, `# first\n${broken}${good}`);
    const { code, stderr } = await askOnce([`localhost:${server.port}`, "--ca", bundle]);
    assertStringIncludes(
      stderr,
      `Warning: ${bundle}: certificate 1 of 2, on line 2, cannot be used (${why}`,
    );
    assertStringIncludes(stderr, "and is ignored");
    assertStringIncludes(stderr, "You are rank 0 of 1");
    assertEquals(code, 0, stderr);
  }
});

test("a certificate of an authority as the server's: --check, the server and the client say what to do", async () => {
  await using certificates = await Certificates.make();
  const pair = await certificates.selfSigned("usual");
  const remedy = "openssl req -x509 takes -addext basicConstraints=critical,CA:FALSE";
  const warning = `Warning: ${pair.cert} is the certificate of an authority (CA:TRUE)`;
  const checked = await ServerProcess.spawn({ args: [...flags(pair), "--check"] }).exit();
  assertStringIncludes(checked.stderr, warning);
  assertStringIncludes(checked.stderr, remedy);
  assertEquals(checked.code, 0);
  await using server = await ServerProcess.start({ args: flags(pair) });
  assertStringIncludes(await server.line(warning), remedy);
  const { code, stderr } = await askOnce([`localhost:${server.port}`, "--ca", pair.cert]);
  assertStringIncludes(stderr, "the server's certificate is that of an authority (CaUsedAsEndEntity)");
  assertStringIncludes(stderr, remedy);
  assertEquals(code, 4);
  await server.line("TLS handshake failed: the client rejected the certificate (");
  // And when one takes the place of a good one.
  const good = await certificates.issue("renewed");
  await using renewed = await ServerProcess.start({ args: flags(good) });
  await Deno.copyFile(pair.cert, good.cert);
  await Deno.copyFile(pair.key, good.key);
  renewed.signal("SIGHUP");
  assertStringIncludes(
    await renewed.line(`Warning: ${good.cert} is the certificate of an authority`),
    remedy,
  );
});

test("a certificate that its owner has signed works where exactly it is trusted, and nothing warns of it", async () => {
  await using certificates = await Certificates.make();
  const pair = await certificates.selfSigned("remedied", "-addext", "basicConstraints=critical,CA:FALSE");
  const checked = await ServerProcess.spawn({ args: [...flags(pair), "--check"] }).exit();
  assertEquals(checked.stderr, "");
  await using server = await ServerProcess.start({ args: flags(pair) });
  const { code, stderr } = await askOnce([`localhost:${server.port}`, "--ca", pair.cert]);
  assertStringIncludes(stderr, "You are rank 0 of 1");
  assertEquals(code, 0, stderr);
});

test("it comes back over TLS when the server does", async () => {
  await using certificates = await Certificates.make();
  const args = flags(await certificates.issue("server"));
  await using first = await ServerProcess.start({ args });
  const client = new ClientProcess([`localhost:${first.port}`, "--ca", certificates.ca, "--stay"], {
    env: { RANKCLIENT_LIMITS_RECONNECT_MAX_MS: "300" },
  });
  await first.line("assigned rank 0");
  await first.stop("SIGKILL");
  await using again = ServerProcess.spawn({ args: ["--port", String(first.port), ...args] });
  await again.line("assigned rank 0");
  client.kill("SIGTERM");
  assertEquals((await client.exit()).code, 143);
});

test("G11 over TLS: a client under --lead leads, and the guard of one that was killed gives its seat up", async () => {
  await using certificates = await Certificates.make();
  const { cert, key } = await certificates.issue("server");
  await using world = await LeadWorld.start({ toml: `[tls]\ncert_file = "${cert}"\nkey_file = "${key}"\n` });
  const options = { flags: ["--ca", certificates.ca] };
  const [first] = await world.startClients(["one", "two"], options);
  const leader = await world.started("the first leads", () => true);
  await first!.kill();
  // By its guard's word: the lease would be over later.
  await within(
    15_000,
    "the server hears that the seat is free",
    () => /left rank 0: left/.exec(world.serverLog),
  );
  await world.started("the second leads", ({ pid }) => pid !== leader.pid);
  assertEquals(world.log.faults, []);
});

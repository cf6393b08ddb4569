// A server with a page as an operator runs it: its own process, with its rights, files and signals.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Certificates, isOpensslMissing } from "../../support/programs/certificates.ts";
import { freePorts } from "../../support/programs/free_ports.ts";
import { FROM_SOURCES, ServerProcess } from "../../support/programs/start_process.ts";
import { tokenOf, tokensToml } from "../../support/server/tokens.ts";
import { askHttp, exchange, readAnswer } from "../../support/web/web_ground.ts";
import { WebSocketClient } from "../../support/web/web_socket_client.ts";

const TOKENS = tokensToml({ ops: "watch = true\nevict = true" });
const AUTHORIZED = { "Content-Type": "application/json", "Authorization": `Bearer ${tokenOf("ops")}` };

/** A server in a folder of its own with these files. */
async function start(files: Readonly<Record<string, string>>) {
  const cwd = await Deno.makeTempDir({ prefix: "rankserver-web-" });
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${cwd}/${name}`, text, { mode: 0o600 });
  }
  const server = await ServerProcess.start({ args: ["--config", "server.toml"], cwd });
  return {
    cwd,
    server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await Deno.remove(cwd, { recursive: true });
    },
  };
}

Deno.test("a server with a page serves it, its metrics and seats, and says at the other port where it is", async () => {
  const [port] = freePorts(1) as [number];
  await using started = await start({
    "server.toml": `[web]\nport = ${port}\nseats = true\nbase_path = "/rank"`,
  });
  const { server } = started;
  await server.line(`Page for browsers: http://127.0.0.1:${port}/rank/`);
  const page = await askHttp(port, "GET /rank/");
  assertEquals([page.status, page.headers.get("content-type")], [200, "text/html; charset=utf-8"]);
  const metrics = await askHttp(port, "GET /rank/metrics");
  assertStringIncludes(metrics.body, "\nrankserver_members 0\n");
  const received = await exchange(server.port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  // A server without tokens has welcomed the client before.
  const answer = readAnswer(received.slice(received.indexOf("HTTP/1.1")));
  assertEquals(answer.status, 400);
  assertStringIncludes(answer.body, `The page for browsers is at http://127.0.0.1:${port}/rank/\n`);
  const { code, stderr } = await server.stop();
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("an operator reloads and shuts down on the page, and the audit has the name", async () => {
  const [port] = freePorts(1) as [number];
  await using started = await start({
    "tokens.toml": TOKENS,
    "server.toml":
      `[web]\nport = ${port}\n[auth]\ntokens_file = "tokens.toml"\n[journal]\nfile = "ranks.sqlite"`,
  });
  const { server, cwd } = started;
  const act = (action: string) => askHttp(port, "POST /actions", AUTHORIZED, JSON.stringify({ action }));
  const logIn = (token: string) =>
    askHttp(port, "POST /login", { "Content-Type": "application/json" }, JSON.stringify({ token }));
  await logIn(tokenOf("ops"));
  await server.line("logged in to the page with token 'ops'");
  await logIn("a guess");
  await server.line("login to the page failed: Invalid token");
  assertEquals((await act("reload")).status, 200);
  await server.line("Configuration reloaded: no changes");
  assertEquals((await act("shutdown")).status, 200);
  await server.line("Shutting down (the page, token ops)");
  assertEquals((await server.exit()).code, 0);
  const program = [...FROM_SOURCES, "history"] as const;
  const { stdout: output } = await ServerProcess.spawn({ program, args: [`${cwd}/ranks.sqlite`] }).exit();
  assertStringIncludes(output, "login failed: Invalid token (page)");
  assertStringIncludes(output, "(token 'ops') requested a reload");
  assertStringIncludes(output, "Server shut down (the page, token ops)");
});

Deno.test({
  name: "the page has the certificate of [tls], and a renewed one after a reload; behind a proxy it has none",
  ignore: isOpensslMissing,
  fn: async () => {
    const [port] = freePorts(1) as [number];
    await using certificates = await Certificates.make();
    const { cert, key } = await certificates.issue("server");
    const toml = `[tls]\ncert_file = "${cert}"\nkey_file = "${key}"\n[web]\nport = ${port}\n`;
    await using started = await start({ "server.toml": toml });
    const { server } = started;
    await server.line(`Page for browsers: https://127.0.0.1:${port}/`);
    const [before, again] = [await serialOf(port), await serialOf(port)];
    assertEquals(before, again);
    await certificates.issue("server");
    server.signal("SIGHUP");
    await server.line("Configuration reloaded: changed certificate");
    assert(await serialOf(port) !== before);
    using client = Deno.createHttpClient({ caCerts: [await Deno.readTextFile(certificates.ca)] });
    const response = await fetch(`https://localhost:${port}/session`, { client });
    assertEquals((await response.json()).needsToken, false);
    assertEquals((await server.stop()).stderr, "");

    await using behind = await start({ "server.toml": `${toml}tls = false` });
    await behind.server.line(`Page for browsers: http://127.0.0.1:${port}/`);
    assertEquals((await askHttp(port, "GET /healthz")).body, "ok\n");
  },
});

Deno.test("a page that other machines can reach is warned of, and a port that is in use is named", async () => {
  const [port] = freePorts(1) as [number];
  await using started = await start({ "server.toml": `[web]\nhost = "0.0.0.0"\nport = ${port}` });
  await started.server.line(
    "other machines can reach the page (web.host is 0.0.0.0) without tokens and without TLS",
  );
  const { code, stderr } = await ServerProcess.spawn({
    args: ["--port", "0"],
    env: { RANKSERVER_WEB_PORT: String(port) },
  }).exit();
  assertEquals(code, 1);
  assertStringIncludes(stderr, `Cannot listen for the page on 127.0.0.1 port ${port}: the port is in use`);
});

Deno.test("seats over WebSocket work in a server that has given up its rights", async () => {
  const [port] = freePorts(1) as [number];
  await using _started = await start({ "server.toml": `[web]\nport = ${port}\nseats = true` });
  await using socket = await WebSocketClient.connect(port);
  assertEquals((await socket.request("hello", { name: "phone" })).result.rank, 0);
});

/** What openssl says of the certificate that the page shows. */
async function serialOf(port: number): Promise<string> {
  const script =
    `openssl s_client -connect 127.0.0.1:${port} </dev/null 2>/dev/null | openssl x509 -noout -serial`;
  const { stdout } = await new Deno.Command("sh", { args: ["-c", script] }).output();
  return new TextDecoder().decode(stdout);
}

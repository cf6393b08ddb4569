// The page behind nginx, with the configuration that docs/web.md recommends.

import { assert, assertEquals } from "@std/assert";
import { deadline } from "@std/async";
import { Certificates, isOpensslMissing } from "../../support/programs/certificates.ts";
import { isNginxMissing, Nginx } from "../../support/programs/nginx.ts";
import { WAIT_MS } from "../../support/server/arrivals.ts";
import { login, tokenOf, tokensToml } from "../../support/server/tokens.ts";
import { readAnswer, readToEnd, WebGround } from "../../support/web/web_ground.ts";
import { clientFrame } from "../../support/web/web_socket_client.ts";

const TOML = '[web]\nseats = true\nbase_path = "/rank"\nhosts = ["rank.example.org"]\n';
const TOKENS = tokensToml({ ops: "watch = true\nevict = true", ada: "" });
const ORIGIN = "https://rank.example.org";

type Fields = Readonly<Record<string, string>>;

Deno.test({
  name: "behind nginx the page is shown, logs in, is sent events immediately, and gives seats" +
    (isNginxMissing ? " (nginx is missing)" : ""),
  ignore: isNginxMissing || isOpensslMissing,
  fn: async () => {
    await using certificates = await Certificates.make();
    const certificate = await certificates.issue("proxy");
    await using ground = await WebGround.start({ toml: TOML, tokens: TOKENS });
    await using nginx = await Nginx.start({ pagePort: ground.port, certificate });
    const caCerts = [await Deno.readTextFile(certificates.ca)];
    const send = async (line: string, fields: Fields, body = "") => {
      const connection = await Deno.connectTls({ hostname: "127.0.0.1", port: nginx.port, caCerts });
      const all = { "Host": "rank.example.org", ...fields };
      const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join("");
      const length = body === "" ? "" : `Content-Length: ${body.length}\r\n`;
      await connection.write(encoder.encode(`${line} HTTP/1.1\r\n${head}${length}\r\n${body}`));
      return connection;
    };
    const ask = async (line: string, fields: Fields = {}, body = "") => {
      using connection = await send(line, { "Connection": "close", ...fields }, body);
      return readAnswer(await readToEnd(connection));
    };

    assertEquals((await ask("GET /rank/")).status, 200);
    const logIn = (fields: Fields) =>
      ask(
        "POST /rank/login",
        { "Content-Type": "application/json", ...fields },
        JSON.stringify({ token: tokenOf("ops") }),
      );
    // As proxies in front of this one send it.
    const { status, headers } = await logIn({ "Origin": ORIGIN, "X-Forwarded-For": "192.0.2.1" });
    assertEquals(status, 200);
    const cookie = headers.get("set-cookie")!;
    assert(cookie.endsWith("; Secure"), cookie);
    assertEquals((await logIn({ "Origin": "https://evil.example" })).status, 403);
    // A browser on another port than that of the scheme.
    const host = { "Host": "rank.example.org:8443", "Origin": `${ORIGIN}:8443` };
    assertEquals((await logIn(host)).status, 200);

    const [pair = ""] = cookie.split(";", 1);
    using events = await send("GET /rank/events", { "Cookie": pair });
    await until(events, "event: snapshot");
    await using _ada = await login(ground.ranks.port, "ada", { name: "ada" });
    await until(events, '"name":"ada"');

    using socket = await send("GET /rank/ws", {
      "Origin": ORIGIN,
      "Connection": "Upgrade",
      "Upgrade": "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    });
    await until(socket, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    const hello = {
      jsonrpc: "2.0",
      id: 1,
      method: "hello",
      params: { name: "phone", token: tokenOf("ada") },
    };
    await socket.write(clientFrame(1, JSON.stringify(hello)));
    await until(socket, '"rank":1');
  },
});

const encoder = new TextEncoder();

/** Reads until this has been received. */
async function until(connection: Deno.TlsConn, text: string): Promise<void> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65_536);
  for (let received = "";;) {
    const count = await deadline(connection.read(buffer), WAIT_MS);
    if (count === null) throw new Error(`the connection ended after ${received}`);
    received += decoder.decode(buffer.subarray(0, count), { stream: true });
    if (received.includes(text)) return;
  }
}

import { assertEquals } from "@std/assert";
import { findForeignGreeting } from "../../../src/protocol/wire/foreign_greeting.ts";

const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  "HTTP": [
    "GET / HTTP/1.1",
    "POST /run HTTP/1.0",
    "OPTIONS * HTTP/1.1",
    "ping / HTTP/1.1",
    "PRI * HTTP/2.0",
    // Every character that a method may have (RFC 9110, section 5.6.2).
    ...[..."!#$%&'*+-.^_`|~0aZ"].flatMap((method) => [`${method} / HTTP/1.1`, `${method}x / HTTP/1.1`]),
    " GET / HTTP/1.1",
    "GET / HTTP/1.1\rHost: h",
    "GET / HTTP/1.1 \0",
    "GET /with spaces in it HTTP/1.1 ",
    "CONNECT localhost:6001 HTTP/1.1",
    "GET http://127.0.0.1:6001/ HTTP/1.1",
    "Host: 127.0.0.1:6001",
    "user-agent: curl/8",
    "Accept: */*",
    "Accept-Encoding: gzip",
    "Origin: http://example.com",
    "Sec-Fetch-Mode: no-cors",
    "X-Forwarded-For: 10.0.0.1",
  ],
  "RTSP": ["OPTIONS / RTSP/1.0", "-m / RTSP/1.0"],
  "SIP": ["OPTIONS sip:nm SIP/2.0"],
  "SSH": ["SSH-2.0-OpenSSH_9.9", "SSH-1.99-x"],
  "Redis": ["*1", "*12"],
  "PROXY": ["PROXY TCP4 10.0.0.1 10.0.0.2 1 2", "PROXY UNKNOWN"],
  "JSON-RPC with headers": ["Content-Length: 42", "content-type: application/vscode-jsonrpc"],
};

for (const [protocol, lines] of Object.entries(FOREIGN)) {
  Deno.test(`a first line of ${protocol} is recognized`, () => {
    for (const line of lines) assertEquals(findForeignGreeting(line)?.protocol, protocol, line);
  });
}

Deno.test("what a person types and what a program sends belongs to no other protocol", () => {
  const lines = [
    "",
    "uptime",
    "PING",
    "QUIT",
    "GET x",
    "@2 restart nginx",
    "/login token",
    "echo HTTP/1.1 x",
    "*",
  ];
  const messages = ['{"jsonrpc":"2.0","method":"ping"}', '[{"a":"x HTTP/1.1', '{"a": "x HTTP/1.1'];
  for (const line of [...lines, ...messages]) assertEquals(findForeignGreeting(line), undefined, line);
});

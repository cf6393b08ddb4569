// The first line of a connection: those of other protocols are answered and closed, and what telnet and editors put before
// one does not matter. With and without tokens.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { RawClient } from "../../support/server/raw_client.ts";
import { type StartOptions, startServer, type TestServer } from "../../support/server/start_server.ts";
import { tokenOf, tokensToml } from "../../support/server/tokens.ts";

const COMMANDS = 'commands = ["x", "ping"]\n';
const SERVERS: Readonly<Record<string, StartOptions>> = {
  "": { toml: COMMANDS },
  " with tokens": { toml: COMMANDS, tokens: tokensToml({ ada: "" }) },
};

/** What a client sends, the protocol that the log names, and what the client is sent before the end. */
const GREETINGS: readonly [protocol: string, sent: string, reply: RegExp][] = [
  ["HTTP", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", /^HTTP\/1\.1 400 Bad Request\r$/m],
  ["HTTP", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 14\r\n\r\nx\nping\n/yield\n", /^HTTP\/1\.1 400 /m],
  ["HTTP", "Host: localhost\r\n\r\nx\nping\n", /^HTTP\/1\.1 400 /m],
  ["HTTP", "#x / HTTP/1.1\r\nHost: h\r\n\r\nx\nping\n/yield\n", /^HTTP\/1\.1 400 /m],
  ["HTTP", "*1 / HTTP/1.1\r\nX: y\r\n\r\nx\nping\n", /^HTTP\/1\.1 400 /m],
  ["SSH", "SSH-2.0-OpenSSH_9.9\r\n", /^Closing: This port does not speak SSH/m],
  ["Redis", "*1\r\n$4\r\nPING\r\n", /^Closing: This port does not speak Redis/m],
  [
    "JSON-RPC with headers",
    'Content-Length: 40\r\n\r\n{"jsonrpc":"2.0","id":1,"method":"ping"}\n',
    /^\{"jsonrpc":"2\.0","method":"closing",.*"wrong_protocol".*end at line breaks/m,
  ],
  ["TLS", "\x16\x03\x01\x00\x0a", /^[^]\p{Control}{2}/mu],
];

for (const [name, options] of Object.entries(SERVERS)) {
  for (const [protocol, sent, reply] of GREETINGS) {
    Deno.test(`a server${name} ends ${JSON.stringify(sent.slice(0, 16))} with a reply and one log line, and does nothing of it`, async () => {
      await using server = await startServer(options);
      await using witness = await observer(server, options);
      await using client = await RawClient.connect(server.port);
      client.sendBytes(sent);
      assertEquals(await client.ended(), "end of stream");
      assertMatch(client.received, reply);
      assertEquals(server.eventsOf("foreign_protocol").map((event) => [event.protocol, event.count]), [
        [protocol, 1],
      ]);
      await witness.settled();
      for (
        const kind of ["command_accepted", "command_refused", "login_refused", "client_yielded"] as const
      ) {
        assertEquals(server.eventsOf(kind), []);
      }
    });
  }
}

const REQUEST = "POST / HTTP/1.1\r\nX: y\r\n\r\nx\nping\n/yield\n";
const BEFORE_REQUEST: Readonly<Record<string, readonly string[]>> = {
  "behind blank lines": [`\r\n \t\r\n\n${REQUEST}`],
  "behind blank lines that came before it": ["\n", "\r\n", REQUEST],
  "behind a line that can be read otherwise, in the same read": [`/help\n${REQUEST}`],
};

for (const [name, reads] of Object.entries(BEFORE_REQUEST)) {
  Deno.test(`nothing of an HTTP request ${name} is executed`, async () => {
    await using server = await startServer({ toml: COMMANDS });
    await using below = await RawClient.connect(server.port);
    await using client = await RawClient.connect(server.port);
    for (const read of reads) await client.written(new TextEncoder().encode(read));
    assertEquals(await client.ended(), "end of stream");
    assertStringIncludes(client.received, "HTTP/1.1 400 ");
    await below.settled();
    for (const kind of ["command_accepted", "command_refused", "client_yielded"] as const) {
      assertEquals(server.eventsOf(kind), []);
    }
  });
}

Deno.test("a person is greeted after an empty line, and may end a command like an HTTP request", async () => {
  await using server = await startServer({ toml: COMMANDS });
  await using client = await RawClient.connect(server.port);
  client.sendBytes("\n");
  await client.text("You are rank 0");
  client.sendBytes("/name Ada\nx to HTTP/1.1\n/quit\n");
  await client.text('Your name is now "Ada"');
  await client.text("No client ranks below you");
  await client.text("Goodbye");
});

Deno.test("a first line that is too long, or no text, does not turn those behind it into commands", async () => {
  const toml = `${COMMANDS}[limits]\nline_bytes = 4096\noutput_bytes = 1024\n`;
  const long = "a".repeat(5_000);
  for (
    const [first, reply] of [
      [`POST /${long} HTTP/1.1`, "HTTP/1.1 400 "],
      [long, "Closing: Line exceeds the limit of 4096 bytes"],
      ["POST /\xff HTTP/1.1", "HTTP/1.1 400 "],
    ] as const
  ) {
    await using server = await startServer({ toml });
    await using client = await RawClient.connect(server.port);
    const sent = `${first}\r\nX: y\r\nHost: h\r\n\r\nx\nping\n`;
    client.sendBytes(Uint8Array.from(sent, (character) => character.charCodeAt(0)));
    assertEquals(await client.ended(), "end of stream");
    assertStringIncludes(client.received, reply);
    assertEquals(server.eventsOf("command_refused"), []);
  }
});

Deno.test("a request line that is too long does not turn the lines behind it into commands", async () => {
  await using server = await startServer({
    toml: `${COMMANDS}[limits]\nline_bytes = 4096\noutput_bytes = 1024\n`,
  });
  await using client = await RawClient.join(server.port);
  client.sendBytes(`POST /${"a".repeat(5_000)} HTTP/1.1\r\nHost: h\r\n\r\nx\nping\n`);
  assertEquals(await client.ended(), "end of stream");
  assertStringIncludes(client.received, "HTTP/1.1 400 ");
  assertEquals(server.eventsOf("command_refused"), []);
});

const TELNET = [255, 251, 31, 255, 250, 31, 0, 80, 0, 10, 255, 240];
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const OPENINGS: Readonly<Record<string, readonly number[]>> = {
  "a byte order mark": BYTE_ORDER_MARK,
  "telnet negotiation": TELNET,
  "telnet negotiation and a byte order mark": [...TELNET, ...BYTE_ORDER_MARK],
};

for (const [name, opening] of Object.entries(OPENINGS)) {
  Deno.test(`${name} before the first line of a program is ignored`, async () => {
    for (const options of Object.values(SERVERS)) {
      await using server = await startServer(options);
      await using client = await RawClient.connect(server.port);
      for (const byte of opening) await client.written(Uint8Array.of(byte));
      const { result } = await client.request("hello", { token: tokenOf("ada"), name: "Ada" });
      assertEquals(result.rank, 0);
    }
  });

  Deno.test(`${name} before the first line of a person is ignored`, async () => {
    for (const options of Object.values(SERVERS)) {
      await using server = await startServer(options);
      await using client = await RawClient.connect(server.port);
      client.sendBytes(Uint8Array.from(opening));
      client.send(options.tokens === undefined ? "/help" : `/login ${tokenOf("ada")}`);
      await client.text("You are rank 0");
      client.send("/quit");
      assertEquals(await client.text("Goodbye"), "Goodbye");
      assert(!client.received.includes("Refused"), client.received);
    }
  });
}

/** What Ctrl-C sends: an interrupt, and a request for a timing mark, without whose answer the client shows nothing more. */
const INTERRUPT = [255, 244, 255, 253, 6];

Deno.test("telnet commands between the lines of a person are ignored, wherever a read ends", async () => {
  const encoder = new TextEncoder();
  const typed = [
    ...encoder.encode("/can"),
    ...INTERRUPT,
    ...encoder.encode("cel\n"),
    ...INTERRUPT,
    ...TELNET,
    ...encoder.encode("/cancel\n/quit\n"),
  ];
  for (const options of Object.values(SERVERS)) {
    const login = options.tokens === undefined ? "" : `/login ${tokenOf("ada")}\n`;
    const bytes = Uint8Array.from([...encoder.encode(login), ...typed]);
    for (const step of [1, 7, bytes.length]) {
      await using server = await startServer(options);
      await using client = await RawClient.connect(server.port);
      for (let at = 0; at < bytes.length; at += step) await client.written(bytes.slice(at, at + step));
      await client.ended();
      const answers = client.lines.map(({ text }) => text).filter((text) =>
        /cancelled|Goodbye|Refused/.test(text)
      );
      assertEquals(answers.map((text) => text.replace(/^\W+/, "")), [
        "0 runs cancelled",
        "0 runs cancelled",
        "Goodbye",
      ]);
      // Read as UTF-8: IAC WONT TIMING-MARK.
      assertStringIncludes(client.received, "\ufffd\ufffd\x06");
    }
  }
});

Deno.test("telnet commands in the session of a program are bytes that are not UTF-8", async () => {
  for (const options of Object.values(SERVERS)) {
    await using server = await startServer(options);
    await using client = await RawClient.connect(server.port);
    await client.request("hello", options.tokens === undefined ? {} : { token: tokenOf("ada") });
    client.sendBytes(
      Uint8Array.from([
        ...INTERRUPT,
        ...new TextEncoder().encode('{"jsonrpc":"2.0","id":7,"method":"ping"}\n'),
      ]),
    );
    const { json: { error } } = await client.next(({ json }) => json?.error !== undefined);
    assertEquals([error.code, error.message], [-32700, "Line is not valid UTF-8"]);
  }
});

/** A member that notices when something is done. */
async function observer(server: TestServer, { tokens }: StartOptions): Promise<RawClient> {
  const client = await RawClient.connect(server.port);
  await client.request("hello", tokens === undefined ? {} : { token: tokenOf("ada") });
  return client;
}

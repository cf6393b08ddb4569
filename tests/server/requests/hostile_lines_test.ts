// Lines that cannot be read or answered (G9, G12): each has a documented error, the connection goes on at the next line, and
// other clients are not affected.

import { eventText } from "../../../src/log/event_text.ts";
import { jsonLine } from "../../../src/log/json_lines.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { acts } from "../../support/acting_text.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { startServer, type TestServer } from "../../support/server/start_server.ts";

const LINE_BYTES = 4_096;
const TOML = `[limits]\nline_bytes = ${LINE_BYTES}\noutput_bytes = 1024\nbatch_items = 3
[commands.uptime]
[commands.restart]
args = [{ name = "service", one_of = ["nginx"] }]`;

const request = (part: string) => `{"jsonrpc":"2.0","id":7,${part}}`;
const run = (params: string) => request(`"method":"run","params":${params}`);
const bytes = (...values: number[]) => Uint8Array.from(values);

/** What a client sends, the id and the reason of the answer. */
const CASES: [name: string, line: string | Uint8Array, id: unknown, reason: string][] = [
  ["an overlong line", "x".repeat(LINE_BYTES + 1), null, "too_large"],
  ["a very overlong line", `{"jsonrpc":"2.0","id":7,"method":"${"x".repeat(1_000_000)}"}`, null, "too_large"],
  ["bad UTF-8", bytes(0x7b, 0xff, 0xfe, 0x7d), null, "parse_error"],
  ["an overlong encoding", bytes(0x7b, 0xc0, 0xaf, 0x7d), null, "parse_error"],
  ["a character cut short", bytes(0x7b, 0xe2, 0x82), null, "parse_error"],
  ["bad JSON", '{"jsonrpc":"2.0","id":7,', null, "parse_error"],
  ["an empty line of JSON's kind", "{", null, "parse_error"],
  ["a NUL", "\0", null, "parse_error"],
  ["an empty batch", "[]", null, "invalid_request"],
  ["a batch that is too long", "[1,2,3,4]", null, "too_large"],
  ["deep nesting", "[".repeat(2_000) + "]".repeat(2_000), null, "too_large"],
  ["another version", '{"jsonrpc":"1.0","id":7,"method":"ping"}', 7, "invalid_request"],
  ["no version", '{"id":7,"method":"ping"}', 7, "invalid_request"],
  ["an id that is none", '{"jsonrpc":"2.0","id":{},"method":"ping"}', null, "invalid_request"],
  ["a method that is none", request('"method":5'), 7, "invalid_request"],
  ["params that are none", request('"method":"ping","params":"x"'), 7, "invalid_request"],
  ["neither method nor result", request('"x":1'), 7, "invalid_request"],
  ["an unknown method", request('"method":"reboot"'), 7, "method_not_found"],
  ["a method of every object", request('"method":"constructor"'), 7, "method_not_found"],
  ["a method of every prototype", request('"method":"__proto__"'), 7, "method_not_found"],
  ["no command", run("{}"), 7, "invalid_params"],
  ["a command that is none", run('{"command":5}'), 7, "invalid_params"],
  ["params by position", run('["uptime"]'), 7, "invalid_params"],
  ["args that are none", run('{"command":"uptime","args":"-p"}'), 7, "invalid_params"],
  ["an argument that is none", run('{"command":"uptime","args":[1]}'), 7, "invalid_params"],
  ["a list of ranks that is none", run('{"command":"uptime","to":1}'), 7, "invalid_params"],
  ["a rank below 0", run('{"command":"uptime","to":[-1]}'), 7, "invalid_params"],
  ["a rank with a fraction", run('{"command":"uptime","to":[1.5]}'), 7, "invalid_params"],
  ["a rank beyond all numbers", run('{"command":"uptime","to":[1e300]}'), 7, "invalid_params"],
  ["a time-out of nothing", run('{"command":"uptime","timeout_ms":0}'), 7, "invalid_params"],
  ["a command of every object", run('{"command":"__proto__"}'), 7, "not_allowed"],
  ["nobody chosen", run('{"command":"uptime","to":[]}'), 7, "invalid_params"],
  [
    "an id without end",
    `{"jsonrpc":"2.0","id":"${"x".repeat(257)}","method":"ping"}`,
    null,
    "invalid_request",
  ],
  ["more ranks than seats", run(`{"command":"uptime","to":[${"2,".repeat(25)}2]}`), 7, "too_large"],
  ...["ping", "roster", "yield"].flatMap((method): typeof CASES[number][] => [
    [
      `an unknown member for ${method}`,
      request(`"method":"${method}","params":{"dry_run":true}`),
      7,
      "invalid_params",
    ],
    [`params by position for ${method}`, request(`"method":"${method}","params":[1]`), 7, "invalid_params"],
    [`an empty array for ${method}`, request(`"method":"${method}","params":[]`), 7, "invalid_params"],
  ]),
  ["an empty array for hello", request('"method":"hello","params":[]'), 7, "invalid_params"],
  ["an id beyond 2^53", '{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}', null, "invalid_request"],
  ["a misspelt key", run('{"command":"uptime","dryrun":true}'), 7, "invalid_params"],
  ["nobody at that rank", run('{"command":"uptime","to":[2,9007199254740991]}'), 7, "no_recipient"],
  ["oneself", run('{"command":"uptime","to":[1]}'), 7, "outranked"],
  ["somebody above", run('{"command":"uptime","to":[2,0]}'), 7, "outranked"],
  ["a name of nothing", request('"method":"hello","params":{"name":"  "}'), 7, "invalid_params"],
  ["a name that acts", request('"method":"hello","params":{"name":"\\u001b[2J"}'), 7, "invalid_params"],
  [
    "a name that is long",
    request(`"method":"hello","params":{"name":"${"x".repeat(65)}"}`),
    7,
    "invalid_params",
  ],
  ["watching maybe", request('"method":"watch","params":{"on":"yes"}'), 7, "invalid_params"],
  ["cancelling nothing", request('"method":"cancel","params":{"run":99}'), 7, "invalid_params"],
];

async function withThree(
  test: (server: TestServer, sender: RawClient, others: RawClient[]) => Promise<void>,
): Promise<void> {
  await using server = await startServer({ toml: TOML });
  await using above = await RawClient.join(server.port);
  await using sender = await RawClient.join(server.port);
  await using below = await RawClient.join(server.port);
  await test(server, sender, [above, below]);
  for (const other of [above, below]) {
    await other.settled();
    assertEquals(other.lines.length, 2, "the others have had their welcome and their ping, nothing else");
  }
}

Deno.test("G9, G12: what cannot be read or answered has a clear error, and the next line is read", async (t) => {
  await withThree(async (_server, sender) => {
    // Its first line shows a program: an overlong one would be closed for it.
    await sender.settled();
    await sender.next();
    for (const [name, line, id, reason] of CASES) {
      await t.step(name, async () => {
        const seen = sender.lines.length;
        sender.sendBytes(line);
        sender.send("");
        const { json } = await sender.next();
        const response = Array.isArray(json) ? json[0] : json;
        assertEquals([response.id ?? undefined, response.error.data.reason], [id ?? undefined, reason]);
        assertEquals(response.error.message.length > 0, true);
        await sender.settled();
        assertEquals(sender.lines.length, seen + 2, "one error and the answer to a ping");
        await sender.next();
      });
    }
  });
});

Deno.test("G9: a client that keeps sending nonsense is answered line by line, and no other client waits", async () => {
  await withThree(async (server, sender) => {
    await using witness = await RawClient.join(server.port);
    sender.sendBytes(Array.from({ length: 2_000 }, (_, i) => `{nonsense ${i}\n`).join(""));
    await witness.settled();
    await sender.settled();
    assertEquals(sender.lines.length, 1 + 2_000 + 1);
    // Joined by read in the log: it is told of all of them, in far fewer lines.
    const told = server.eventsOf("message_refused");
    assertEquals(told.reduce((sum, { count }) => sum + count, 0), 2_000);
    assert(told.length < 1_000, `${told.length} log lines`);
  });
});

Deno.test("text from untrusted clients is logged without characters that act on a terminal", async () => {
  await withThree(async (server, sender) => {
    for (
      const line of ["{\x1b[2J\x1b]0;title\x07\r\u202e", '{"jsonrpc":"2.0","id":"a","method":"\\u001b[2J"}']
    ) {
      sender.send(line);
    }
    await sender.request("run", { command: "\x1b[2J" });
    await sender.request("run", { command: "restart", args: ["\x1b]\x9b\u202e"] });
    await sender.settled();
    for (const event of server.events) {
      for (const line of [eventText(event), jsonLine(event)]) assert(!acts(line), JSON.stringify(event));
    }
  });
});

Deno.test("a text session gets plain lines, and goes on", async () => {
  await withThree(async (_server, sender, _others) => {
    sender.send("/nonsense");
    assertStringIncludes(await sender.text("Refused"), "/nonsense");
    for (
      const [line, answer] of [
        ["reboot", "is not an allowed command"],
        ['uptime "open', "Missing closing quote"],
        ["@0 uptime", "Rank 0 is above you"],
        ["@1 uptime", "Rank 1 is your own rank"],
        ["@7 uptime", "No client has rank 7"],
        ["@0-99999 uptime", "highest rank number"],
        ["@- uptime", "Use @2"],
        ["@x uptime", 'No client below you has the name "x"'],
        ["@2", "Missing command after"],
        ["x".repeat(LINE_BYTES + 1), "Line exceeds the limit"],
        ['{"jsonrpc":"2.0","id":1,"method":"ping"}', "is not an allowed command"],
      ] as const
    ) {
      sender.send(line);
      assertStringIncludes(await sender.text("Refused"), answer);
    }
    sender.sendBytes(bytes(0xff, 0x0a));
    assertStringIncludes(await sender.text("Refused"), "not valid UTF-8");
    sender.send("/who");
    await sender.text("3 of 20 seats are taken");
  });
});

// The fast lane compared to the general way: the same bytes from the same clients, once with the fast lane and once without,
// lead to the same messages for all clients and the same log.

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ServerEvent } from "../../../src/log/server_event.ts";
import { FastLane } from "../../../src/server/requests/fast_lane.ts";
import { argument, edited, plainAnswer, plainRun } from "../../support/server/run_lines.ts";
import { holdsAsync } from "../../support/seed.ts";
import type { Clock } from "../../../src/time/clock.ts";
import { NAUGHTY } from "../../support/naughty_strings.ts";
import * as values from "../../protocol/json_rpc/tables/json_values.ts";
import { FakeConnection, FakeListener } from "../../support/server/fake_sessions.ts";
import { startServer } from "../../support/server/start_server.ts";

const TOML = `
[limits]
args_count = 3
arg_bytes = 10
line_bytes = 2000
output_bytes = 400
[commands.ping]
[commands.first]
max_rank = 0
[commands.few]
max_executors = 1
[commands.ruled]
args = [{ name = "service", one_of = ["web", "db"] }, { name = "count", integer = true, min = 1, max = 9, optional = true }]
`;

const MEMBERS = 5;
/** Reads text: it is shown what the others execute. */
const TEXT_MEMBER = 3;
const PROGRAMS = [0, 1, 2, 4];
const END_ID = "the end";
/** What takes longer than a turn is spread over more, and the log has a line for each: not when the machine is slow. */
const STANDING: Clock = { now: () => 0, after: () => () => {} };

/** Some bytes of one member. */
interface Said {
  readonly member: number;
  readonly bytes: Uint8Array;
}

interface Outcome {
  readonly told: string[];
  readonly events: ServerEvent[];
}

async function play(story: readonly Said[], hasFastLane: boolean): Promise<Outcome & { taken: number }> {
  const { take } = FastLane.prototype;
  let taken = 0;
  FastLane.prototype.take = function (session, lines, start) {
    if (!hasFastLane) return start;
    const end = take.call(this, session, lines, start);
    if (end > start) taken++;
    return end;
  };
  try {
    const connections = Array.from({ length: MEMBERS }, (_, i) => new FakeConnection({ port: i + 1 }));
    await using server = await startServer({
      toml: TOML,
      listener: new FakeListener(connections),
      clock: STANDING,
    });
    await server.until((event) => event.event === "client_seated" && event.rank === MEMBERS - 1);
    for (const [i, connection] of connections.entries()) {
      await say(connection, i === TEXT_MEMBER ? "/help\n" : '{"jsonrpc":"2.0","id":0,"method":"ping"}\n');
    }
    for (const { member, bytes } of story) await say(connections[member]!, bytes);
    // A line that one member has not ended yet ends here; the answer says that all before it was handled.
    for (const program of PROGRAMS) {
      await say(connections[program]!, `\n{"jsonrpc":"2.0","id":"${END_ID}","method":"ping"}\n`);
    }
    const told = connections.map(({ written }) =>
      written.join("").replace(/"lead_after_ms":\d+/g, '"lead_after_ms":0')
    );
    for (const program of PROGRAMS) assert(told[program]!.includes(`"id":"${END_ID}"`), told[program]);
    const events = server.events.map(withoutTime);
    for (const connection of connections) connection.feed(null);
    return { told, events, taken };
  } finally {
    FastLane.prototype.take = take;
  }
}

/** Lets a connection read `bytes`, and the server do all that follows from them. */
async function say(connection: FakeConnection, bytes: Uint8Array | string): Promise<void> {
  connection.feed(bytes);
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function withoutTime(event: ServerEvent): ServerEvent {
  return event.event === "run_ended" ? { ...event, ms: 0 } : event;
}

const commandLine = fc.tuple(
  fc.constantFrom("ping", "ping", "ping", "first", "few", "ruled", "unknown"),
  fc.option(fc.array(fc.oneof(argument, fc.constantFrom("web", "db", "3")), { maxLength: 4 }), {
    nil: undefined,
  }),
).map(([command, args]) => plainRun(command, args));

const otherLine = fc.oneof(
  fc.constantFrom(
    "",
    '{"jsonrpc":"2.0","id":"p","method":"ping"}',
    '{"jsonrpc":"2.0","id":"r","method":"run","params":{"command":"ping","args":["a"]}}',
    '{"jsonrpc":"2.0","id":"s","method":"run","params":{"command":"ping","to":[2]}}',
    '{"jsonrpc":"2.0","method":"run","params":{"command":"ping","to":[1]}}',
    '{"jsonrpc":"2.0","id":"c","method":"cancel","params":{"run":"r"}}',
    '{"jsonrpc":"2.0","method":"hello","params":{"name":"new"}}',
    '{"jsonrpc":"2.0","id":"y","method":"yield"}',
  ),
  fc.tuple(fc.integer({ min: -1, max: 4 }), fc.integer({ min: -2, max: 2 }))
    .map(([id, code]) => plainAnswer(id, { code })),
);

const line = edited(fc.oneof({ weight: 3, arbitrary: commandLine }, { weight: 1, arbitrary: otherLine }));

/** Lines of one member as bytes, now and then not UTF-8, and with either ending. */
const speech = fc.tuple(
  fc.array(fc.tuple(line, fc.constantFrom("\n", "\n", "\n", "\n", "\r\n")), { minLength: 1, maxLength: 8 }),
  fc.option(fc.nat(400), { freq: 12, nil: undefined }),
).map(([lines, spoilt]) => {
  const bytes = new TextEncoder().encode(lines.flat().join(""));
  if (spoilt !== undefined && spoilt < bytes.length) bytes[spoilt] = 0xff;
  return bytes;
});

/** Members speak in turn, each in one or two pieces. */
const story = fc.array(
  fc.tuple(fc.constantFrom(...PROGRAMS), speech, fc.option(fc.nat(100), { nil: undefined })),
  { minLength: 1, maxLength: 6 },
).map((turns) =>
  turns.flatMap(([member, bytes, cut]): Said[] =>
    cut === undefined
      ? [{ member, bytes }]
      : [{ member, bytes: bytes.slice(0, cut) }, { member, bytes: bytes.slice(cut) }]
  )
);

Deno.test("G4, G6: all clients and the log get the same with the fast lane and without", async () => {
  let taken = 0;
  await holdsAsync(
    fc.asyncProperty(story, async (said) => {
      const { taken: count, ...fast } = await play(said, true);
      const { taken: none, ...general } = await play(said, false);
      assertEquals(none, 0);
      taken += count;
      assertEquals(fast, general);
    }),
    { numRuns: 400 },
  );
  assert(taken > 100, `only ${taken} lines took the fast lane: the property says little`);
});

/** Any value, of JSON or not, where the short ways expect a text, an id or a code. */
function linesWith(value: string): string[] {
  return [
    `{"jsonrpc":"2.0","method":"run","params":{"command":"ping","args":[${value}]}}`,
    `{"jsonrpc":"2.0","method":"run","params":{"command":"ping","args":["a",${value}]}}`,
    `{"jsonrpc":"2.0","method":"run","params":{"command":${value}}}`,
    `{"jsonrpc":"2.0","id":${value},"result":{"code":0}}`,
    `{"jsonrpc":"2.0","id":1,"result":{"code":${value}}}`,
  ];
}

Deno.test("G4, G6: the tables of JSON values and naughty strings give the same with the fast lane and without", async () => {
  const texts = [
    ...Object.values(values).flatMap((rows) => rows.map(([_, text]) => text)),
    ...NAUGHTY.map(([_, text]) => JSON.stringify(text)).filter((text) => text.length < 1_000),
  ];
  const run = '{"jsonrpc":"2.0","id":"r","method":"run","params":{"command":"ping"}}';
  for (let at = 0; at < texts.length; at += 40) {
    const bytes = (member: number, lines: string[]) => ({
      member,
      bytes: new TextEncoder().encode(lines.map((line) => `${line}\n`).join("")),
    });
    const lines = texts.slice(at, at + 40).flatMap(linesWith);
    // The run's number is 1; a member below answers it, and commands those below itself.
    const story = [bytes(0, [run]), bytes(1, lines), bytes(0, lines)];
    const { taken: _, ...fast } = await play(story, true);
    const { taken: none, ...general } = await play(story, false);
    assertEquals(none, 0);
    assertEquals(fast, general);
  }
});

Deno.test("G4: a command that may not go out is refused in the fast lane's midst, and the others go out in order", async () => {
  const texts = ["a", "much longer than allowed", "b"].map((arg) => `${plainRun("ping", [arg])}\n`);
  const bytes = new TextEncoder().encode(texts.join(""));
  const { told } = await play([{ member: 0, bytes }], true);
  const executed = told[1]!.match(/"args":\["."\]/g);
  assertEquals(executed, ['"args":["a"]', '"args":["b"]']);
  assertEquals(told[0]!.match(/"method":"refused"/g)?.length, 1);
  assertEquals(told[TEXT_MEMBER]!.match(/commands: ping .\n/g)?.length, 2);
});

Deno.test("a person's line is a command in words, though it be spelt as a program's", async () => {
  const bytes = new TextEncoder().encode(`${plainRun("ping", ["x"])}\n`.repeat(2));
  const { told, taken } = await play([{ member: TEXT_MEMBER, bytes }], true);
  assertEquals(taken, 0);
  assertEquals(told[TEXT_MEMBER]!.match(/^Refused: /gm)?.length, 2);
});

/** What a member was told of its commands that were refused, by the word for it. */
function refusals(connection: FakeConnection): unknown[] {
  return connection.messages.filter(({ method }) => method === "refused").map(({ params }) =>
    params.data.reason
  );
}

Deno.test("a client that waits for a seat may not command, in the fast lane neither", async () => {
  const connections = [1, 2, 3].map((port) => new FakeConnection({ port }));
  const toml = '[session]\noverflow = "wait"\n';
  await using server = await startServer({
    toml: `max_clients = 2\ncommands = ["ping"]\n${toml}`,
    listener: new FakeListener(connections),
  });
  await server.until((event) => event.event === "client_waiting");
  const waiting = connections[2]!;
  await say(waiting, `{"jsonrpc":"2.0","id":0,"method":"ping"}\n${plainRun("ping")}\n`);
  assertEquals(refusals(waiting), ["unavailable"]);
  assertEquals(connections[1]!.messages.some(({ method }) => method === "execute"), false);
  for (const connection of connections) connection.feed(null);
});

Deno.test("a server that drains takes no more commands, in the fast lane neither", async () => {
  const connections = [1, 2].map((port) => new FakeConnection({ port }));
  await using server = await startServer({
    toml: TOML,
    listener: new FakeListener(connections),
    clock: STANDING,
  });
  await server.until((event) => event.event === "client_seated" && event.rank === 1);
  const [issuer, executor] = connections as [FakeConnection, FakeConnection];
  await say(issuer, '{"jsonrpc":"2.0","id":"r","method":"run","params":{"command":"ping"}}\n');
  const stopped = server.stop();
  await say(issuer, `${plainRun("ping")}\n`);
  assertEquals(refusals(issuer), ["unavailable"]);
  assertEquals(executor.messages.filter(({ method }) => method === "execute").length, 1);
  for (const connection of connections) connection.feed(null);
  await stopped;
});

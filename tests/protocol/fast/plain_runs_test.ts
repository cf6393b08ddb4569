import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { parseLine } from "../../../src/protocol/json_rpc/json_rpc.ts";
import { METHODS, readShape, type RunParams } from "../../../src/protocol/methods/mod.ts";
import { PlainRunReader } from "../../../src/protocol/fast/plain_runs.ts";
import { holds } from "../../support/seed.ts";
import { argument, edited, plainRun } from "../../support/server/run_lines.ts";

const BOUNDS = { argsCount: 3, argBytes: 10 };
const bytesOf = (text: string) => new TextEncoder().encode(text).length;
const COMMANDS = ["ping", "pin", "a.b-c_d"];

function read(lines: string, start = 0, bounds = BOUNDS) {
  return new PlainRunReader(COMMANDS, bounds).read(lines, start);
}

/** What the general way makes of a line; `undefined` when it is anything but a plain `run` within the bounds. */
function readGenerally(line: string): RunParams | undefined {
  const message = parseLine(line, 10);
  if (message.kind !== "notification" || message.method !== "run") return undefined;
  const params = readShape(METHODS.run.params, message.params);
  return params.ok && params.value.to === undefined && !params.value.dry_run ? params.value : undefined;
}

Deno.test("commands in the plain spelling are read together, each with its arguments as they stand there", () => {
  const lines = [["a"], [], undefined, ["", "b c", "é\u{1f600}\u2028"]].map((args) => plainRun("ping", args));
  assertEquals(read(`${lines.join("\n")}\n`), {
    command: "ping",
    args: ['["a"]', "[]", "[]", '["","b c","é\u{1f600}\u2028"]'],
    end: lines.join("\n").length + 1,
  });
});

Deno.test("reading begins where it is told to and ends before another command, method or spelling", () => {
  const ping = `${plainRun("ping", ["x"])}\n`;
  const others = [
    `${plainRun("pin", ["x"])}\n`,
    `${plainRun("pong", ["x"])}\n`,
    ping.replace("2.0", "2.1"),
    ping.replace("{", "{ "),
    ping.replace("\n", "\r\n"),
    ping.replace('"x"', '"\\u0078"'),
    ping.replace('"x"', "1"),
    ping.replace("]}}", '],"to":[1]}}'),
    ping.replace("]}}", "]}}}"),
    ping.slice(0, -1),
    "\n",
  ];
  for (const other of others) {
    const lines = other + ping + ping + other + ping;
    const plain = read(lines, other.length);
    assertEquals(
      plain,
      { command: "ping", args: ['["x"]', '["x"]'], end: other.length + 2 * ping.length },
      other,
    );
  }
  assertEquals(read(others[0]!)?.command, "pin");
  for (const other of others.slice(1)) assertEquals(read(other), undefined, other);
});

Deno.test("arguments up to the limits are read, and beyond them not: neither too many nor too long", () => {
  const isRead = (args: string[], bounds = BOUNDS) =>
    read(`${plainRun("ping", args)}\n`, 0, bounds) !== undefined;
  const longest = "x".repeat(BOUNDS.argBytes);
  assert(isRead([longest, longest, longest]));
  assert(!isRead(["a", "b", "c", "d"]));
  for (const at of [0, 1, 2]) {
    const args = [longest, longest, longest];
    args[at] += "x";
    assert(!isRead(args), `argument ${at} is too long`);
  }
  // The limit is in bytes: ten are five "é", two emoji and two more, or three times "e" with an accent and one more.
  for (const text of ["ééééé", "\u{1f600}\u{1f600}xx", "e\u0301e\u0301e\u0301x"]) {
    assert(isRead([text]) && isRead(["", text, text]), text);
    assert(!isRead([`${text}x`]) && !isRead(["", text, `${text}x`]), text);
  }
  assert(isRead([], { argsCount: 0, argBytes: 1 }));
  assert(!isRead([""], { argsCount: 0, argBytes: 1 }));
});

Deno.test("what JSON has escaped is not read, character by character, and all else is", () => {
  for (let code = 0; code < 0x100; code++) {
    const character = String.fromCharCode(code);
    const isPlain = code >= 0x20 && character !== '"' && character !== "\\";
    const line = plainRun("ping", ["?"]).replace("?", () => character);
    assertEquals(read(`${line}\n`) !== undefined, isPlain, `character ${code}`);
  }
});

Deno.test("commands may come in turn", () => {
  const reader = new PlainRunReader(COMMANDS, BOUNDS);
  for (const command of ["ping", "pin", "ping", "a.b-c_d", "pin"]) {
    assertEquals(reader.read(`${plainRun(command)}\n`, 0)?.command, command);
  }
});

Deno.test("of many lines some are read at a time, so that one that is not taken costs little", () => {
  const line = `${plainRun("ping", ["x"])}\n`;
  const lines = line.repeat(1_000);
  const reader = new PlainRunReader(COMMANDS, BOUNDS);
  let count = 0;
  for (let at = 0; at < lines.length;) {
    const plain = reader.read(lines, at);
    assert(plain !== undefined && plain.end > at);
    assertLessOrEqual(plain.args.length, 64);
    count += plain.args.length;
    at = plain.end;
  }
  assertEquals(count, 1_000);
});

Deno.test("a command with a name that JSON would escape is left to the general way", () => {
  const reader = new PlainRunReader(['a"b', "a\\b", "ping"], BOUNDS);
  assertEquals(reader.read(`${plainRun('a"b', [])}\n`, 0), undefined);
  assertEquals(
    reader.read('{"jsonrpc":"2.0","method":"run","params":{"command":"a"b","args":[]}}\n', 0),
    undefined,
  );
  assertEquals(
    reader.read('{"jsonrpc":"2.0","method":"run","params":{"command":"a\\b","args":[]}}\n', 0),
    undefined,
  );
});

Deno.test("whatever is read plainly is read the same by the general way, and written the same", () => {
  const args = fc.option(fc.array(argument, { maxLength: 5 }), { nil: undefined });
  const line = edited(
    fc.tuple(fc.constantFrom(...COMMANDS, "pong"), args).map(([name, of]) => plainRun(name, of)),
  );
  const reader = new PlainRunReader(COMMANDS, BOUNDS);
  let readCount = 0;
  holds(
    fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (many) => {
      const lines = `${many.join("\n")}\n`;
      const plain = reader.read(lines, 0);
      if (plain === undefined) return;
      const taken = lines.slice(0, plain.end).split("\n").slice(0, -1);
      assertEquals(taken.length, plain.args.length);
      for (const [i, text] of taken.entries()) {
        readCount++;
        const params = readGenerally(text);
        assertEquals(params?.command, plain.command, text);
        assertEquals(plain.args[i], JSON.stringify(params!.args), text);
        assertLessOrEqual(params!.args.length, BOUNDS.argsCount);
        for (const arg of params!.args) assertLessOrEqual(bytesOf(arg), BOUNDS.argBytes);
      }
    }),
    { numRuns: 5_000 },
  );
  assert(readCount > 500, `only ${readCount} lines were plain: the property says little`);
});

Deno.test("no line in the plain spelling is missed", () => {
  const arg = fc.string({ unit: "grapheme", maxLength: BOUNDS.argBytes })
    .filter((text) => bytesOf(text) <= BOUNDS.argBytes && JSON.stringify(text) === `"${text}"`);
  holds(fc.property(fc.array(arg, { maxLength: BOUNDS.argsCount }), (args) => {
    assertEquals(read(`${plainRun("ping", args)}\n`)?.args, [JSON.stringify(args)]);
  }));
});

// The allow-list and its rules in a file.

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ConfigError, renderProblem } from "../../../src/config/toml/config_error.ts";
import type { ConfigInput } from "../../../src/config/reader/settings_reader.ts";
import { PATTERN_STEPS } from "../../../src/config/keys/rule_keys.ts";
import { loadServerConfig } from "../../../src/config/server_config.ts";
import { checkArguments } from "../../../src/rules/check_arguments.ts";
import { isCommandName } from "../../../src/rules/command_names.ts";

async function commandsOf(text: string, more: ConfigInput = {}) {
  return (await loadServerConfig({ file: { path: "s.toml", text }, ...more })).commands;
}

async function messagesOf(text: string): Promise<string[]> {
  const error = await assertRejects(() => commandsOf(text), ConfigError);
  return error.problems.map(renderProblem);
}

/** The messages about one argument list, without the place of the list. */
async function argsMessagesOf(args: string, limits = ""): Promise<string[]> {
  const messages = await messagesOf(`[commands.x]\nargs = ${args}\n${limits}`);
  return messages.map((message) => message.replace(/^s\.toml:\d+:\d+: "commands\.x\.args/, '"args'));
}

Deno.test("a command name can never be read as a target, a slash command, an option or a path", () => {
  for (const name of ["ping", "restart-2", "a.b_c", "0", "x".repeat(64)]) assert(isCommandName(name), name);
  for (const name of ["", "@2", "/who", "-x", ".x", "_x", "a b", "a/b", "a\n", "\u00e9", "x".repeat(65)]) {
    assert(!isCommandName(name), name);
  }
});

Deno.test("a list of names allows these commands with any arguments", async () => {
  const commands = await commandsOf('commands = ["a", "b.c"]');
  assertEquals([...commands.keys()], ["a", "b.c"]);
  const { args, maxRank, maxExecutors, description } = commands.get("a")!;
  assertEquals([args, maxRank, maxExecutors, description], [undefined, 99_999, 100_000, ""]);
  assertEquals((await commandsOf("commands = []")).size, 0);
});

Deno.test("a table carries the rules of its command", async () => {
  const commands = await commandsOf(`
[commands.ping]
[commands.restart]
description = "Restart"
args = [
  { name = "service", one_of = ["nginx", "postgres"] },
  { name = "delay", integer = true, max = 60, optional = true },
  { name = "hosts", pattern = "[a-z]+", max_bytes = 9, optional = true, rest = true },
]
max_rank = 0
max_executors = 5
timeout_ms = 99
[limits]
run_timeout_ms = 77
`);
  assertEquals([...commands.keys()], ["ping", "restart"]);
  assertEquals(commands.get("ping")!.timeoutMs, 77);
  const { description, args, maxRank, maxExecutors, timeoutMs } = commands.get("restart")!;
  assertEquals([description, maxRank, maxExecutors, timeoutMs], ["Restart", 0, 5, 99]);
  assertEquals(args!.map(({ name, optional, rest, maxBytes }) => [name, optional, rest, maxBytes]), [
    ["service", false, false, 4_096],
    ["delay", true, false, 4_096],
    ["hosts", true, true, 9],
  ]);
  const bounds = { argsCount: 9, argBytes: 99 };
  assert(checkArguments(args, ["nginx", "-5", "web", "db"], bounds).ok);
  assert(!checkArguments(args, ["nginx", "61"], bounds).ok);
  assert(!checkArguments(args, ["nginx", "5", "web", "d b"], bounds).ok);
});

Deno.test("args = [] accepts no argument, and no args accept any", async () => {
  const commands = await commandsOf("[commands.none]\nargs = []\n[commands.any]");
  assertEquals([commands.get("none")!.args, commands.get("any")!.args], [[], undefined]);
});

Deno.test("names from a flag or the environment choose, and keep the rules of the file", async () => {
  const text = "[commands.restart]\nmax_rank = 0\n[commands.other]";
  for (
    const more of [{ flags: { commands: "restart, ,new," } }, { env: { RANKSERVER_COMMANDS: "restart,new" } }]
  ) {
    const commands = await commandsOf(text, more);
    assertEquals([...commands.keys()], ["restart", "new"]);
    assertEquals([commands.get("restart")!.maxRank, commands.get("new")!.maxRank], [0, 99_999]);
  }
});

Deno.test("a command named like a property of every object is a command like others", async () => {
  const commands = await commandsOf("[commands.constructor]\nmax_rank = 3\n[commands.toString]");
  assertEquals([...commands.keys()], ["constructor", "toString"]);
  assertEquals(commands.get("constructor")!.maxRank, 3);
});

Deno.test("mistakes in the allow-list are refused with their place", async () => {
  assertEquals(await messagesOf('commands = ["a", "b", "a"]'), [
    's.toml:1:23: "commands[2]" lists "a" twice',
  ]);
  assertEquals(await messagesOf('commands = "a"'), [
    's.toml:1:1: "commands" must be a list of names, or tables such as [commands.restart]',
  ]);
  assertEquals(await messagesOf('[commands."/who"]\n[commands.x]\nmax_ranks = 3\n[commands]\ny = 3'), [
    's.toml:1:11: commands."/who" is not a command name (1 to 64 letters, digits, _ - or ., the first a letter or a digit)',
    's.toml:3:1: unknown key "commands.x.max_ranks"; did you mean "commands.x.max_rank"?',
    's.toml:5:1: "commands.y" must be a table',
  ]);
});

Deno.test("mistakes in an argument rule are refused with their place", async () => {
  assertEquals(await messagesOf('[commands.x]\nargs = [\n  { name = "a", onof = ["x"] },\n]'), [
    's.toml:3:17: unknown key "commands.x.args[0].onof"; did you mean "commands.x.args[0].one_of"?',
  ]);
  assertEquals(await argsMessagesOf("3"), [
    '"args" must be a list of tables, such as [{ name = "service" }]',
  ]);
  assertEquals(await argsMessagesOf("[3, {}]"), ['"args[0]" must be a table', '"args[1]" has no "name"']);
  assertStringIncludes(
    (await argsMessagesOf('[{ name = "1" }]'))[0]!,
    '"args[0].name" must be an argument name',
  );
  assertEquals(await argsMessagesOf('[{ name = "a", one_of = [] }]'), [
    '"args[0].one_of" must have at least 1 item',
  ]);
  assertEquals(await argsMessagesOf('[{ name = "a", min = 1 }]'), [
    '"args[0].min" is for integers; add integer = true',
  ]);
  assertEquals(await argsMessagesOf('[{ name = "a", integer = true, min = 3, max = 2 }]'), [
    '"args[0].min" of 3 is above max, which is 2',
  ]);
  assertEquals(await argsMessagesOf('[{ name = "a", integer = true, one_of = ["1"] }]'), [
    '"args[0]" has both one_of and integer; use only one of them',
  ]);
  assertEquals(await argsMessagesOf('[{ name = "a", max_bytes = 2, one_of = ["ok", "too long"] }]'), [
    '"args[0].one_of[1]" is longer than 2 bytes',
  ]);
});

Deno.test("a pattern that cannot be used is refused, and says why", async () => {
  assertEquals(await argsMessagesOf('[{ name = "a", pattern = "(?=x)" }]'), [
    '"args[0].pattern" is not a pattern: (?= is not supported: look-around and back-references could stall the process',
  ]);
  assertEquals(await argsMessagesOf('[{ name = "a", pattern = "[" }]'), [
    '"args[0].pattern" is not a pattern: missing closing ]: [',
  ]);
});

Deno.test("a pattern that could take long is refused with the length that it may have, and is good with it", async () => {
  const slow = '[{ name = "a", pattern = "(a?){1000}a{1000}" }]';
  const [message, ...others] = await argsMessagesOf(slow);
  assertEquals(others, []);
  const [, size, longest] =
    /takes up to (\d+) steps for each character, .* of 4096 bytes; .*; add max_bytes = (\d+) or less, or use smaller/
      .exec(message!)!;
  assertEquals(Number(longest), Math.floor(PATTERN_STEPS / Number(size)));
  const withLength = (length: number) => slow.replace(" }", `, max_bytes = ${length} }`);
  await commandsOf(`[commands.x]\nargs = ${withLength(Number(longest))}\n`);
  assertEquals((await argsMessagesOf(withLength(Number(longest) + 1))).length, 1);
  const host = '[{ name = "a", pattern = "([a-z0-9-]{1,63}[.]){1,8}[a-z]{2,63}", max_bytes = 253 }]';
  await commandsOf(`[commands.x]\nargs = ${host}\n`);
  const [name, count] = ["[a-z0-9._-]+", "[0-9]{1,9}"].map((pattern) =>
    `[{ name = "a", pattern = "${pattern}" }]`
  );
  for (const plain of [name, count]) await commandsOf(`[commands.x]\nargs = ${plain}\n`);
});

Deno.test("a pattern that is too large for any length is refused with what else to do", async () => {
  const pattern = "(a?){1000}".repeat(80);
  const [message, ...others] = await argsMessagesOf(
    `[{ name = "a", pattern = "${pattern}", max_bytes = 1 }]`,
  );
  assertEquals(others, []);
  assertStringIncludes(
    message!,
    `the limit is ${PATTERN_STEPS}, because other clients wait meanwhile; use smaller counts`,
  );
});

Deno.test("a list of rules that no arguments could meet is refused", async () => {
  assertEquals(await argsMessagesOf('[{ name = "a", optional = true }, { name = "b" }]'), [
    '"args[1]" must be optional as well, because "a" before it is optional',
  ]);
  assertEquals(await argsMessagesOf('[{ name = "a", rest = true }, { name = "b" }]'), [
    '"args[1]" comes after "a", which takes all remaining arguments',
  ]);
  assertEquals(await argsMessagesOf('[{ name = "a" }, { name = "a" }]'), [
    '"args[1].name" is the name of two arguments: "a"',
  ]);
  assertEquals(await argsMessagesOf('[{ name = "a" }, { name = "b" }]', "[limits]\nargs_count = 1"), [
    '"args" has 2 rules, but "limits.args_count" is 1',
  ]);
  assertEquals(await argsMessagesOf('[{ name = "a", max_bytes = 11 }]', "[limits]\narg_bytes = 10"), [
    '"args[0].max_bytes" must not exceed "limits.arg_bytes", which is 10',
  ]);
});

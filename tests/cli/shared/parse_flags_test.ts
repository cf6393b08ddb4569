// The command line: its values, and the message for each mistake.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parseFlags } from "../../../src/cli/shared/parse_flags.ts";
import { renderHelp } from "../../../src/cli/shared/render_help.ts";
import { CLIENT_FLAGS } from "../../../src/config/keys/client_keys.ts";
import { listSettings } from "../../../src/config/reader/settings_reader.ts";
import { SERVER_ENV_PREFIX, SERVER_FLAGS, SERVER_SECTIONS } from "../../../src/config/keys/server_keys.ts";

function parsed(...args: string[]) {
  const flags = parseFlags(SERVER_FLAGS, args);
  assert(flags.ok, flags.ok ? "" : flags.message);
  return flags;
}

function refusalOf(...args: string[]): string {
  const flags = parseFlags(SERVER_FLAGS, args);
  assert(!flags.ok, `understood: ${args.join(" ")}`);
  return flags.message;
}

Deno.test("flags have their values as they were written, and on/off flags are there or not", () => {
  const { values } = parsed("--port", "007", "--host=::", "--commands", "a,b", "--check");
  assertEquals([values.port, values.host, values.commands, values.check], ["007", "::", "a,b", true]);
  assertEquals([values.help, values.config, values["max-clients"]], [false, undefined, undefined]);
  assertEquals((parsed("-h")).values.help, true);
  assertEquals((parsed("--config=a=b")).values.config, "a=b");
  assertEquals((parsed("--config=-")).values.config, "-");
  assertEquals((parsed("--config", "-", "--check")).values.config, "-");
});

Deno.test("of a flag given twice, the last value holds", () => {
  assertEquals((parsed("--port", "1", "--port=2")).values.port, "2");
});

Deno.test("what is no flag is kept in order, and what follows -- is not read", () => {
  const flags = parseFlags(CLIENT_FLAGS, ["010", "--json", "host", "-", "--", "--port", "x"]);
  assert(flags.ok);
  assertEquals(flags.positionals, ["010", "host", "-"]);
  assertEquals(flags.afterDashes, ["--port", "x"]);
  assertEquals([flags.values.json, flags.values.port], [true, undefined]);
});

Deno.test("with stopEarly, the first word that is no flag and all behind it are kept unread", () => {
  for (
    const [args, positionals, afterDashes] of [
      [["--json", "--port", "1", "run", "--port", "x", "--", "y"], ["run", "--port", "x", "--", "y"], []],
      [["--port=1", "--json", "false", "--no-such-flag"], ["false", "--no-such-flag"], []],
      [["--port", "1", "--json", "-", "--port"], ["-", "--port"], []],
      [["--port", "1", "--json", "--", "--port", "--", "x"], [], ["--port", "--", "x"]],
    ] as const
  ) {
    const flags = parseFlags(CLIENT_FLAGS, args, { stopEarly: true });
    assert(flags.ok, flags.ok ? "" : flags.message);
    assertEquals([flags.values.port, flags.values.json], ["1", true]);
    assertEquals([flags.positionals, flags.afterDashes], [positionals, afterDashes]);
  }
});

Deno.test("a misspelt flag is refused with the nearest known one", () => {
  assertEquals(
    refusalOf("--max-client", "3"),
    'Unknown flag "--max-client"; did you mean --max-clients?',
  );
  assertEquals(refusalOf("--prot=3"), 'Unknown flag "--prot"; did you mean --port?');
  assertEquals(refusalOf("--no-check"), 'Unknown flag "--no-check"; did you mean --check?');
  assertEquals(refusalOf("--zzzzzz"), 'Unknown flag "--zzzzzz"; --help lists them all');
  for (const word of ["-p", "-h5", "-hx", "-1", "--constructor", "--__proto__=1", "--=x"]) {
    assertStringIncludes(refusalOf(word, "x"), "Unknown flag");
  }
});

Deno.test("a flag cannot reach the properties that every object has", () => {
  for (const word of ["--__proto__.polluted", "--constructor.prototype.polluted=1", "--port.polluted"]) {
    assertStringIncludes(refusalOf(word, "1"), "Unknown flag");
  }
  assertEquals(Reflect.get({}, "polluted"), undefined);
});

Deno.test("a missing value is refused, at the end, before the next flag and behind an equals sign", () => {
  for (
    const args of [
      ["--port"],
      ["--port", "--check"],
      ["--port", "--no-such-flag"],
      ["--port", "-1"],
      ["--port", "-"],
      ["--port", "-", "1"],
      ["--port", "--", "1"],
      ["--port="],
      ["--port", "1", "--port"],
      ["--port", ""],
      ["--port=", "--port", "1"],
    ]
  ) {
    assertEquals(refusalOf(...args), "--port needs a value: --port PORT");
  }
});

Deno.test("a value where none is wanted is refused", () => {
  assertEquals(refusalOf("--check=yes"), '--check takes no value, got "yes"');
  assertEquals(refusalOf("--check="), '--check takes no value, got ""');
  assertEquals(refusalOf("--check", "false"), '--check takes no value, got "false"');
  assertEquals(refusalOf("-h=1"), '-h takes no value, got "1"');
});

Deno.test("the help names every flag with its default and variable, an example and the exit codes", () => {
  const help = renderHelp({
    summary: "Seats clients.",
    usage: [["rankserver [FLAGS]", "start"], [`rankserver ${"x".repeat(60)}`, "a long line"]],
    flags: SERVER_FLAGS,
    common: ["port", "config"],
    settings: listSettings(SERVER_SECTIONS, SERVER_ENV_PREFIX),
    examples: [["rankserver --port 0", "pick a port"]],
    exitCodes: [[0, "Ended as asked."], [2, "Wrong flags."]],
    documents: [["README.md", "a tour"]],
  });
  for (const { name, help: sentence } of SERVER_FLAGS) {
    assertStringIncludes(help, `--${name}`);
    assertStringIncludes(help.replace(/\s+/g, " "), sentence);
  }
  assertStringIncludes(help.replace(/\s+/g, " "), "[RANKSERVER_PORT; default 6001]");
  assertStringIncludes(help, "\n  -h, --help");
  assertStringIncludes(help, "\nExamples:\n  rankserver --port 0  pick a port\n");
  assertMatch(help, /^Seats clients\.\n\nUsage:\n {2}rankserver \[FLAGS\] +start\n/);
  assertMatch(help, /\nMost used flags:\n {2}--port PORT .*(?:\n {10}.*)*\n {2}--config FILE /);
  assertEquals(help.match(/^ {2}--port /gm)?.length, 1);
  assertStringIncludes(help, "\nRead more:\n  README.md  a tour\n");
  assertStringIncludes(help, "\n  2  Wrong flags.\n");
  assert(
    help.endsWith("\n") && help.split("\n").every((line) => line.length <= 100 && line === line.trimEnd()),
  );
});

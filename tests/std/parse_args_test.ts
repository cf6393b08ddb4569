// What this project relies on in `@std/cli`; it must hold on the original as well.

import { parseArgs } from "@std/cli/parse-args";
import { assertEquals } from "@std/assert";

Deno.test("a string option stays text, also where it looks like a number", () => {
  assertEquals(parseArgs(["--port", "007"], { string: ["port"] }).port, "007");
});

Deno.test("a string option without a value is empty: what begins with a dash is none", () => {
  const options = { string: ["port", "p", "_"], boolean: ["json"] } as const;
  for (const words of [["--port"], ["--port", "--json"], ["--port", "-x"], ["--port", "--", "1"], ["-p"]]) {
    assertEquals(parseArgs(words, options)[words[0] === "-p" ? "p" : "port"], "", words.join(" "));
  }
  assertEquals(parseArgs(["--port", "--json"], options).json, true);
  assertEquals(parseArgs(["-p", "--json"], options).p, "");
  for (const word of ["-", ""]) {
    const args = parseArgs(["--port", word], options);
    assertEquals([args.port, args._], ["", [word]]);
  }
  assertEquals(parseArgs(["-p", "-"], options).p, "-");
});

Deno.test("an option takes its value after a space, after = and, with one letter, without either", () => {
  const options = { string: ["port", "p"] as const };
  assertEquals(parseArgs(["--port", "1"], options).port, "1");
  assertEquals(parseArgs(["--port=1"], options).port, "1");
  assertEquals(parseArgs(["-p", "1"], options).p, "1");
  assertEquals(parseArgs(["-p1"], options).p, "1");
});

Deno.test("an option that is repeated keeps its last value", () => {
  assertEquals(parseArgs(["--port", "1", "--port", "2", "--port=3"], { string: ["port"] }).port, "3");
});

Deno.test("a boolean option is false where absent and takes no value", () => {
  const options = { boolean: ["json", "check"] } as const;
  const args = parseArgs(["--json", "host"], options);
  assertEquals([args.json, args.check, args._], [true, false, ["host"]]);
});

Deno.test("an alias gives both names the value", () => {
  const options = { boolean: ["help"], string: ["config"], alias: { help: "h", config: ["c"] } } as const;
  const args = parseArgs(["-h", "-c", "file"], options);
  assertEquals([args.help, args.h, args.config, args.c], [true, true, "file", "file"]);
});

Deno.test("--no-x is an option of its own", () => {
  const args = parseArgs(["--color", "--no-color"], { boolean: ["color"] });
  assertEquals([args.color, args["no-color"]], [true, true]);
  const declared = parseArgs(["--no-color", "host"], { boolean: ["no-color"] });
  assertEquals([declared["no-color"], declared._], [true, ["host"]]);
});

Deno.test("what follows -- is not read", () => {
  const words = ["host", "--lead", "--", "program", "--no-fork", "5"];
  const args = parseArgs(words, { boolean: ["lead"], string: ["_"] });
  assertEquals([args.lead, args._], [true, ["host", "program", "--no-fork", "5"]]);
});

Deno.test("words that are no options stay text when _ is a string", () => {
  const args: { _: (string | number)[] } = parseArgs(["6001"], { string: ["_"] });
  assertEquals(args._, ["6001"]);
});

Deno.test("a lone dash is a word, not an option", () => {
  assertEquals(parseArgs(["-"])._, ["-"]);
});

Deno.test("unknown is told of undeclared options and of words, and false leaves them out", () => {
  const told: [string, string | undefined][] = [];
  const args = parseArgs(["host", "--prot=1", "--port=2", "--no-json", "-jx"], {
    string: ["port"],
    boolean: ["json"],
    alias: { json: "j" },
    unknown: (arg, key) => {
      told.push([arg, key]);
      return key === undefined;
    },
  });
  assertEquals(told, [["host", undefined], ["--prot=1", "prot"], ["--no-json", "no-json"], ["-jx", "x"]]);
  assertEquals(args, { port: "2", json: true, j: true, _: ["host"] });
});

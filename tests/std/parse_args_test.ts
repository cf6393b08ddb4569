// What this project relies on in `@std/cli`; it must hold on the original as well.

import { parseArgs } from "@std/cli/parse-args";
import { assertEquals } from "@std/assert";

Deno.test("a string option stays text, also where it looks like a number", () => {
  assertEquals(parseArgs(["--port", "007"], { string: ["port"] }).port, "007");
});

Deno.test("a string option without a value is empty: the next option is none", () => {
  const options = { string: ["port", "p"], boolean: ["json"] } as const;
  for (
    const words of [["--port"], ["--port="], ["--port", "--json"], ["--port", "-x"], ["--port", "--", "1"]]
  ) {
    assertEquals(parseArgs(words, options).port, "", words.join(" "));
  }
  assertEquals(parseArgs(["--port", "--json"], options).json, true);
  assertEquals(parseArgs(["-p", "--json"], options).p, "");
  assertEquals(parseArgs(["--port", "-"], options).port, "-");
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

Deno.test("what follows -- is not read, and stands apart on request", () => {
  const words = ["host", "--lead", "--", "program", "--no-fork", "5"];
  const together = parseArgs(words, { boolean: ["lead"], string: ["_"] });
  assertEquals([together.lead, together._], [true, ["host", "program", "--no-fork", "5"]]);
  const apart = parseArgs(words, { boolean: ["lead"], string: ["_"], "--": true });
  assertEquals([apart._, apart["--"]], [["host"], ["program", "--no-fork", "5"]]);
  assertEquals(parseArgs(["host"], { "--": true })["--"], []);
});

Deno.test("stopEarly leaves everything after the first word that is no option unread", () => {
  const args = parseArgs(["--json", "host", "--port", "1"], {
    boolean: ["json"],
    string: ["_"],
    stopEarly: true,
  });
  assertEquals([args.json, args._, "port" in args], [true, ["host", "--port", "1"], false]);
  const options = { string: ["port", "_"], stopEarly: true, "--": true } as const;
  const apart = parseArgs(["--port", "1", "host", "--port", "--json", "--", "x"], options);
  assertEquals([apart.port, apart._, apart["--"]], ["1", ["host", "--port", "--json"], ["x"]]);
});

Deno.test("words that are no options stay text when _ is a string", () => {
  assertEquals(parseArgs(["6001"], { string: ["_"] })._, ["6001"]);
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

Deno.test("an option cannot reach an object's prototype", () => {
  parseArgs(["--__proto__.polluted", "1", "--constructor.prototype.polluted=1"]);
  assertEquals(Reflect.get({}, "polluted"), undefined);
});

// What this project relies on in `@std/cli`; it must hold on the original as well.

import { parseArgs } from "@std/cli/parse-args";
import { assertEquals } from "@std/assert";

Deno.test("a string option stays text, an undeclared one that looks like a number becomes one", () => {
  const args = parseArgs(["--port", "6001", "--count", "7"], { string: ["port"] });
  assertEquals(args.port, "6001");
  assertEquals(args.count, 7);
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

Deno.test("an option that is to be collected is an array, whether given never, once or twice", () => {
  const options = { string: ["set"], collect: ["set"] } as const;
  assertEquals(parseArgs([], options).set, []);
  assertEquals(parseArgs(["--set", "a=1"], options).set, ["a=1"]);
  assertEquals(parseArgs(["--set", "a=1", "--set=b=2"], options).set, ["a=1", "b=2"]);
});

Deno.test("a boolean option is false where absent and takes no value", () => {
  const options = { boolean: ["json", "check"] } as const;
  const args = parseArgs(["--json", "host"], options);
  assertEquals([args.json, args.check, args._], [true, false, ["host"]]);
});

Deno.test("a default holds only where the option is absent", () => {
  const options = { string: ["host", "port"], default: { host: "localhost", port: "1" } };
  const args = parseArgs(["--port", "2"], options);
  assertEquals([args.host, args.port], ["localhost", "2"]);
});

Deno.test("an alias gives both names the value", () => {
  const options = { boolean: ["help"], string: ["config"], alias: { help: "h", config: ["c"] } } as const;
  const args = parseArgs(["-h", "-c", "file"], options);
  assertEquals([args.help, args.h, args.config, args.c], [true, true, "file", "file"]);
});

Deno.test("--no-x switches x off where it is negatable", () => {
  const options = { boolean: ["color"], negatable: ["color"], default: { color: true } } as const;
  assertEquals(parseArgs([], options).color, true);
  assertEquals(parseArgs(["--no-color"], options).color, false);
});

Deno.test("--no-x is an option of its own where x is not negatable", () => {
  const args = parseArgs(["--no-color"], { boolean: ["color"], default: { color: true } });
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
});

Deno.test("words that are no options stay text when _ is a string, and are numbers otherwise", () => {
  assertEquals(parseArgs(["6001"], { string: ["_"] })._, ["6001"]);
  assertEquals(parseArgs(["6001"])._, [6001]);
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

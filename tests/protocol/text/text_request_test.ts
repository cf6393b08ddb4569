import { assert, assertEquals, assertLessOrEqual, assertMatch } from "@std/assert";
import fc from "fast-check";
import { splitWords } from "../../../src/protocol/text/split_words.ts";
import { parseCommandWords, parseTextRequest } from "../../../src/protocol/text/text_request.ts";
import { nameTarget } from "../../../src/protocol/text/text_targets.ts";
import { holds } from "../../support/seed.ts";

const characters = fc.oneof(
  fc.constantFrom(" ", "\t", "'", '"', "\\", "@", "/", ",", "-", "0", "9", "\0", "\u{1f600}", "\ud800"),
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
);
const lines = fc.array(characters, { maxLength: 40, size: "max" }).map((parts) => parts.join(""));
const words = fc.array(lines, { maxLength: 8 });

Deno.test("words come back as they were, in double quotes, in single quotes or with backslashes", () => {
  const quotings = [
    (word: string) => `"${word.replace(/[\\"]/g, "\\$&")}"`,
    (word: string) => `'${word.replaceAll("'", `'\\''`)}'`,
    (word: string) => word === "" ? "''" : word.replace(/[\\"' \t]/g, "\\$&"),
  ];
  const choices = fc.array(fc.nat(2), { minLength: 8, maxLength: 8 });
  holds(
    fc.property(words, choices, fc.constantFrom(" ", "\t", "  \t "), (given, chosen, gap) => {
      const line = given.map((word, i) => quotings[chosen[i]!]!(word)).join(gap);
      assertEquals(splitWords(line), { ok: true, words: given });
      assertEquals(splitWords(`${gap}${line}${gap}`), { ok: true, words: given });
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("no line makes the splitter or the parser throw", () => {
  holds(
    fc.property(fc.oneof(lines, lines.map((line) => `@${line}`), fc.string({ unit: "binary" })), (line) => {
      const split = splitWords(line);
      if (split.ok) assert(split.words.join("").length <= line.length);
      else assert(split.message.length < 100);
      assert(
        ["empty", "run", "slash", "invalid", "unknown", "incomplete"].includes(
          parseTextRequest(line, "server").kind,
        ),
      );
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("quotes join what stands next to them, and an empty pair is a word", () => {
  assertEquals(splitWords(`a"b c"'d e'f ''  ""`), { ok: true, words: ["ab cd ef", "", ""] });
  assertEquals(splitWords(`'a\\b' "c\\"d" e\\ f`), { ok: true, words: ["a\\b", 'c"d', "e f"] });
  assertEquals(splitWords("$HOME *.txt ~ `id` a;b|c&d"), {
    ok: true,
    words: ["$HOME", "*.txt", "~", "`id`", "a;b|c&d"],
  });
});

Deno.test("an open quote and a backslash at the end are refused, and the sentence says which", () => {
  for (
    const [line, expected] of [["a 'b", /quote '/], ['a "b', /quote "/], ["a\\", /backslash/], [
      '"a\\',
      /backslash/,
    ]] as const
  ) {
    const split = splitWords(line);
    assert(!split.ok, line);
    assertMatch(split.message, expected);
    assertEquals(parseTextRequest(line, "server"), { kind: "invalid", message: split.message });
  }
});

Deno.test("a line is a command to all below, to chosen ranks, or a question", () => {
  assertEquals(parseTextRequest("uptime", "server"), { kind: "run", command: "uptime", args: [] });
  assertEquals(parseTextRequest('@2,3 restart "a b"', "server"), {
    kind: "run",
    command: "restart",
    args: ["a b"],
    to: [2, 3],
  });
  assertEquals(parseTextRequest("@1,4-6,3 x", "server"), {
    kind: "run",
    command: "x",
    args: [],
    to: [1, 4, 5, 6, 3],
  });
  assertEquals(parseTextRequest("/watch on", "server"), { kind: "slash", name: "watch", option: "on" });
  assertEquals(parseTextRequest("  \t ", "server"), { kind: "empty" });
});

Deno.test("targets are ranks, names, tickets, all, or several of them", () => {
  const cases: Readonly<Record<string, Record<string, unknown>>> = {
    "@all": {},
    "@1-": { from_rank: 1 },
    "@0-": { from_rank: 0 },
    "@2,5-": { to: [2], from_rank: 5 },
    "@7-,4-": { from_rank: 4 },
    "@web-3": { to_names: ["web-3"] },
    "@web-3,2,db": { to: [2], to_names: ["web-3", "db"] },
    "@127.0.0.1:5001": { to_names: ["127.0.0.1:5001"] },
    "@3rd": { to_names: ["3rd"] },
    "@ticket:12": { to_tickets: [12] },
    "@ticket:12,ticket:1790000000000000,2": { to: [2], to_tickets: [12, 1_790_000_000_000_000] },
    "@name:3": { to_names: ["3"] },
    "@name:all": { to_names: ["all"] },
    '@"name:web, the first"': { to_names: ["web, the first"] },
    '@"web 1",db': { to_names: ["web 1", "db"] },
  };
  for (const [words, targets] of Object.entries(cases)) {
    const run = { kind: "run", command: "x", args: ["-y"], ...targets };
    assertEquals(parseTextRequest(`${words} x -y`, "server"), run as never, words);
  }
  for (const wrong of ["@", "@,", "@2,", "@-3", "@--", "@3-2", "@1-2-3", "@name:", "@,web"]) {
    assertEquals(parseTextRequest(`${wrong} x`, "server").kind, "invalid", wrong);
  }
});

Deno.test("a slash within a command's words is no question", () => {
  assertEquals(parseTextRequest("a/b /c", "server"), { kind: "run", command: "a/b", args: ["/c"] });
  assertEquals(parseCommandWords(["/who"]), { kind: "run", command: "/who", args: [] });
  assertEquals(parseTextRequest("@1 /who", "server"), { kind: "run", command: "/who", args: [], to: [1] });
});

Deno.test("a word with a slash gets what belongs behind it, and what is left over is ignored", () => {
  const run = { kind: "run" as const, command: "restart", args: ["nginx"], to: [2] };
  assertEquals(parseTextRequest("/dry @2 restart nginx", "pipe"), { kind: "slash", name: "dry", run });
  assertEquals(parseTextRequest("/watch off now", "terminal"), {
    kind: "slash",
    name: "watch",
    option: "off",
  });
  for (const line of ["/who else", "/roster"]) {
    assertEquals(parseTextRequest(line, "server"), { kind: "slash", name: "roster" });
  }
  assertEquals(parseTextRequest("/name  Ada 'L '", "pipe"), { kind: "slash", name: "name", text: "Ada L " });
  assertEquals(parseTextRequest("/name", "pipe"), { kind: "incomplete", name: "name" });
  for (const line of ["/watch", "/watch of", "/watch onoff"]) {
    assertEquals(parseTextRequest(line, "server"), { kind: "incomplete", name: "watch" });
  }
  assertEquals(parseTextRequest("/dry", "server"), { kind: "incomplete", name: "dry" });
  const wrong = parseTextRequest("/dry @- restart", "server");
  assertEquals(wrong.kind === "invalid" && wrong.name, "dry");
});

Deno.test("a word with a slash is unknown where it means nothing", () => {
  for (const line of ["/", "/nothing", "/Who", "/__proto__", "/toString", "/constructor"]) {
    for (const face of ["server", "terminal", "pipe"] as const) {
      assertEquals(parseTextRequest(line, face), { kind: "unknown", name: line.slice(1) });
    }
  }
  assertEquals(parseTextRequest("/cancel", "pipe"), { kind: "unknown", name: "cancel" });
  assertEquals(parseTextRequest("/login x", "terminal"), { kind: "unknown", name: "login" });
  assertEquals(parseTextRequest("/login x", "server"), { kind: "slash", name: "login" });
});

Deno.test("ranks that are not numbers or ranges are refused, not guessed", () => {
  const wrong = [
    "@",
    "@ 1",
    "@1, x",
    "@,1 x",
    "@1-",
    "@-1 x",
    "@3-1 x",
    "@1--2 x",
    "@1 ",
  ];
  for (const line of wrong) assertEquals(parseTextRequest(line, "server").kind, "invalid", line);
  // Nor is a name: the server says that no client has it.
  for (const name of ["a", "1.5", "1e3", "+1", "0x1", "\u0661"]) {
    const run = { kind: "run" as const, command: "x", args: [], to_names: [name] };
    assertEquals(parseTextRequest(`@${name} x`, "server"), run);
  }
});

Deno.test("no line of a legal length names more ranks than a roster can have", () => {
  const range = fc.tuple(fc.nat(1_000_100), fc.nat(1_000_100)).map(([a, b]) => `${a}-${b}`);
  const part = fc.oneof(fc.nat(1_000_100).map(String), range);
  holds(fc.property(fc.array(part, { minLength: 1, maxLength: 30 }), (parts) => {
    const request = parseTextRequest(`@${parts.join(",")} x`, "server");
    if (request.kind === "run") assertLessOrEqual(request.to!.length, 100_000);
  }));
  const half = parseTextRequest("@0-49999 x", "server");
  assertEquals(half.kind === "run" && half.to?.length, 50_000);
  const all = parseTextRequest("@0-99999 x", "server");
  assertEquals(all.kind === "run" && all.to?.length, 100_000);
  assertEquals(parseTextRequest("@0-100000 x", "server").kind, "invalid");
  assertEquals(parseTextRequest("@0-99999,1 x", "server").kind, "invalid");
  assertEquals(parseTextRequest(`@${"0-99999,".repeat(10_000)}1 x`, "server").kind, "invalid");
  assertEquals(parseTextRequest("@0-99999999999 x", "server").kind, "invalid");
});

Deno.test("a line that begins with # is a comment at every face, and no # elsewhere begins one", () => {
  for (const face of ["server", "pipe", "terminal"] as const) {
    for (const line of ["#", "# comment", "  \t#!/usr/bin/env x", "#'"]) {
      assertEquals(parseTextRequest(line, face), { kind: "empty" }, line);
    }
    assertEquals(parseTextRequest("tag #1 # x", face), {
      ...{ kind: "run", command: "tag", args: ["#1", "#", "x"] },
    });
  }
});

Deno.test("the word for a name is read as that name, whatever is in it", () => {
  const parts = fc.constantFrom(
    "all",
    "name:",
    "ticket:",
    "7",
    "-",
    ",",
    " ",
    "\t",
    "'",
    '"',
    "\\",
    "web",
    "é",
    "#",
    "/",
  );
  const names = fc.oneof(
    fc.array(parts, { minLength: 1, maxLength: 4 }).map((all) => all.join("")),
    fc.string({ minLength: 1 }),
  );
  holds(
    fc.property(names, fc.boolean(), (name, isExplicit) => {
      const read = parseTextRequest(`${nameTarget(name, isExplicit)} uptime`, "terminal");
      assertEquals(read, { kind: "run", command: "uptime", args: [], to_names: [name] });
    }),
    { numRuns: 1_000 },
  );
  assertEquals(["web-3", "all", "a b"].map((name) => nameTarget(name)), ["@web-3", "@name:all", "@a\\ b"]);
});

Deno.test("help and ? without a slash are the help, unless they are allowed commands", () => {
  for (const face of ["server", "terminal", "pipe"] as const) {
    for (const line of ["help", "?", " help ", "?\t", "help me"]) {
      assertEquals(parseTextRequest(line, face), { kind: "slash", name: "help" }, line);
    }
    const isCommand = (name: string) => name === "help";
    assertEquals(parseTextRequest("help", face, { isCommand }), { kind: "run", command: "help", args: [] });
  }
});

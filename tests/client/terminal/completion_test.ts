import { assertEquals } from "@std/assert";
import { complete } from "../../../src/client/terminal/completion.ts";

const ALLOWED = ["ping", "restart", "restore", "uptime"];

const CASES: [line: string, candidates: string[], typed: string][] = [
  ["", ["ping", "restart", "restore", "uptime"], ""],
  ["p", ["ping "], "p"],
  ["rest", ["restart", "restore"], "rest"],
  ["  up", ["uptime "], "up"],
  ["nothing", [], "nothing"],
  ["ping p", [], "p"],
  ["@", [], "@"],
  ["@2,3 ", ["ping", "restart", "restore", "uptime"], ""],
  ["@4-7 u", ["uptime "], "u"],
  ["@2 ping u", [], "u"],
  ["@2 @3", [], "@3"],
  ["/w", ["/watch "], "/w"],
  ["/wat", ["/watch "], "/wat"],
  ["/watch o", ["off", "on"], "o"],
  ["/watch on o", [], "o"],
  ["/roster u", [], "u"],
  ["/name u", [], "u"],
  ["/nothing u", [], "u"],
  ["/dry u", ["uptime "], "u"],
  ["/dry @2 u", ["uptime "], "u"],
  ["/dry ping u", [], "u"],
];

for (const [line, candidates, typed] of CASES) {
  Deno.test(`completion of "${line}"`, () => assertEquals(complete(line, ALLOWED), [candidates, typed]));
}

Deno.test("completion offers no text of a server's that cannot be a command's name", () => {
  const commands = ["uptime", "u\x1b[2Jp", "up\nquit", "/quit", "@2", ""];
  assertEquals(complete("u", commands), [["uptime "], "u"]);
  assertEquals(complete("/dry ", commands), [["uptime "], ""]);
});

Deno.test("completion offers the values of an argument, for the last rule also beyond its place", () => {
  const service = { name: "service", one_of: ["nginx", "named", "my app", "a\x1b"], max_length: 9 };
  const known = [
    { name: "restart", timeout_ms: 1, args: [service] },
    { name: "stop", timeout_ms: 1, args: [{ name: "x", max_length: 9 }, { ...service, rest: true }] },
  ];
  const cases: [line: string, candidates: string[], typed: string][] = [
    ["restart ", ["named", "nginx"], ""],
    ["restart ng", ["nginx "], "ng"],
    ["@2 restart ng", ["nginx "], "ng"],
    ["/dry @2 restart ng", ["nginx "], "ng"],
    ["restart nginx n", [], "n"],
    ["stop n", [], "n"],
    ["stop x y ng", ["nginx "], "ng"],
    ["ping n", [], "n"],
  ];
  for (const [line, candidates, typed] of cases) {
    assertEquals(complete(line, ALLOWED, known), [candidates, typed], line);
  }
});

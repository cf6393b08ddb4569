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
  ["/w", ["/watch", "/who"], "/w"],
  ["/wat", ["/watch "], "/wat"],
  ["/watch o", ["off", "on"], "o"],
  ["/watch on o", [], "o"],
  ["/who u", [], "u"],
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

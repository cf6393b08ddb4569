import { assert, assertEquals } from "@std/assert";
import { complete, needsNames } from "../../../src/client/terminal/completion.ts";

const ALLOWED = ["ping", "restart", "restore", "uptime"];
const NAMES = ["web-1", "web-3", "db", "a b", "x,y", "7", "all", "red\x1b[31m"];
const OFFER = { allowed: ALLOWED, known: [], names: [] };

const CASES: [line: string, candidates: string[], typed: string][] = [
  ["", ["ping", "restart", "restore", "uptime"], ""],
  ["p", ["ping "], "p"],
  ["rest", ["restart", "restore"], "rest"],
  ["  up", ["uptime "], "up"],
  ["nothing", [], "nothing"],
  ["ping p", [], "p"],
  ["@", ["@all "], "@"],
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
  Deno.test(`completion of "${line}"`, () => assertEquals(complete(line, OFFER), [candidates, typed]));
}

Deno.test("completion offers no text of a server's that cannot be a command's name", () => {
  const commands = ["uptime", "u\x1b[2Jp", "up\nquit", "/quit", "@2", ""];
  assertEquals(complete("u", { ...OFFER, allowed: commands }), [["uptime "], "u"]);
  assertEquals(complete("/dry ", { ...OFFER, allowed: commands }), [["uptime "], ""]);
});

Deno.test("completion offers the values of an argument, for the last rule also beyond its place", () => {
  const service = { name: "service", one_of: ["nginx", "named", "my app", "a\x1b"], max_bytes: 9 };
  const known = [
    { name: "restart", timeout_ms: 1, args: [service] },
    { name: "stop", timeout_ms: 1, args: [{ name: "x", max_bytes: 9 }, { ...service, rest: true }] },
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
    assertEquals(complete(line, { ...OFFER, known }), [candidates, typed], line);
  }
});

Deno.test("completion of a target offers the names, as they have to be written", () => {
  const cases: [line: string, candidates: string[], typed: string][] = [
    ["@", ["@a\\ b", "@all", "@db", "@name:7", "@name:all", "@name:x,y", "@web-1", "@web-3"], "@"],
    ["@w", ["@web-1", "@web-3"], "@w"],
    ["@web-3", ["@web-3 "], "@web-3"],
    ["@al", ["@all "], "@al"],
    ["@a\\ ", ["@a\\ b "], "@a\\ "],
    ["@a\\ b u", ["uptime "], "u"],
    ["@n", ["@name:7", "@name:all", "@name:x,y"], "@n"],
    ["@name:x,", ["@name:x,y "], "@name:x,"],
    ["@name:d", ["@name:db "], "@name:d"],
    ["@2,d", ["@2,db "], "@2,d"],
    ["@web-1,", ["@web-1,a\\ b", "@web-1,db", "@web-1,web-1", "@web-1,web-3"], "@web-1,"],
    ["/dry @d", ["@db "], "@d"],
    ["/dry @db @w", [], "@w"],
    ["@db @w", [], "@w"],
    ["uptime @w", [], "@w"],
    ["/who @w", [], "@w"],
  ];
  for (const [line, candidates, typed] of cases) {
    assertEquals(complete(line, { ...OFFER, names: NAMES }), [candidates, typed], line);
  }
});

Deno.test("names are needed only where a target is completed", () => {
  for (const line of ["@", "  @w", "/dry @", "/dry @web-1,d"]) assert(needsNames(line), line);
  for (const line of ["", "w", "@db ", "@db @", "uptime @", "/who @", "/dry @a @", "/watch @"]) {
    assert(!needsNames(line), line);
  }
});

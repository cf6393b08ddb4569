// Braces of other programs' languages in an argv template: which are pointed out, and which are not.

import { assertEquals } from "@std/assert";
import { expandArgv, parseArgvTemplate } from "../../src/rules/mod.ts";
import { suspiciousBraces } from "../../src/rules/suspicious_braces.ts";

/** A command line in words; the words that are pointed out. */
function pointedOut(line: string, hasRules = false): string[] {
  const argv = line.split(" ").map((word) => word.replaceAll("_", " "));
  return suspiciousBraces(argv, hasRules).map(({ item }) => argv[item]!);
}

const SUSPICIOUS = [
  ["docker ps --format {{.Names}}", "{{.Names}}"],
  ["docker ps --format table_{{.Names}}:{{.Status}}", "table {{.Names}}:{{.Status}}"],
  ["docker inspect -f {{json_.State}} web", "{{json .State}}"],
  ["docker inspect -f {{range_.Mounts}}x{{end}} web", "{{range .Mounts}}x{{end}}"],
  ["docker inspect -f {{join_.Args_}} web", "{{join .Args }}"],
  ["docker inspect -f {{-_.Id_-}} web", "{{- .Id -}}"],
  ["curl -w %{http-code} x", "%{http-code}"],
  ["git stash show stash@{1}", "stash@{1}"],
  ["git log @{upstream}", "@{upstream}"],
  ["git log main@{1}", "main@{1}"],
  ["git show v1^{commit}", "v1^{commit}"],
  ["/usr/bin/git log HEAD@{1}", "HEAD@{1}"],
  ["ls ${HOME}", "${HOME}"],
  ["tmux display -p #{host}", "#{host}"],
  ["awk {print}", "{print}"],
] as const;

Deno.test("a template or a variable of another program's is pointed out", () => {
  for (const [line, word] of SUSPICIOUS) assertEquals(pointedOut(line), [word], line);
});

Deno.test("the message says what is passed on, and how to write what was meant", () => {
  const reasons = (...argv: string[]) => suspiciousBraces(argv, false).map(({ reason }) => reason);
  assertEquals(reasons("docker", "ps", "--format", "{{.Names}}"), [
    "passes {{.Names}} on as {.Names}, because {{ and }} are literal braces; write {{{{.Names}}}} to pass on {{.Names}}",
  ]);
  assertEquals(reasons("curl", "-w", "%{http_code}"), [
    "treats {http_code} as a placeholder, so the command needs an argument for it; write %{{http_code}} to pass on " +
    "%{http_code}",
  ]);
  assertEquals(reasons("ls", "${HOME}/x"), [
    "treats {HOME} as a placeholder, so the command needs an argument for it; write ${{HOME}} to pass on ${HOME}, but " +
    "no shell replaces it",
  ]);
});

Deno.test("what the message says to write is passed on as it was meant, and is not pointed out", () => {
  for (const [line, word] of SUSPICIOUS) {
    const doubled = word.replaceAll(/[{}]/g, (brace) => brace + brace);
    const parsed = parseArgvTemplate(["x", doubled], undefined);
    const expanded = parsed.ok && expandArgv(parsed.template, [], undefined);
    assertEquals(expanded && expanded.ok && expanded.argv, ["x", word], line);
    const program = line.split(" ")[0]!;
    assertEquals(suspiciousBraces([program, doubled], false), [], doubled);
  }
});

Deno.test("places that are meant and escaped blocks are not pointed out", () => {
  for (
    const line of [
      "systemctl restart {service}",
      "ssh {user}@{host} uptime",
      "ssh root@{1} uptime",
      "scp {file} backup@{host}:/srv/{file}",
      "df -h {1}",
      "awk {{print_$1}}",
      "awk {{print_$NF}}",
      "awk {{if_($1_>_.5)_print}}",
      'jq {{"a":1}}',
      "tail --lines={count} -- {files}",
      "echo 100%_{text}",
      "echo {{}}",
    ]
  ) assertEquals(pointedOut(line), [], line);
  // With rules, a place has been declared, except that no argument is meant to come after a dollar sign.
  for (const line of ["x %{1}", "x stash@{1}", "x #{name}"]) assertEquals(pointedOut(line, true), []);
  assertEquals(pointedOut("x ${name}", true), ["${name}"]);
});

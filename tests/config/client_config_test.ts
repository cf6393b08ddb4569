// The client's configuration: the server's address, and what this machine may execute.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { type ClientConfigInput, loadClientConfig } from "../../src/config/client_config.ts";
import { ConfigError, renderProblem } from "../../src/config/toml/config_error.ts";
import { checkArguments } from "../../src/rules/check_arguments.ts";
import { expandArgv } from "../../src/rules/argv_template.ts";

function load(text: string) {
  return loadClientConfig({ file: { path: "c.toml", text } });
}

async function messagesOf(input: string | ClientConfigInput): Promise<string[]> {
  const promise = () => typeof input === "string" ? load(input) : loadClientConfig(input);
  return (await assertRejects(promise, ConfigError)).problems.map(renderProblem);
}

Deno.test("without any source, the client goes to its own machine and executes nothing", async () => {
  const config = await loadClientConfig({});
  assertEquals([config.host, config.port, config.name, config.run], [
    "127.0.0.1",
    6001,
    undefined,
    undefined,
  ]);
  assertEquals([config.limits.programsAtOnce, config.limits.reconnectMaxMs], [4, 10_000]);
  assert(Object.isFrozen(config) && Object.isFrozen(config.limits));
});

Deno.test("the HOST of the command line goes before the environment, and that before the file", async () => {
  const file = { path: "c.toml", text: 'host = "file"\nname = "file"' };
  const env = { RANKCLIENT_HOST: "env", RANKCLIENT_NAME: "env" };
  const all = await loadClientConfig({
    file,
    env,
    host: "argument",
    flags: { "run-timeout-ms": "5", json: true },
  });
  assertEquals([all.host, all.name, all.limits.runTimeoutMs], ["argument", "env", 5]);
  assertEquals((await loadClientConfig({ file, env })).host, "env");
  assertEquals((await loadClientConfig({ file })).host, "file");
  assertEquals(await messagesOf({ host: "a:1" }), [
    'HOST must be a host name or an address, without user, port and brackets, current value is "a:1"',
  ]);
  // What is before the @ may be a password.
  const refusal =
    'must be a host name or an address, without user, port and brackets, current value is "…@b"';
  for (const host of ["secret@b", "ada:secret@b", "ada@secret@b"]) {
    assertEquals(await messagesOf({ host }), [`HOST ${refusal}`]);
    assertEquals(await messagesOf({ env: { RANKCLIENT_HOST: host } }), [`RANKCLIENT_HOST ${refusal}`]);
  }
});

Deno.test("a program is an argv, or a table with rules", async () => {
  const { run } = await load(`
[run]
uptime = ["uptime", "-p", "-p"]
[run.restart]
argv = ["systemctl", "restart", "{service}"]
args = [{ name = "service", one_of = ["nginx"] }]
cwd = "/srv"
timeout_ms = 9
stdin = "json"
[run.disk]
argv = ["df"]
`);
  const { argv, args, cwd, timeoutMs, stdin } = run!.get("uptime")!;
  assertEquals([expandArgv(argv, [], args), args, cwd, timeoutMs, stdin], [
    { ok: true, argv: ["uptime", "-p", "-p"] },
    undefined,
    undefined,
    30_000,
    "none",
  ]);
  assertEquals(run!.get("disk")!.stdin, "none");
  const restart = run!.get("restart")!;
  assertEquals([restart.cwd, restart.timeoutMs, restart.stdin], ["/srv", 9, "json"]);
  assert(checkArguments(restart.args, ["nginx"], { argsCount: 1, argBytes: 9 }).ok);
  assert(!checkArguments(restart.args, ["apache"], { argsCount: 1, argBytes: 9 }).ok);
  assertEquals(expandArgv(restart.argv, ["nginx"], restart.args), {
    ok: true,
    argv: ["systemctl", "restart", "nginx"],
  });
});

Deno.test("mistakes in a program are refused with their place", async () => {
  const text = `[run]
a = "ls -l"
b = []
c = ["x",
  3]
d = ["{1}"]
"@e" = ["x"]
[run.f]
arg = ["x"]
[run.g]
argv = ["x", "{nme}"]
args = [{ name = "name" }]
[run.h]
argv = ["x"]
stdin = "yaml"
[run.i]
argv = ["x"]
stdn = "json"
`;
  assertEquals(await messagesOf(text), [
    'c.toml:2:1: "run.a" must be a list of strings (the program and its arguments), or a table with argv',
    'c.toml:3:1: "run.b" must have at least 1 item',
    'c.toml:5:3: "run.c[1]" must be a string, current value is 3',
    'c.toml:6:6: "run.d[0]" must not have a placeholder: it is the program',
    'c.toml:7:1: run."@e" is not a command name (1 to 64 letters, digits, _ - or ., the first a letter or a digit)',
    'c.toml:8:6: "run.f" has no "argv"',
    'c.toml:9:1: unknown key "run.f.arg"; did you mean "run.f.argv"?',
    'c.toml:11:14: "run.g.argv[1]" has the unknown placeholder {nme}; the placeholders are {name}, and {{ }} are literal braces',
    'c.toml:15:1: "run.h.stdin" must be "none" or "json", current value is "yaml"',
    'c.toml:18:1: unknown key "run.i.stdn"; did you mean "run.i.stdin"?',
  ]);
  assertEquals(await messagesOf("[limits]\narg_length = 3"), [
    'c.toml:2:1: unknown key "limits.arg_length"; it is now "limits.arg_bytes"',
  ]);
});

Deno.test("a rule that is wrong is not complained about a second time by its template", async () => {
  assertEquals(await messagesOf('[run.x]\nargv = ["x", "{1a}"]\nargs = [{ name = "1a" }, { name = "b" }]'), [
    'c.toml:3:11: "run.x.args[0].name" must be an argument name (1 to 64 letters, digits, _ or -, the first a ' +
    'letter or _), current value is "1a"',
  ]);
});

Deno.test("the shortest wait before connecting again is not above the longest", async () => {
  assertEquals(await messagesOf("[limits]\nreconnect_min_ms = 20_000"), [
    'c.toml:2:1: "limits.reconnect_min_ms" of 20000 is above the longest delay; lower it or raise ' +
    '"limits.reconnect_max_ms", which is 10000',
  ]);
});

Deno.test("a lease leaves room for two pings, the kill delay and the margin", async () => {
  const fits = "[lead]\nlease_ms = 1_876\nkill_after_ms = 1_000\nmargin_ms = 250";
  assertEquals((await load(fits)).lead, {
    leaseMs: 1_876,
    killAfterMs: 1_000,
    marginMs: 250,
    hookTimeoutMs: 10_000,
  });
  assertEquals(await messagesOf(fits.replace("1_876", "1_875")), [
    'c.toml:2:1: "lead.lease_ms" of 1875 is too short: after each proof of rank 0 it must have time for two pings (a ' +
    "third of it), kill_after_ms (1000) and margin_ms (250); raise it to 1876 or more, or lower the other two",
  ]);
});

Deno.test("the server's variables mean nothing to the client, its own misspelt ones are refused", async () => {
  assertEquals((await loadClientConfig({ env: { RANKSERVER_PORT: "x" } })).port, 6001);
  assertEquals(await messagesOf({ env: { RANKCLIENT_PROT: "1" } }), [
    "unknown environment variable RANKCLIENT_PROT; did you mean RANKCLIENT_PORT?",
  ]);
});

Deno.test("a path whose backslashes were read as escapes is refused with the way to write it", async () => {
  assertEquals(await messagesOf('ca_file = "C:\\new\\\\ca.pem"'), [
    'c.toml:1:1: "ca_file" must be a string without control characters, current value is "C:\\new\\\\ca.pem"; write \\\\ ' +
    "for a backslash in double quotes, or enclose the text in single quotes",
  ]);
});

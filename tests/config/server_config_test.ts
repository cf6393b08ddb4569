// The server's configuration: the sources of values, and the message for each mistake, with its place.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { ConfigError, type ConfigProblem, renderProblem } from "../../src/config/toml/config_error.ts";
import type { ConfigInput } from "../../src/config/reader/settings_reader.ts";
import { loadClientConfig } from "../../src/config/client_config.ts";
import { loadServerConfig } from "../../src/config/server_config.ts";

/** The configuration of a file's text alone, or with other sources. */
function load(text: string, more: ConfigInput = {}) {
  return loadServerConfig({ file: { path: "server.toml", text }, ...more });
}

async function problemsOf(input: ConfigInput | string): Promise<readonly ConfigProblem[]> {
  const error = await assertRejects(
    () => typeof input === "string" ? load(input) : loadServerConfig(input),
    ConfigError,
  );
  return error.problems;
}

async function messagesOf(input: ConfigInput | string): Promise<string[]> {
  return (await problemsOf(input)).map(renderProblem);
}

Deno.test("without any source, everything has its default", async () => {
  const config = await loadServerConfig({});
  assertEquals([config.host, config.port, config.maxClients], ["127.0.0.1", 6001, 20]);
  assertEquals([...config.commands.keys()], ["ping", "uptime"]);
  assertEquals(config.commands.get("ping")!.timeoutMs, config.limits.runTimeoutMs);
  assertEquals(config.log.format, "text");
});

Deno.test("a flag overrides the environment, the environment the file, and the file the default", async () => {
  const file = {
    path: "server.toml",
    text: "port = 1\nhost = 'file'\nmax_clients = 5\n[limits]\nbatch_items = 7",
  };
  const env = { RANKSERVER_PORT: "2", RANKSERVER_HOST: "env", RANKSERVER_LIMITS_BATCH_ITEMS: "8_000" };
  const config = await loadServerConfig({ file, env, flags: { port: "3", check: true, config: "x" } });
  assertEquals([config.port, config.host, config.maxClients], [3, "env", 5]);
  assertEquals([config.limits.batchItems, config.limits.nameBytes], [8_000, 64]);
});

Deno.test("the configuration is frozen", async () => {
  const config = await load("[commands.x]\nargs = [{ name = 'a', one_of = ['b'] }]");
  const rule = config.commands.get("x")!;
  const kind = rule.args![0]!.kind;
  assert(kind.type === "one_of");
  for (const part of [config, config.limits, config.log, rule, rule.args, rule.args![0], kind, kind.values]) {
    assert(Object.isFrozen(part), JSON.stringify(part));
  }
});

Deno.test("a key that has another name now is refused with the new one, in a file and in the environment", async () => {
  assertEquals(
    await messagesOf(
      "[limits]\nname_length = 3\narg_length = 4\n[commands.x]\nargs = [{ name = 'a', max_length = 5 }]",
    ),
    [
      'server.toml:2:1: unknown key "limits.name_length"; it is now "limits.name_bytes"',
      'server.toml:3:1: unknown key "limits.arg_length"; it is now "limits.arg_bytes"',
      'server.toml:5:23: unknown key "commands.x.args[0].max_length"; it is now "commands.x.args[0].max_bytes"',
    ],
  );
  assertEquals(await messagesOf({ env: { RANKSERVER_LIMITS_ARG_LENGTH: "3" } }), [
    "unknown environment variable RANKSERVER_LIMITS_ARG_LENGTH; it is now RANKSERVER_LIMITS_ARG_BYTES",
  ]);
});

Deno.test("a misspelt key is refused with its place and the nearest known key", async () => {
  assertEquals(await messagesOf('# N\nhost = "x"\n\nmax_client = 3\n'), [
    'server.toml:4:1: unknown key "max_client"; did you mean "max_clients"?',
  ]);
  assertEquals(await problemsOf("[limits]\n  line_byte = 3\n"), [{
    file: "server.toml",
    line: 2,
    column: 3,
    key: "limits.line_byte",
    message: 'unknown key "limits.line_byte"',
    hint: 'did you mean "limits.line_bytes"?',
  }]);
  assertEquals(await messagesOf("qwertyuiop = 1"), ['server.toml:1:1: unknown key "qwertyuiop"']);
  assertEquals(await messagesOf("constructor = 1"), ['server.toml:1:1: unknown key "constructor"']);
});

Deno.test("a constant is not a key, and has the documented value", async () => {
  for (
    const [table, key, value] of [
      ["limits", "outbox_member_bytes", 1_024],
      ["limits", "id_bytes", 256],
      ["limits", "json_depth", 32],
      ["limits", "pending_line_bytes", 4_096],
      ["limits", "lingering_refusals", 256],
      ["auth", "failure_addresses", 10_000],
    ] as const
  ) {
    const [problem] = await problemsOf(`[${table}]\n${key} = ${value}\n`);
    assertEquals(problem!.message, `unknown key "${table}.${key}"`);
    const name = key.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
    const values = (await loadServerConfig({}))[table];
    assertEquals(Object.entries(values).find(([one]) => one === name)?.[1], value, key);
  }
});

Deno.test("the message for a key in the wrong table names the right one", async () => {
  assertEquals(await messagesOf("batch_items = 1\n[log]\nport = 2"), [
    'server.toml:1:1: unknown key "batch_items"; it belongs in [limits]',
    'server.toml:3:1: unknown key "log.port"; it belongs at the top of the file, above the first [table]',
  ]);
});

Deno.test("wrong types and impossible values are all reported, in the order of the file", async () => {
  const text = `host = ""
port = 65536
max_clients = "many"
commands = [ "ok",
  "@2" ]
log = 3
[limits]
runs_total = 1.5
drain_ms = inf
linger_ms = 1979-05-27
`;
  assertEquals(await messagesOf(text), [
    'server.toml:1:1: "host" must not be empty',
    'server.toml:2:1: "port" must be a whole number from 0 to 65535, current value is 65536',
    'server.toml:3:1: "max_clients" must be a whole number from 1 to 100000, current value is "many"',
    'server.toml:5:3: "commands[1]" must be a command name (1 to 64 letters, digits, _ - or ., the first a letter ' +
    'or a digit), current value is "@2"',
    'server.toml:6:1: "log" must be a table',
    'server.toml:8:1: "limits.runs_total" must be a whole number from 1 to 1000000, current value is 1.5',
    'server.toml:9:1: "limits.drain_ms" must be a whole number from 0 to 3600000, current value is Infinity',
    'server.toml:10:1: "limits.linger_ms" must be a whole number from 0 to 60000, current value is a date',
  ]);
});

Deno.test("a host with its port, brackets or blanks is refused; names and addresses are not", async () => {
  for (const host of ["localhost:80", "[::1]", "a b", "a/b", "a\\u001bb"]) {
    assertEquals((await problemsOf(`host = "${host}"`)).map(({ key }) => key), ["host"], host);
  }
  for (const host of ["0.0.0.0", "::", "::1", "fe80::1%eth0", "db-1.example.org"]) {
    assertEquals((await load(`host = "${host}"`)).host, host);
  }
});

Deno.test("invalid TOML is refused with line and column", async () => {
  const [problem, ...others] = await problemsOf('host = "x"\nport == 3\n');
  assertEquals(others, []);
  assertEquals([problem!.file, problem!.line], ["server.toml", 2]);
  assert(problem!.column! >= 6 && problem!.column! <= 8, renderProblem(problem!));
  assert(problem!.message.startsWith("not valid TOML: "), problem!.message);
});

Deno.test("a byte order mark and Windows line ends do no harm", async () => {
  assertEquals(await messagesOf("\uFEFFprot = 3\r\n"), [
    'server.toml:1:1: unknown key "prot"; did you mean "port"?',
  ]);
  assertEquals((await load("\uFEFFport = 3\r\n[log]\r\nformat = 'json'\r\n")).log.format, "json");
});

Deno.test("a second byte order mark, and one in the text, is named with its place", async () => {
  const reason =
    "not valid TOML: byte order mark (U+FEFF), which is allowed only once, at the start of a file; remove it";
  assertEquals(await messagesOf("\uFEFF\uFEFFport = 1\n"), [`server.toml:1:1: ${reason}`]);
  assertEquals(await messagesOf("\uFEFFport = 1\n\uFEFFhost = 'a'\n"), [`server.toml:2:1: ${reason}`]);
});

Deno.test("the environment and the flags have the same bounds as the file", async () => {
  const env = { RANKSERVER_PORT: "-1", RANKSERVER_LOG_FORMAT: "xml", RANKSERVER_COMMANDS: "ok,/who" };
  assertEquals(await messagesOf({ env, flags: { "max-clients": "1e3", host: "" } }), [
    "--host must not be empty",
    "RANKSERVER_PORT must be a whole number from 0 to 65535, current value is -1",
    '--max-clients must be a whole number from 1 to 100000, current value is "1e3"',
    'RANKSERVER_LOG_FORMAT must be "text" or "json", current value is "xml"',
    "RANKSERVER_COMMANDS must be a command name (1 to 64 letters, digits, _ - or ., the first a letter or a " +
    'digit), current value is "/who"',
  ]);
});

Deno.test("an empty variable is an unset one", async () => {
  assertEquals(
    (await loadServerConfig({ env: { RANKSERVER_PORT: "", RANKSERVER_COMMANDS: "" } })).port,
    6001,
  );
});

Deno.test("an unknown variable with the program's prefix is refused, others are ignored", async () => {
  assertEquals(
    await messagesOf({ env: { RANKSERVER_MAX_CLIENT: "3", RANKCLIENT_X: "1", RANKSERVERX: "1" } }),
    [
      "unknown environment variable RANKSERVER_MAX_CLIENT; did you mean RANKSERVER_MAX_CLIENTS?",
    ],
  );
});

/** What Kubernetes and Docker set in a container beside a service of the program's name. */
const INJECTED = (prefix: string) => ({
  [`${prefix}_SERVICE_HOST`]: "10.0.0.1",
  [`${prefix}_SERVICE_PORT`]: "6001",
  [`${prefix}_SERVICE_PORT_RANKS`]: "6001",
  [`${prefix}_PORT`]: "tcp://10.0.0.1:6001",
  [`${prefix}_PORT_6001_TCP`]: "tcp://10.0.0.1:6001",
  [`${prefix}_PORT_6001_TCP_PROTO`]: "tcp",
  [`${prefix}_PORT_6001_TCP_PORT`]: "6001",
  [`${prefix}_PORT_6001_TCP_ADDR`]: "10.0.0.1",
  [`${prefix}_PORT_53_UDP`]: "udp://10.0.0.1:53",
  [`${prefix}_METRICS_SERVICE_HOST`]: "10.0.0.2",
  [`${prefix}_METRICS_PORT`]: "tcp://10.0.0.2:9100",
  [`${prefix}_METRICS_PORT_9100_TCP`]: "tcp://10.0.0.2:9100",
  [`${prefix}_1_NAME`]: "/web/rankserver_1",
  [`${prefix}_ENV_PATH`]: "/bin",
});

Deno.test("the variables that a container platform sets for a service of this name are no settings", async () => {
  const env = INJECTED("RANKSERVER");
  const config = await load("port = 7000", { env });
  assertEquals([config.host, config.port], ["127.0.0.1", 7000]);
  assertEquals(config.ignoredVariables, Object.keys(env).sort());
  assertEquals((await load("", { env, flags: { port: "0" } })).port, 0);
  const client = await loadClientConfig({ env: INJECTED("RANKCLIENT") });
  assertEquals([client.host, client.port, client.name], ["127.0.0.1", 6001, undefined]);
  assertEquals(client.ignoredVariables, Object.keys(INJECTED("RANKCLIENT")).sort());
});

Deno.test("a variable of this program's own is read, and a misspelt one refused, beside those of a platform", async () => {
  const env = { RANKSERVER_SERVICE_HOST: "10.0.0.1", RANKSERVER_PORT: "7" };
  const config = await loadServerConfig({ env });
  assertEquals([config.port, config.ignoredVariables], [7, ["RANKSERVER_SERVICE_HOST"]]);
  for (
    const name of ["RANKSERVER_SERVICE", "RANKSERVER_PORT_6001", "RANKSERVER_LIMITS_PORT", "RANKSERVER_NAME"]
  ) {
    const [problem] = await problemsOf({ env: { ...env, [name]: "6001" } });
    assertEquals(problem!.key, name);
  }
  assertEquals(await messagesOf({ env: { RANKSERVER_PORT: "http://10.0.0.1:6001" } }), [
    'RANKSERVER_PORT must be a whole number from 0 to 65535, current value is "http://10.0.0.1:6001"',
  ]);
});

Deno.test("a source that another one overrides is validated too", async () => {
  const messages = await messagesOf({ env: { RANKSERVER_PORT: "x" }, flags: { port: "3" } });
  assertEquals(messages, ['RANKSERVER_PORT must be a whole number from 0 to 65535, current value is "x"']);
});

Deno.test("limits that are impossible together are refused", async () => {
  assertEquals(await messagesOf("[limits]\nline_bytes = 2048\n"), [
    '"limits.output_bytes" of 65536 for stdout and again for stderr does not fit into a line; lower it or raise ' +
    '"limits.line_bytes", which is 2048',
  ]);
  assertEquals(await messagesOf("[limits]\nruns_per_issuer = 11\nruns_total = 10\n"), [
    'server.toml:2:1: "limits.runs_per_issuer" of 11 can never be reached; lower it or raise "limits.runs_total", ' +
    "which is 10",
  ]);
  const keys = (await problemsOf("[limits]\noutbox_bytes = 65536")).map(({ key }) => key);
  assertEquals(keys, ["limits.line_bytes", "limits.run_output_bytes"]);
});

Deno.test("times of a session that contradict each other are refused with the key to change", async () => {
  assertEquals(await messagesOf("[session]\nheartbeat_ms = 5_000\nsilence_ms = 5_000\n"), [
    'server.toml:3:1: "session.silence_ms" of 5000 ends before a client is sent a ping; ' +
    'raise it or lower "session.heartbeat_ms", which is 5000',
  ]);
  const { session } = await load("[session]\nheartbeat_ms = 4_999\nsilence_ms = 5_000\noverflow = 'wait'\n");
  assertEquals([session.overflow, session.resumeGraceMs], ["wait", 0]);
});

Deno.test("a relative path in a file begins in the directory of the file, and one from elsewhere stays", async () => {
  const text = `
[journal]
file = "seats.db"
[auth]
tokens_file = "./../tokens.toml"
[control]
socket = "/run/c.sock"
[tls]
cert_file = "tls/cert.pem"
key_file = "tls/key.pem"
`;
  const file = { path: "server.toml", text, directory: "/etc/ranks" };
  const { journal, auth, control, tls } = await loadServerConfig({ file });
  assertEquals(
    [journal.file, auth.tokensFile, control.socket, tls],
    ["/etc/ranks/seats.db", "/etc/ranks/../tokens.toml", "/run/c.sock", {
      certFile: "/etc/ranks/tls/cert.pem",
      keyFile: "/etc/ranks/tls/key.pem",
    }],
  );
  const others = await loadServerConfig({
    file: { ...file, text: "" },
    env: { RANKSERVER_JOURNAL_FILE: "seats.db" },
    flags: { control: "c.sock" },
  });
  assertEquals([others.journal.file, others.control.socket, others.tls.certFile], [
    "seats.db",
    "c.sock",
    "",
  ]);

  const run = `
ca_file = "ca.pem"
token_file = "token"
[run]
here = ["./bin/here", "./stays"]
there = ["/bin/there"]
found = ["found"]
work = { argv = ["pwd"], cwd = "work" }
`;
  const client = await loadClientConfig({ file: { ...file, text: run } });
  assertEquals([client.caFile, client.tokenFile], ["/etc/ranks/ca.pem", "/etc/ranks/token"]);
  const programs = [...client.run!.values()];
  assertEquals(programs.map(({ argv }) => argv.program), [
    "/etc/ranks/bin/here",
    "/bin/there",
    "found",
    "pwd",
  ]);
  assertEquals(programs.map(({ cwd }) => cwd), [undefined, undefined, undefined, "/etc/ranks/work"]);
});

Deno.test("the former key session.store still names the journal's file, with a warning that names the new key", async () => {
  const file = { path: "server.toml", text: '[session]\nstore = "seats.db"\n', directory: "/etc/ranks" };
  const inFile = await loadServerConfig({ file });
  assertEquals(inFile.journal.file, "/etc/ranks/seats.db");
  assertEquals(inFile.warnings, ['server.toml:2:1: "session.store" is deprecated; use "journal.file"']);
  assert(!("store" in inFile.session));
  const env = { RANKSERVER_SESSION_STORE: "other.db" };
  const variable = await loadServerConfig({ env });
  assertEquals(variable.journal.file, "other.db");
  assertEquals(variable.warnings, ["RANKSERVER_SESSION_STORE is deprecated; use RANKSERVER_JOURNAL_FILE"]);
  const both = await loadServerConfig({ file, env });
  assertEquals([both.journal.file, both.warnings.length], ["other.db", 2]);
  // As in a copy of an example.
  const { journal, warnings } = await load('[session]\nstore = ""\n');
  assertEquals([journal.file, warnings.length], ["", 1]);
});

Deno.test("the former key session.store beside journal.file is refused with the one to remove", async () => {
  const both = '[session]\nstore = "seats.db"\n[journal]\nfile = "journal.db"\n';
  assertEquals(await messagesOf(both), [
    'server.toml:2:1: "session.store" is set as well as "journal.file", which replaces it; remove "session.store"',
  ]);
  const env = { RANKSERVER_SESSION_STORE: "seats.db", RANKSERVER_JOURNAL_FILE: "journal.db" };
  assertEquals(await messagesOf({ env }), [
    'RANKSERVER_SESSION_STORE is set as well as "journal.file", which replaces it; remove RANKSERVER_SESSION_STORE',
  ]);
});

Deno.test("the control socket can be named by file, environment and flag, and is off by default", async () => {
  assertEquals((await loadServerConfig({})).control.socket, "");
  const env = { RANKSERVER_CONTROL_SOCKET: "/run/a.sock" };
  assertEquals((await load("[control]\nsocket = 'b'", { env })).control.socket, "/run/a.sock");
  assertEquals((await loadServerConfig({ env, flags: { control: "c" } })).control.socket, "c");
});

// docs/getting-started.md: its commands, run as printed with the executables. They are the commands that `rankserver
// init` prints, too.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { isOpensslMissing } from "../../support/programs/certificates.ts";
import { testsOf } from "../../support/programs/executables.ts";
import { freePorts } from "../../support/programs/free_ports.ts";
import { PROJECT } from "../../support/programs/start_process.ts";
import { Reader, type Shell } from "../readme/shell.ts";

const PAGE = await Deno.readTextFile(join(PROJECT, "docs/getting-started.md"));

const test = await testsOf("server", "client");

/** How long a server with a new journal lets no client lead, and the lease: shorter than on the page. */
const SHORT_LEASES = { RANKSERVER_SESSION_LEASE_MAX_MS: "2500", RANKCLIENT_LEAD_LEASE_MS: "2500" };
const FIRST_LEAD_MS = 30_000;

/** The shell commands of each block of a section. */
function blocksOf(heading: string): string[] {
  const section = PAGE.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return [...section.matchAll(/^```sh\n([^]*?)\n```$/gm)].map(([, commands]) => commands!);
}

/** Runs the first line and the check, which is the second one. @returns the lines after them, which init printed. */
async function begin(reader: Reader, [init, ...lines]: readonly string[]): Promise<string[]> {
  const { code, output } = await reader.finish(init!);
  assertEquals(code, 0, output);
  const [, steps = ""] = output.split("\nRun these commands next, each in its own terminal:\n");
  const printed = [...steps.matchAll(/^ {2}(?!#)(.+)$/gm)].map(([, command]) => command!);
  assertEquals(printed, lines);
  assertEquals(steps.match(/^ {2}# .+$/gm)?.length, printed.length);
  const [check, ...rest] = lines;
  const checked = await reader.finish(check!);
  const [, config] = /--config (\S+) --check$/.exec(check!)!;
  assertEquals(checked, { code: 0, output: `${config} is valid` });
  return rest;
}

/** Starts clients one after the other; the first has rank 0. */
async function seat(reader: Reader, server: Shell, lines: readonly string[]): Promise<Shell[]> {
  const clients: Shell[] = [];
  for (const line of lines) {
    clients.push(reader.run(line));
    await server.event("client_seated", clients.length - 1);
  }
  return clients;
}

Deno.test("every section with commands has a test here", () => {
  const sections = [...PAGE.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading!);
  assertEquals(sections.filter((heading) => blocksOf(heading).length > 0), [
    "A standby line",
    "A fleet",
    "A shared floor",
    "Other machines, with TLS",
    "Renew the certificate",
    "As a service",
  ]);
  const [first, ...others] = PAGE.split("\n## ")[0]!.matchAll(/^```sh\n([^]*?)\n```$/gm);
  assertEquals([first![1], others.length], ["rankserver init --help", 0]);
  assert(
    blocksOf("As a service").every((block) => block.split("\n").every((line) => line.startsWith("sudo "))),
  );
});

test("getting started: a standby line leads on one machine, and hands over to the other one", async () => {
  const [block, ...others] = blocksOf("A standby line");
  assertEquals(others, []);
  await using reader = await Reader.start(SHORT_LEASES);
  const [serve, first, second, status, raise, ...rest] = await begin(reader, block!.split("\n"));
  assertEquals(rest, []);
  const server = await reader.serve(serve!);
  const [one, two] = await seat(reader, server, [first!, second!]);
  await one!.line(/^Leading with ticket \d+/, FIRST_LEAD_MS);
  assertMatch((await reader.finish(status!)).output, /^node-1 \(rank 0, ticket \d+\) leads/m);
  assertEquals((await reader.finish(raise!)).code, 0);
  await two!.line(/^Leading with ticket \d+/);
  assertMatch((await reader.finish(status!)).output, /^node-2 \(rank 0, ticket \d+\) leads/m);
});

test("getting started: a fleet executes a command, and gets another worker", async () => {
  const [block, add, ...others] = blocksOf("A fleet");
  assertEquals(others, []);
  await using reader = await Reader.start();
  const [serve, boss, first, second, disk, raise, ...rest] = await begin(reader, block!.split("\n"));
  assertEquals(rest, []);
  const server = await reader.serve(serve!);
  const [commander] = await seat(reader, server, [boss!, first!, second!]);
  const { code, output } = await reader.finish(disk!);
  assertEquals(code, 0, output);
  assertMatch(output, /Filesystem[^]*2 executors: 2 ok/);

  const added = await reader.finish(add!.replace(/\bPID\b/, String(server.pid)));
  assertEquals(added.code, 0, added.output);
  await server.line(/"event":"reloaded".*"tokens"/);
  await reader.run(first!.replace("worker-1", "worker-3")).line(/\brank 3 of 4\b/);
  await server.line(/"event":"client_named".*"worker-3"/);
  const three = await reader.finish(disk!);
  assertEquals(three.code, 0, three.output);
  assertMatch(three.output, /3 executors: 3 ok/);
  const tokens = await Deno.readTextFile(join(reader.home, "fleet/tokens.toml"));
  assertStringIncludes(tokens.split("[tokens.worker-3]")[1]!, "issue = []");

  await commander!.stop();
  const restarted = reader.run(boss!);
  await restarted.line(/\brank 3 of 4\b/);
  assertEquals((await reader.finish(raise!)).code, 0);
  await restarted.line(/\brank 0 of 4\b/);
  assertEquals((await reader.finish(disk!)).code, 0);
});

test("getting started: with TLS, a fleet keeps its clients while the certificate is renewed", async () => {
  const [init, copy, ...others] = blocksOf("Other machines, with TLS");
  assertEquals([copy?.startsWith("scp "), others], [true, []]);
  const [renew, show, ...more] = blocksOf("Renew the certificate");
  assertEquals(more, []);
  const [, ...lines] = blocksOf("A fleet")[0]!.split("\n");
  await using reader = await Reader.start();
  const here = init!.replace("rank.example,192.0.2.7", "localhost,127.0.0.1");
  const [serve, boss, first, second, disk] = await begin(reader, [here, ...lines]);
  const server = await reader.serve(serve!);
  await seat(reader, server, [boss!, first!, second!]);
  const before = await reader.finish(disk!);
  assertEquals(before.code, 0, before.output);

  const renewed = await reader.finish(renew!.replace(/\bPID\b/, String(server.pid)));
  assertEquals(renewed.code, 0, renewed.output);
  await server.line(/"event":"reloaded".*"certificate"/);
  const verify = "openssl verify -x509_strict -purpose sslserver -CAfile fleet/authority/ca.pem";
  for (const name of ["-verify_hostname localhost", "-verify_ip 127.0.0.1"]) {
    const verified = await reader.finish(`${verify} ${name} fleet/server.pem`);
    assertEquals(verified.code, 0, verified.output);
  }
  assertMatch((await reader.finish(show!)).output, /^notAfter=/);
  assertEquals((await reader.finish(disk!)).code, 0);
  // A new connection gets the new certificate.
  await reader.run(first!).line(/\brank 3 of 4\b/);
}, isOpensslMissing);

test("getting started: a floor is passed on in terminals, and its page admits the guests' token", async () => {
  const [block, ...others] = blocksOf("A shared floor");
  assertEquals(others, []);
  const [port] = freePorts(1);
  await using reader = await Reader.start({ RANKSERVER_WEB_PORT: String(port) });
  const [serve, show, sit, teach, status, raise, ...rest] = await begin(reader, block!.split("\n"));
  assertEquals(rest, []);
  const server = await reader.serve(serve!);
  const token = (await reader.finish(show!)).output;
  const logIn = async (token: string) => {
    const headers = { "content-type": "application/json" };
    const login = { method: "POST", headers, body: JSON.stringify({ token }) };
    const { status, body } = await fetch(`http://127.0.0.1:${port}/login`, login);
    await body?.cancel();
    return status;
  };
  assertEquals(await logIn(token), 200);
  assertEquals(await logIn(`${token}x`), 401);
  const [alice, teacher] = await seat(reader, server, [sit!, teach!]);
  await alice!.type("say 'Good morning'");
  await teacher!.line(/say.*Good morning/);
  assertMatch((await reader.finish(status!)).output, /^ +0 +alice .*\n +1 +teacher /m);
  assertEquals((await reader.finish(raise!)).code, 0);
  await teacher!.line(/\brank 0 of 2\b/);
  await alice!.type("say 'Not now'");
  await alice!.line(/Refused: /);
  await teacher!.type("/yield");
  await alice!.line(/Promoted to rank 0 of 2/);
});

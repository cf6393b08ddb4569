// `--check` of both programs: what would fail here is a warning on standard error, and no error.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { runClient } from "../../support/client/client_process.ts";
import { ServerProcess } from "../../support/programs/start_process.ts";

/** The warnings, without what the system says about a name. */
function warningsIn(stderr: string): string[] {
  return stderr.trimEnd().split("\n").map((line) => line.replace(/(nowhere\.invalid): .*/, "$1"));
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "rank-check-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("rankserver --check warns of a host without address, and of directories that do not exist", () =>
  inFolder(async (folder) => {
    const config = `${folder}/server.toml`;
    const files = '[journal]\nfile = "none/seats.db"\n[control]\nsocket = "server.toml/c.sock"\n';
    await Deno.writeTextFile(config, `host = "nowhere.invalid"\n${files}`);
    const args = ["--config", config, "--check"];
    const { code, stdout, stderr } = await ServerProcess.spawn({ args }).exit();
    assertEquals(warningsIn(stderr), [
      "Warning: host: cannot listen on nowhere.invalid",
      `Warning: journal.file: cannot create ${folder}/none/seats.db: ${folder}/none does not exist; ` +
      `run: mkdir -p ${folder}/none`,
      `Warning: control.socket: cannot create ${folder}/server.toml/c.sock: ${folder}/server.toml is not a directory`,
    ]);
    assertEquals([code, stdout], [0, `${config} is valid\n`]);
    const socket = "/run/rank-check-none/c.sock";
    const unit = await ServerProcess.spawn({ args: ["--control", socket, "--check"] }).exit();
    assertStringIncludes(unit.stderr, "does not exist; a systemd unit makes it (RuntimeDirectory=)");
    // An address of another machine.
    const other = await ServerProcess.spawn({ args: ["--host", "192.0.2.1", "--check"] }).exit();
    assertEquals(
      other.stderr,
      "Warning: host: cannot listen on 192.0.2.1: this machine has no such address\n",
    );
    assertEquals(other.code, 0);
  }));

Deno.test("rankclient --check warns of programs, hooks and directories that do not exist, and of a host without address", () =>
  inFolder(async (folder) => {
    const config = `${folder}/client.toml`;
    await Deno.writeTextFile(
      config,
      `host = "nowhere.invalid"
[run]
absent = ["no-such-program"]
plain = ["./client.toml"]
there = { argv = ["sh"], cwd = "none" }
names = ["sh", "-c", "true", "{{.Names}}"]
fine = { argv = ["sh"], cwd = "." }
`,
    );
    const args = [
      "--config",
      config,
      "--check",
      "--control",
      `${folder}/none/c`,
      "--on-change",
      "no-such-hook x",
    ];
    const { code, stdout, stderr } = await runClient([...args, "--lead", "--", "no-such-leader"]);
    assertEquals(warningsIn(stderr), [
      `Warning: ${config}:6:30: "run.names[3]" passes {{.Names}} on as {.Names}, because {{ and }} are literal braces; ` +
      "write {{{{.Names}}}} to pass on {{.Names}}",
      "Warning: host: cannot find the address of nowhere.invalid",
      `Warning: --control: cannot create ${folder}/none/c: ${folder}/none does not exist; run: mkdir -p ${folder}/none`,
      'Warning: run.absent: Cannot run "no-such-program": not found in PATH',
      `Warning: run.plain: Cannot run "${folder}/client.toml": not an executable file`,
      `Warning: run.there: the directory ${folder}/none does not exist`,
      'Warning: --on-change: Cannot run "no-such-hook": not found in PATH',
      'Warning: --lead: Cannot run "no-such-leader": not found in PATH',
    ]);
    assertEquals([code, stdout], [0, `${config} is valid\n`]);
  }));

Deno.test("--check of a configuration with which everything would start prints no warning", () =>
  inFolder(async (folder) => {
    const config = `${folder}/c.toml`;
    await Deno.writeTextFile(config, '[journal]\nfile = "seats.db"\n');
    const server = await ServerProcess.spawn({ args: ["--config", config, "--check"] }).exit();
    assertEquals([server.code, server.stderr], [0, ""]);
    await Deno.writeTextFile(config, '[session]\nstore = "seats.db"\n');
    const former = await ServerProcess.spawn({ args: ["--config", config, "--check"] }).exit();
    const warning = `Warning: ${config}:2:1: "session.store" is deprecated; use "journal.file"\n`;
    assertEquals([former.code, former.stderr], [0, warning]);
    await Deno.writeTextFile(config, 'host = "localhost"\n[run]\nuptime = ["uptime"]\n');
    const client = await runClient(["--config", config, "--check"]);
    assertEquals([client.code, client.stderr], [0, ""]);
  }));

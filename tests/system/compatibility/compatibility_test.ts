// This version with the one before it: each client with each server, and a journal that one has written and the other opens.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { ClientProcess, runClient } from "../../support/client/client_process.ts";
import {
  CLIENT_FROM_SOURCES,
  FROM_SOURCES,
  type Program,
  ServerProcess,
} from "../../support/programs/start_process.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { FORMER_VERSION, isFormerVersionMissing, unpackFormerVersion } from "./former_version.ts";

const ignore = await isFormerVersionMissing();

/** Short, because no client leads a new server before its longest lease is over. */
const LEAD = "[lead]\nlease_ms = 1_000\nkill_after_ms = 100\nmargin_ms = 100\n";

interface Pair {
  readonly server: Program;
  readonly client: Program;
}

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** One client sends a command to another and gets its output; a third one leads. */
async function talk({ server: program, client }: Pair, folder: string): Promise<void> {
  const [serverConfig, clientConfig] = [join(folder, "server.toml"), join(folder, "client.toml")];
  await Deno.writeTextFile(serverConfig, 'commands = ["greet"]\n[session]\nlease_max_ms = 1_000\n');
  await Deno.writeTextFile(clientConfig, `[run]\ngreet = ["echo", "hello from the executor"]\n${LEAD}`);
  await using server = await ServerProcess.start({ program, args: ["--config", serverConfig] });
  const at = `127.0.0.1:${server.port}`;
  const issuer = new ClientProcess([at], { program: client });
  await server.nextLine("rank 0");
  const executor = new ClientProcess([at, "--stay", "--config", clientConfig], { program: client });
  await server.nextLine("rank 1");
  await issuer.write("greet\n");
  await issuer.endInput();
  const sent = await issuer.exit();
  assertEquals(sent.code, 0, sent.stderr);
  assertStringIncludes(sent.stdout, "hello from the executor");
  executor.kill("SIGTERM");
  await executor.exit();
  const lead = [at, "--lead", "--config", clientConfig, "--", "sh", "-c", "echo leading; exit 7"];
  const led = await runClient(lead, { program: client });
  assertEquals([led.code, led.stdout.trim()], [7, "leading"], led.stderr);
}

/** A seat is taken at one server, which is killed, and resumed at the other, which opens the same journal. */
async function hand(from: Program, to: Program, folder: string): Promise<void> {
  const config = join(folder, "server.toml");
  const session = "[session]\nresume_grace_ms = 30_000\n";
  await Deno.writeTextFile(config, `[journal]\nfile = "${join(folder, "journal.db")}"\n${session}`);
  const args = ["--config", config];
  let resume: string;
  {
    await using server = await ServerProcess.start({ program: from, args });
    await using member = await RawClient.join(server.port);
    await member.settled();
    ({ resume } = member.welcome);
    server.signal("SIGKILL");
    await server.exit();
  }
  await using server = await ServerProcess.start({ program: to, args });
  await server.line("1 seat restored");
  await using member = await RawClient.connect(server.port);
  const { result } = await member.request("hello", { resume });
  assert(result !== undefined);
  assertEquals(result.rank, 0);
}

Deno.test({
  name: `clients and a leader of ${FORMER_VERSION} work with this server, and those of this version with its`,
  ignore,
  async fn() {
    await using former = await unpackFormerVersion();
    await inFolder((folder) => talk({ server: FROM_SOURCES, client: former.client }, folder));
    await inFolder((folder) => talk({ server: former.server, client: CLIENT_FROM_SOURCES }, folder));
  },
});

Deno.test({
  name: `a journal of ${FORMER_VERSION} keeps its seats over an upgrade, and over a downgrade`,
  ignore,
  async fn() {
    await using former = await unpackFormerVersion();
    await inFolder((folder) => hand(former.server, FROM_SOURCES, folder));
    await inFolder((folder) => hand(FROM_SOURCES, former.server, folder));
  },
});

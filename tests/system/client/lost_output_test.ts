// Standard output on a full disk: an answer that did not arrive is not reported as success by any command line. A reader
// that has gone is no failure, except for a token that is shown once.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CLIENT_PROGRAM, ClientProcess, type Exit, runClient } from "../../support/client/client_process.ts";
import { FakeServer, SUMMARY } from "../../support/client/fake_server.ts";
import { withoutReader, withStdout } from "../../support/client/full_pipe.ts";
import { FROM_SOURCES, ServerProcess } from "../../support/programs/start_process.ts";

const FULL = "/dev/full";
const ignore = Deno.build.os !== "linux";

/** A program of the project with its arguments, and standard output on a full disk. */
async function run(program: readonly string[], ...args: string[]): Promise<Exit> {
  return await runClient(args, { program });
}

const fullServer = withStdout(FULL, FROM_SOURCES);
const fullClient = withStdout(FULL, CLIENT_PROGRAM);

function assertLost({ code, stderr }: Exit, what: string): void {
  assertStringIncludes(stderr, "Cannot write standard output: No space left on device", what);
  assert(!stderr.includes("Uncaught"), stderr);
  assertEquals(code, 1, what);
}

/** The running client of a control socket, in the seat of a server that the test plays. */
async function withSeat(
  act: (seat: { readonly control: string; readonly server: FakeServer }) => Promise<void>,
): Promise<void> {
  await using server = new FakeServer();
  const folder = Deno.makeTempDirSync();
  const control = `${folder}/control`;
  const client = new ClientProcess([`127.0.0.1:${server.port}`, "--control", control, "--stay"]);
  try {
    await act({ control, server });
  } finally {
    client.kill("SIGTERM");
    await client.exit();
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test({
  name: "a full disk: --help, --version and --check fail with a message and no trace",
  ignore,
  async fn() {
    for (const flag of ["--help", "--version", "--check"]) {
      assertLost(await run(fullServer, flag), `rankserver ${flag}`);
      assertLost(await run(fullClient, flag), `rankclient ${flag}`);
    }
  },
});

Deno.test({
  name: "a full disk: an answer of a running server or client that was lost is a failure",
  ignore,
  async fn() {
    const folder = Deno.makeTempDirSync();
    const socket = `${folder}/server`;
    await using server = await ServerProcess.start({ args: ["--control", socket] });
    await server.line("listening");
    assertLost(await run(fullServer, "--status", "--control", socket), "--status");
    assertLost(await run(fullServer, "--status", "--json", "--control", socket), "--status --json");
    await withSeat(async ({ control, server }) => {
      await server.seat();
      for (const args of [["status"], ["--json", "status"]]) {
        const [last, ...flags] = args.toReversed();
        assertLost(await run(fullClient, ...flags, "--via", control, last!), `--via ${args}`);
      }
    });
    Deno.removeSync(folder, { recursive: true });
  },
});

Deno.test({
  name: "a full disk: a pipe whose answers were lost ends with 1, in either format",
  ignore,
  async fn() {
    for (const flags of [[], ["--json"]]) {
      await using server = new FakeServer();
      const exit = runClient([`127.0.0.1:${server.port}`, ...flags], {
        program: fullClient,
        input: "uptime\n",
      });
      const peer = await server.seat();
      const { id } = await peer.nextWith("run");
      await peer.send({ id, result: SUMMARY });
      assertLost(await exit, `rankclient ${flags}`);
    }
  },
});

Deno.test({
  name: "a token that was not shown has no entry: on a full disk, and where the reader has gone",
  ignore,
  async fn() {
    const folder = Deno.makeTempDirSync();
    const tokens = `${folder}/tokens.toml`;
    const args = ["--new-token", "web-3", "--tokens-file", tokens];
    const gone = withoutReader(`${folder}/pipe`, FROM_SOURCES);
    for (const [program, why] of [[fullServer, "No space left"], [gone, "Broken pipe"]] as const) {
      const { code, stderr } = await run(program, ...args);
      assertStringIncludes(stderr, `Cannot write standard output: ${why}`);
      assertStringIncludes(stderr, `no token was added to ${tokens}`);
      assertEquals(code, 1);
      assertEquals([...Deno.readDirSync(folder)].filter(({ name }) => name.startsWith("tokens")), []);
    }
    Deno.removeSync(folder, { recursive: true });
  },
});

Deno.test({
  name: "a reader that has gone is no failure, and nothing is said about it",
  ignore,
  async fn() {
    const folder = Deno.makeTempDirSync();
    const cases: [program: readonly string[], flag: string][] = [
      [FROM_SOURCES, "--help"],
      [FROM_SOURCES, "--check"],
      [CLIENT_PROGRAM, "--help"],
      [CLIENT_PROGRAM, "--version"],
    ];
    for (const [index, [program, flag]] of cases.entries()) {
      const { code, stderr } = await run(withoutReader(`${folder}/${index}`, program), flag);
      assertEquals([code, stderr], [0, ""]);
    }
    Deno.removeSync(folder, { recursive: true });
  },
});

// `rankserver init` as a program: exit codes, messages, and what a second run leaves alone.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runClient } from "../../support/client/client_process.ts";
import { SERVER, testsOf } from "../../support/programs/executables.ts";

const test = await testsOf("server");

const init = (cwd: string, ...args: string[]) => runClient(["init", ...args], { program: SERVER, cwd });

async function withDirectory(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "rank-init-" });
  await run(directory);
  await Deno.remove(directory, { recursive: true });
}

test("init: a wrong command line is refused with what is wrong, and writes nothing", () =>
  withDirectory(async (directory) => {
    for (
      const [words, message] of [
        [[], "Missing argument: USE (standby, fleet or floor)"],
        [["flet"], 'The first argument must be standby, fleet or floor, got "flet"; did you mean "fleet"?'],
        [["fleet", "a", "b"], 'Unexpected argument "b"'],
        [["fleet", "--tsl", "a"], "Unknown flag"],
        [["fleet", "--tls"], "--tls needs a value: --tls HOST,HOST..."],
        [["fleet", "--tls", "*.example"], "--tls must list names"],
        [["fleet", ""], "DIRECTORY must not be empty"],
      ] as const
    ) {
      const { code, stdout, stderr } = await init(directory, ...words);
      assertEquals([code, stdout], [2, ""], stderr);
      assertStringIncludes(stderr, message);
      assertStringIncludes(stderr, "Run rankserver init --help");
    }
    assertEquals([...Deno.readDirSync(directory)], []);
    const help = await init(directory, "--help");
    assertEquals(help.code, 0);
    for (const use of ["standby", "fleet", "floor"]) {
      assertStringIncludes(help.stdout, `rankserver init ${use} `);
    }
  }));

test("init: a second run changes no file, and a directory that cannot be written is named", () =>
  withDirectory(async (directory) => {
    const first = await init(directory, "standby");
    assertEquals(first.code, 0, first.stderr);
    assertStringIncludes(first.stdout, "\n  rankserver --config server.toml --check\n");
    const before = await Deno.readTextFile(`${directory}/tokens.toml`);
    const second = await init(directory, "fleet");
    assertEquals([second.code, second.stdout], [1, ""]);
    assertMatch(second.stderr, /^Cannot write server\.toml: it exists already.*Nothing was written/);
    assertEquals(await Deno.readTextFile(`${directory}/tokens.toml`), before);
    assertEquals([...Deno.readDirSync(`${directory}/clients`)].map(({ name }) => name).sort(), [
      "node-1",
      "node-2",
    ]);
    const below = await init(directory, "floor", "server.toml/below");
    assertEquals([below.code, below.stdout], [1, ""]);
    assertStringIncludes(below.stderr, "server.toml");
  }));

test("init: the printed commands work for a directory with a space, and for one that begins with a dash", () =>
  withDirectory(async (directory) => {
    const env = { PATH: `${SERVER[0].replace(/\/[^/]+$/, "")}:${Deno.env.get("PATH")}` };
    for (const words of [["a line"], ["--", "-line"]]) {
      const { code, stdout, stderr } = await init(directory, "standby", ...words);
      assertEquals(code, 0, stderr);
      const check = /^ {2}(rankserver .* --check)$/m.exec(stdout)![1]!;
      const checked = await new Deno.Command("sh", { args: ["-c", check], cwd: directory, env }).output();
      assertEquals(checked.code, 0, check);
    }
  }));

// The client as others import it: the examples of docs/library.md and of src/client/mod.ts, in a directory of their own.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { blocks } from "../../support/code_blocks.ts";
import { startServer, type TestServer } from "../../support/server/start_server.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;
const TIMEOUT_MS = 60_000;

/** A program beside the repository, as the documents say: ../rankserver is a link to it. */
class Importer {
  readonly #folder = Deno.makeTempDirSync();
  readonly #program: string;

  constructor(config: string, code: string) {
    Deno.symlinkSync(ROOT, join(this.#folder, "rankserver"));
    this.#program = join(this.#folder, "app");
    Deno.mkdirSync(this.#program);
    Deno.writeTextFileSync(join(this.#program, "deno.json"), config);
    // The packages that are here already, and not the newest ones of a registry.
    Deno.copyFileSync(join(ROOT, "deno.lock"), join(this.#program, "deno.lock"));
    Deno.writeTextFileSync(join(this.#program, "main.ts"), code);
  }

  check(): Promise<unknown> {
    return this.#deno("check", "main.ts");
  }

  /** @returns what the program printed */
  run(port: number): Promise<{ stdout: string; stderr: string }> {
    return this.#deno("run", "--quiet", "--no-prompt", `--allow-net=127.0.0.1:${port}`, "main.ts", `${port}`);
  }

  async #deno(...args: string[]) {
    const command = new Deno.Command(Deno.execPath(), {
      args,
      cwd: this.#program,
      env: { NO_COLOR: "1" },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const output = await command.output();
    const [stdout, stderr] = [output.stdout, output.stderr].map((bytes) => new TextDecoder().decode(bytes));
    assert(output.success, stderr);
    return { stdout: stdout!, stderr: stderr! };
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#folder, { recursive: true });
  }
}

const PRINTED = { stdout: "worker: ok, 3 days\n1 of 1 ok\n", stderr: "" };

function startWithUptime(): Promise<TestServer> {
  return startServer({ toml: 'commands = ["uptime"]' });
}

Deno.test("a program in another directory imports the client, is type-checked, and runs", async () => {
  const [config] = await blocks("docs/library.md", "json");
  const [code] = await blocks("docs/library.md", "ts");
  await using server = await startWithUptime();
  using importer = new Importer(config!, code!);
  await importer.check();
  assertEquals(await importer.run(server.port), PRINTED);
});

Deno.test("a program without the link imports the client by its address", async () => {
  const [, config] = await blocks("docs/library.md", "json");
  const [code] = await blocks("docs/library.md", "ts");
  await using server = await startWithUptime();
  // The repository in place of a site, and its own package in place of the registry's.
  const local = config!.replace("https://example.org/", "../")
    .replace("jsr:@std/async@^1", "../rankserver/std/async/mod.ts");
  using importer = new Importer(local, code!);
  assertEquals(await importer.run(server.port), PRINTED);
});

Deno.test("the example in the documentation of the client is type-checked, and runs", async () => {
  const [config] = await blocks("docs/library.md", "json");
  const [code] = await blocks("src/client/mod.ts", "ts");
  await using server = await startWithUptime();
  using importer = new Importer(config!, code!.replace("6001", `${server.port}`));
  await importer.check();
  const { stdout, stderr } = await importer.run(server.port);
  assertEquals(stdout, "");
  // It is alone: there is no client below it.
  assertMatch(stderr, /^refused: .+\n$/);
});

// New files are written all or none, never in place of another, and secrets are private.

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { writeNewFiles } from "../../../../src/cli/server/init/write_new_files.ts";
import { FileError } from "../../../../src/cli/shared/mod.ts";

const FILES = [
  { name: "server.toml", text: "port = 1\n", isSecret: false },
  { name: "clients/a/token", text: "secret\n", isSecret: true },
];

async function withDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "rank-init-" });
  await test(directory);
  await Deno.remove(directory, { recursive: true });
}

function namesIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

Deno.test("files and their directories are created, and only their owner may access a secret", () =>
  withDirectory(async (directory) => {
    const deep = join(directory, "not", "there");
    await writeNewFiles(deep, FILES);
    assertEquals(await Deno.readTextFile(join(deep, "server.toml")), "port = 1\n");
    assertEquals(await Deno.readTextFile(join(deep, "clients/a/token")), "secret\n");
    assertEquals((await Deno.stat(join(deep, "clients/a/token"))).mode! & 0o777, 0o600);
  }));

Deno.test("a file that exists is kept, and no other is written", () =>
  withDirectory(async (directory) => {
    const last = join(directory, FILES[1]!.name);
    await Deno.mkdir(join(directory, "clients/a"), { recursive: true });
    // A link to nothing is one, too.
    for (const make of [() => Deno.writeTextFile(last, "mine"), () => Deno.symlink("nowhere", last)]) {
      await make();
      const { message } = await assertRejects(() => writeNewFiles(directory, FILES), FileError);
      assertStringIncludes(message, `Cannot write ${last}: it exists already`);
      assertStringIncludes(message, "Nothing was written");
      assertEquals(namesIn(directory), ["clients"]);
      await Deno.remove(last);
    }
  }));

Deno.test("what was written before an error is removed, and nothing else", () =>
  withDirectory(async (directory) => {
    await Deno.writeTextFile(join(directory, "mine"), "");
    const impossible = ["mine/below", `new/${"x".repeat(300)}`];
    for (const name of impossible) {
      const files = [...FILES, { name, text: "", isSecret: false }];
      const { message } = await assertRejects(() => writeNewFiles(directory, files), FileError);
      assertStringIncludes(message, "Cannot ");
      assertEquals(namesIn(directory), ["mine"]);
    }
  }));

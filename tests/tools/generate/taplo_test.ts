// Taplo, which editors use for TOML, reads the schemas by the configuration in the top directory.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "node:path";
import { readProjectFile } from "../../docs/project_files.ts";

const FILES = [
  ".taplo.toml",
  "config.example.toml",
  "client.example.toml",
  "examples/ping.toml",
  "examples/schemas/rankserver.schema.json",
  "examples/schemas/rankclient.schema.json",
];
const CONFIG = new URL("../../../deno.json", import.meta.url).pathname;

/** Checks copies of the files of this project. @param change of their texts. @returns what Taplo complains about */
async function lint(change: (path: string, text: string) => string): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "rank-taplo-" });
  try {
    for (const path of FILES) {
      await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
      await Deno.writeTextFile(join(folder, path), change(path, await readProjectFile(path)));
    }
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "--allow-all", `--config=${CONFIG}`, "@taplo/cli", "lint"],
      cwd: folder,
      env: { RUST_LOG: "error", NO_COLOR: "1" },
      stdin: "null",
    });
    const { success, stderr } = await command.output();
    const text = new TextDecoder().decode(stderr).replaceAll("\x1b", "");
    assertEquals(success, !text.includes("error"), text);
    return success ? "" : text;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("Taplo finds nothing wrong with the example files", async () => {
  assertEquals(await lint((_, text) => text), "");
});

Deno.test("Taplo finds wrong values, wrong texts and unknown keys in both files", async () => {
  const found = await lint((path, text) => {
    if (path === "config.example.toml") {
      return text.replace(/^port = .*$/m, "port = 70000").replace(/^host = .*$/m, 'host = "a b"');
    }
    return path === "client.example.toml" ? text.replace(/^arg_bytes = /m, "arg_byte = ") : text;
  });
  assertStringIncludes(found, "70000 is greater than the maximum of 65535");
  assertStringIncludes(found, '"a b" does not match');
  assertStringIncludes(found, "'arg_byte' was unexpected");
});

import { assertEquals } from "@std/assert";
import { count } from "../../src/words/count.ts";

Deno.test("a number has its noun in the singular or the plural", () => {
  assertEquals([0, 1, 2].map((n) => count(n, "seat")), ["0 seats", "1 seat", "2 seats"]);
  assertEquals(count(1, "line was", "lines were"), "1 line was");
  assertEquals(count(3, "line was", "lines were"), "3 lines were");
});

/** What a message with a number in it looks like, without the helper. */
const BARE =
  /\$\{[^}]*\} (?:seats|runs|clients|lines|members|executors|events|programs|connections|arguments|messages|targets|levels|tokens|commands (?:a|per))\b/;

Deno.test("no message has a plural of its own beside a number", async () => {
  const found: string[] = [];
  for await (const path of sources(new URL("../../src/", import.meta.url))) {
    const lines = (await Deno.readTextFile(path)).split("\n");
    for (const line of lines) {
      if (BARE.test(line) && !ALWAYS_MANY.some((part) => line.includes(part))) found.push(line.trim());
    }
  }
  assertEquals(found, []);
});

/** Constants above one, and what happens to several only. */
const ALWAYS_MANY = [
  "MAX_",
  "found.length} clients have",
  "ranks.length} clients below",
  "maxConnections} programs",
  "#running.size} programs",
];

async function* sources(folder: URL): AsyncGenerator<URL> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = new URL(isDirectory ? `${name}/` : name, folder);
    if (isDirectory) yield* sources(path);
    else if (name.endsWith(".ts")) yield path;
  }
}

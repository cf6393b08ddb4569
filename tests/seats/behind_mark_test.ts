// The mark beside a store that lacks something: it is set without touching any other file.

import { assertEquals } from "@std/assert";
import { BehindMark } from "../../src/server/behind_mark.ts";

Deno.test("G12: the mark beside the store empties no file that a link in its place leads to", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/other`, "precious");
  const mark = new BehindMark(`${folder}/seats.db`);
  await Deno.symlink(`${folder}/other`, `${folder}/seats.db.behind`);
  assertEquals([mark.set(), mark.isSet], [undefined, true]);
  assertEquals(await Deno.readTextFile(`${folder}/other`), "precious");
  mark.clear();
  assertEquals([mark.set(), (await Deno.lstat(`${folder}/seats.db.behind`)).isFile], [undefined, true]);
  await Deno.remove(folder, { recursive: true });
});

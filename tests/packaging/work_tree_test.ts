// What a release is made of, read from a repository; and when it is refused.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { refuseRelease } from "../../tools/release/refusals.ts";
import { listProjectFiles, readWorkTree } from "../../tools/release/work_tree.ts";

const EPOCH = 1_800_000_000;
const TREE = { version: "0.2.0", epoch: EPOCH, changes: [] };
const DATED = { version: "0.2.0", date: "2027-01-31", text: "- One change." };
const NOTHING = { changes: false, noDate: false };

async function git(cwd: string, ...args: string[]): Promise<void> {
  const identity = ["-c", "user.name=a", "-c", "user.email=a@b.example"];
  const { success, stderr } = await new Deno.Command("git", {
    args: [...identity, ...args],
    cwd,
    env: { GIT_COMMITTER_DATE: `${EPOCH} +0000` },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

Deno.test("the version, the time of the commit, the changes and the files come from the repository", async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(root, "examples"));
    await Deno.writeTextFile(join(root, "deno.json"), '{ "version": "0.2.0" }');
    await Deno.writeTextFile(join(root, "examples/b c.txt"), "");
    await Deno.writeTextFile(join(root, "examples/a.sh"), "", { mode: 0o755 });
    await git(root, "init", "--quiet");
    await git(root, "add", ".");
    await git(root, "commit", "--quiet", "--message=a");
    assertEquals(await readWorkTree(root), TREE);

    await Deno.writeTextFile(join(root, "examples/stray"), "");
    assertEquals((await readWorkTree(root)).changes, ["?? examples/stray"]);
    assertEquals(await listProjectFiles(root, "examples"), [
      { path: "examples/a.sh", isExecutable: true },
      { path: "examples/b c.txt", isExecutable: false },
    ]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("a release is refused of a work tree with changes, which are named", () => {
  const dirty = { ...TREE, changes: [" M main.ts", "?? stray"] };
  assertStringIncludes(refuseRelease(dirty, DATED, NOTHING)!, " M main.ts\n?? stray");
  assertEquals(refuseRelease(dirty, DATED, { ...NOTHING, changes: true }), undefined);
  assertEquals(refuseRelease(TREE, DATED, NOTHING), undefined);
});

Deno.test("a release is refused of a version without a date", () => {
  const undated = { ...DATED, date: undefined };
  assertStringIncludes(refuseRelease(TREE, undated, NOTHING)!, "write the date of 0.2.0");
  assertEquals(refuseRelease(TREE, undated, { ...NOTHING, noDate: true }), undefined);
});

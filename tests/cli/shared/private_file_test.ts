// A secret may be readable by its owner, and by a group if root owns it.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { exposureOf, readPrivateFile } from "../../../src/cli/shared/private_file.ts";

const ROOT = 0;
const USER = 1_000;
const GROUP_READS =
  "run: chmod 640 'my key.pem' && chown root:GROUP 'my key.pem', where GROUP is that of the " +
  "program's user (rankserver for its service); docs/systemd.md describes credentials";

Deno.test("a file may be open to its owner alone, and a file of root also to its group for reading", () => {
  const taken: [uid: number, mode: number][] = [];
  for (const uid of [ROOT, USER]) {
    for (let mode = 0; mode <= 0o777; mode++) {
      if (exposureOf("key.pem", { mode, uid }) === undefined) taken.push([uid, mode & 0o077]);
    }
  }
  const distinct = new Set(taken.map(([uid, mode]) => `${uid} ${mode.toString(8)}`));
  assertEquals([...distinct].sort(), ["0 0", "0 40", "1000 0"]);
});

Deno.test("without permission bits every file is accepted, without owners only private ones", () => {
  assertEquals(exposureOf("key.pem", { mode: undefined, uid: undefined }), undefined);
  assert(exposureOf("key.pem", { mode: 0o640, uid: undefined }) !== undefined);
});

Deno.test("the message names who can access the file, and a command that fixes it", () => {
  const cases = [
    [USER, 0o640, "its mode 0640 gives access to its group; run: chmod 600 'my key.pem'"],
    [USER, 0o604, "its mode 0604 gives access to every user; run: chmod 600 'my key.pem'"],
    [ROOT, 0o644, `its mode 0644 gives access to every user; ${GROUP_READS}`],
    [
      ROOT,
      0o660,
      `its mode 0660 gives access to its group, for more than reading; ${GROUP_READS}`,
    ],
  ] as const;
  for (const [uid, mode, sentence] of cases) assertEquals(exposureOf("my key.pem", { mode, uid }), sentence);
});

Deno.test("a file that the program may not read is refused with a command that lets it", async () => {
  const read = await readPrivateFile(
    "my key.pem",
    "tokens file",
    100,
    () => Promise.resolve({ ok: false, reason: "Permission denied (os error 13)", isDenied: true }),
  );
  assertEquals(
    read.ok || read.message,
    `Cannot read the tokens file my key.pem: Permission denied (os error 13); ${GROUP_READS}`,
  );
});

Deno.test("a secret is read through the links of container hosts, and its target decides who may read it", async () => {
  const folder = await Deno.makeTempDir();
  const link = `${folder}/token`;
  await Deno.symlink("..data/token", link);
  for (const [round, mode] of [["..1", 0o400], ["..2", 0o600], ["..3", 0o444]] as const) {
    await Deno.mkdir(`${folder}/${round}`);
    await Deno.writeTextFile(`${folder}/${round}/token`, round);
    await Deno.chmod(`${folder}/${round}/token`, mode);
    await Deno.symlink(round, `${folder}/..data_tmp`);
    await Deno.rename(`${folder}/..data_tmp`, `${folder}/..data`);
    const read = await readPrivateFile(link, "token file", 100);
    if (read.ok) assertEquals([read.text, mode !== 0o444], [round, true]);
    else {assertStringIncludes(
        read.message,
        `Cannot use the token file ${link}: its mode 0444 gives access to every user`,
      );}
  }
  await Deno.remove(folder, { recursive: true });
});

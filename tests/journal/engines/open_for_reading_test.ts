// Reading a journal: while a server writes it, after one was killed, and where the reader cannot write.

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { DatabaseSync } from "node:sqlite";
import { JournalContentError } from "../../../src/journal/mod.ts";
import { JournalFileError } from "../../../src/journal/engines/journal_file_error.ts";
import { openForReading } from "../../../src/journal/engines/open_for_reading.ts";
import { JournalReader } from "../../../src/journal/engines/read_journal.ts";
import { readRecords } from "../../../src/journal/engines/sqlite_file.ts";
import { noSmallDisk, SmallDisk } from "../../support/programs/small_disk.ts";
import { join, JournalFolder, START } from "./journal_folder.ts";

function countIn(database: DatabaseSync): number {
  return [...readRecords(database, -1)].length;
}

function readOnce(path: string): number {
  const database = openForReading(path);
  const count = countIn(database);
  database.close();
  return count;
}

Deno.test("a journal can be read while its server writes it, and neither blocks the other", () => {
  using folder = new JournalFolder();
  const journal = folder.open();
  journal.append(START);
  assert(journal.commit());
  const reader = openForReading(folder.file);
  assertEquals(countIn(reader), 1);
  // In the middle of reading.
  const rows = readRecords(reader, -1)[Symbol.iterator]();
  rows.next();
  for (let id = 1; id <= 2_000; id++) {
    journal.append(join(id));
    if (id % 100 === 0) assert(journal.commit());
  }
  assert(rows.next().done, "a reader sees what there was when it began");
  assertEquals(countIn(reader), 2_001);
  assertThrows(() => reader.exec("DELETE FROM records"), Error, "readonly");
  journal.append(join("last"));
  journal.close();
  assertEquals(countIn(reader), 2_002);
  reader.close();
  assertEquals(readOnce(folder.file), 2_002);
});

Deno.test("a journal is read after its server was killed, and its server starts while it is read", () => {
  using folder = new JournalFolder();
  const journal = folder.open();
  for (const record of [START, join(1), join(2)]) journal.append(record);
  journal.commit();
  using copy = folder.copy();
  journal.close();
  const reader = openForReading(copy.file);
  assertEquals(countIn(reader), 3);
  const again = copy.open();
  again.append(join(3));
  assert(again.commit());
  assertEquals(countIn(reader), 4);
  again.close();
  reader.close();
});

Deno.test("numbers that no server writes are damage, wherever they are", () => {
  const contents = `'{"kind":"complete"}'`;
  const late = `'${JSON.stringify({ ...join(1), since: 9e15 })}'`;
  for (
    const damage of [
      `INSERT INTO records VALUES (9223372036854775807, 1, ${contents})`,
      `INSERT INTO records VALUES (-5, 1, ${contents})`,
      `INSERT INTO records VALUES (7, 9000000000000000, ${contents})`,
      `INSERT INTO records VALUES (7, 1, ${late})`,
      `INSERT INTO audit VALUES (1, 9000000000000000, 1, '{"kind":"lost"}')`,
      `INSERT INTO audit VALUES (1, 1, 9223372036854775807, '{"kind":"lost"}')`,
    ]
  ) {
    using folder = new JournalFolder();
    const journal = folder.open();
    journal.append(START);
    journal.close();
    folder.edit((database) => database.exec(damage));
    using reader = new JournalReader(folder.file);
    const readAll = () => [[...reader.records(-10)], [...reader.entriesByPosition()], [...reader.entries(0)]];
    assertThrows(readAll, JournalContentError, "damaged", damage);
  }
});

Deno.test("what is not a journal is refused with the reason", () => {
  using folder = new JournalFolder();
  const refuses = (reason: string, path = folder.file) =>
    assertStringIncludes(assertThrows(() => openForReading(path), JournalFileError).message, reason);
  refuses("it is missing or empty");
  refuses("it is not a regular file", folder.path);
  Deno.writeTextFileSync(folder.file, "these are notes, long enough to look like a database ".repeat(9));
  refuses("file is not a database");
  Deno.removeSync(folder.file);
  folder.edit((database) => database.exec("CREATE TABLE notes (text TEXT)"));
  refuses("it belongs to another program");
  folder.edit((database) => database.exec("DROP TABLE notes"));
  refuses("its creation was interrupted; start the server with it to finish that");
  assertEquals(folder.names, ["rank.sqlite"], "reading leaves nothing behind");
});

Deno.test({
  name: "a journal on a file system that cannot be written is read, as it was closed or with its log",
  ignore: noSmallDisk !== undefined,
  async fn() {
    await using disk = await SmallDisk.mount();
    const folder = new JournalFolder(disk.path);
    const journal = folder.open();
    for (const record of [START, join(1)]) journal.append(record);
    journal.commit();
    using killed = folder.copy();
    journal.close();
    assertEquals(folder.names, ["rank.sqlite", "rank.sqlite-lock"]);
    await disk.remount("ro");
    assertEquals(readOnce(folder.file), 2);
    await disk.remount("rw");
    for (const name of killed.names) Deno.copyFileSync(`${killed.path}/${name}`, `${disk.path}/${name}`);
    await disk.remount("ro");
    assertEquals(readOnce(folder.file), 2);
    await disk.remount("rw");
    Deno.removeSync(`${folder.file}-shm`);
    await disk.remount("ro");
    assertThrows(() => openForReading(folder.file), JournalFileError);
  },
});

Deno.test({
  name:
    "another user, who may read the file but write nothing, reads it while its server writes it, and after",
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
  async fn() {
    using folder = new JournalFolder();
    Deno.chmodSync(folder.path, 0o755);
    // As its owner has decided.
    Deno.writeTextFileSync(folder.file, "");
    Deno.chmodSync(folder.file, 0o644);
    const journal = folder.open();
    for (const record of [START, join(1)]) journal.append(record);
    journal.commit();
    assertEquals(await readAsNobody(folder), { code: 0, output: "2\n" });
    journal.append(join(2));
    journal.commit();
    assertEquals(await readAsNobody(folder), { code: 0, output: "3\n" });
    using killed = folder.copy();
    Deno.chmodSync(killed.path, 0o755);
    assertEquals(await readAsNobody(killed), { code: 0, output: "3\n" });
    journal.close();
    assertEquals(folder.names, ["rank.sqlite", "rank.sqlite-lock"], "its server alone cleans up");
    assertEquals(await readAsNobody(folder), { code: 0, output: "3\n" });
  },
});

/** A process that gives up its rights reads the records. */
async function readAsNobody(folder: JournalFolder): Promise<{ code: number; output: string }> {
  const module = new URL("../../../src/journal/engines/", import.meta.url);
  const program = `
    import process from "node:process";
    import { openForReading } from ${JSON.stringify(new URL("open_for_reading.ts", module).href)};
    process.setgid(65534);
    process.setuid(65534);
    const database = openForReading(${JSON.stringify(folder.file)});
    console.log(database.prepare("SELECT count(*) AS n FROM records").get().n);
    database.close();
  `;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", "--no-lock", program],
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder();
  return { code, output: text.decode(stdout) + (code === 0 ? "" : text.decode(stderr)) };
}

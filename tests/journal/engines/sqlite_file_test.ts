// The file of a journal: which ones are refused, who may open it, and what a power failure leaves of it.

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { JournalFileError, orFileError } from "../../../src/journal/engines/journal_file_error.ts";
import { readRecords, SqliteFile } from "../../../src/journal/engines/sqlite_file.ts";
import { noSmallDisk, SmallDisk } from "../../support/programs/small_disk.ts";
import { hashOf, join, JournalFolder, NOW, START } from "./journal_folder.ts";

/** Opens a file that must be refused, and left as it was. */
function assertRefused(folder: JournalFolder, reason: string, path = folder.file): void {
  const before = folder.contents;
  const { message } = assertThrows(() => new SqliteFile(path, NOW), JournalFileError);
  assert(message.startsWith(`Cannot use ${path} as the journal: `), message);
  assertStringIncludes(message, reason);
  assertEquals(folder.contents, before);
}

/** A closed journal with so many clients. */
function fill(folder: JournalFolder, clients = 3): void {
  const journal = folder.open();
  journal.append({ ...START, capacity: clients } as typeof START);
  for (let id = 1; id <= clients; id++) journal.append(join(id));
  journal.close();
}

Deno.test("a file of another program or version is refused, and not changed", () => {
  using folder = new JournalFolder();
  Deno.writeTextFileSync(folder.file, "these are notes, long enough to look like a database ".repeat(9));
  assertRefused(folder, "it is not an SQLite database");
  Deno.removeSync(folder.file);
  folder.edit((database) => database.exec("CREATE TABLE notes (text TEXT); PRAGMA journal_mode = WAL"));
  assertRefused(folder, "it belongs to another program");
  Deno.removeSync(folder.file);
  fill(folder);
  folder.edit((database) => database.exec("PRAGMA user_version = 2"));
  assertRefused(folder, "its version is 2, not 1");
});

Deno.test("a damaged file is refused, and not changed, even if it has a write-ahead log", () => {
  using folder = new JournalFolder();
  fill(folder, 500);
  {
    using file = Deno.openSync(folder.file, { write: true });
    file.seekSync(3 * 4_096, Deno.SeekMode.Start);
    file.writeSync(new Uint8Array(4_096).fill(7));
  }
  assertRefused(folder, "it is damaged");
  using killed = new JournalFolder();
  const journal = killed.open();
  journal.append(START);
  journal.commit();
  using copy = killed.copy();
  journal.close();
  assert(copy.names.includes("rank.sqlite-wal"));
  {
    using file = Deno.openSync(copy.file, { write: true });
    file.seekSync(4_096, Deno.SeekMode.Start);
    file.writeSync(new Uint8Array(8 * 4_096).fill(7));
  }
  const before = hashOf(copy.file);
  assertThrows(() => new SqliteFile(copy.file, NOW), JournalFileError);
  assertEquals(hashOf(copy.file), before);
  assert(copy.names.includes("rank.sqlite-wal"));
});

Deno.test("records that cannot be read are an error: those behind them must not be lost", () => {
  using folder = new JournalFolder();
  const journal = folder.open();
  journal.append(START);
  journal.close();
  // As on a disk with errors, for which no test can ask: a number that cannot be read.
  folder.edit((database) =>
    database.exec(`INSERT INTO records VALUES (9223372036854775807, 1, '{"kind":"complete"}')`)
  );
  assertRefused(folder, "too large");
  using copy = folder.copy();
  copy.edit((database) => assertThrows(() => [...readRecords(database, -1)], RangeError));
});

Deno.test("what is not a regular file is refused", async () => {
  using folder = new JournalFolder();
  assertRefused(folder, "it is not a regular file", folder.path);
  const missing = `${folder.path}/none/rank.sqlite`;
  assertThrows(() => new SqliteFile(missing, NOW), JournalFileError, "No such file");
  if (Deno.build.os === "windows") return;
  await new Deno.Command("mkfifo", { args: [folder.file] }).output();
  assertThrows(() => new SqliteFile(folder.file, NOW), JournalFileError, "it is not a regular file");
});

Deno.test("a file that the server may not write is refused with what to do", async () => {
  const denied = orFileError("j.db", new Deno.errors.PermissionDenied("Permission denied (os error 13)"));
  assertStringIncludes(
    denied.message,
    "Permission denied (os error 13); its directory and the files in it must",
  );
  assertStringIncludes(denied.message, "chown -R USER: DIRECTORY");
  if (noSmallDisk !== undefined) return;
  await using disk = await SmallDisk.mount();
  await disk.remount("ro");
  assertRefused(new JournalFolder(disk.path), "ReadWritePaths=DIRECTORY");
});

Deno.test("a file in use is refused, under any of its names, until it is closed", () => {
  using folder = new JournalFolder();
  const alias = `${folder.path}/alias`;
  const first = new SqliteFile(folder.file, NOW);
  for (const name of [folder.file, `${folder.path}/../${folder.path.split("/").at(-1)}/rank.sqlite`]) {
    assertThrows(() => new SqliteFile(name, NOW), JournalFileError, "another program has it open; find it");
  }
  if (Deno.build.os !== "windows") {
    Deno.symlinkSync(folder.file, alias);
    assertThrows(() => new SqliteFile(alias, NOW), JournalFileError, "another program has it open");
  }
  first.close();
  new SqliteFile(folder.file, NOW).close();
});

Deno.test({
  name: "a file that is created through a symbolic link is locked by its own name, too",
  ignore: Deno.build.os === "windows",
  fn() {
    using folder = new JournalFolder();
    const alias = `${folder.path}/alias`;
    Deno.symlinkSync("rank.sqlite", alias);
    const first = new SqliteFile(alias, NOW);
    assertThrows(() => new SqliteFile(folder.file, NOW), JournalFileError, "another program has it open");
    first.close();
  },
});

Deno.test({
  name:
    "a file with a second name is refused: a server that knows it by that one would have another lock and log",
  ignore: Deno.build.os === "windows",
  fn() {
    using folder = new JournalFolder();
    fill(folder);
    const alias = `${folder.path}/alias`;
    Deno.linkSync(folder.file, alias);
    for (const path of [folder.file, alias]) {
      assertThrows(() => new SqliteFile(path, NOW), JournalFileError, "it has a second name, a hard link");
    }
    Deno.removeSync(alias);
    new SqliteFile(folder.file, NOW).close();
  },
});

Deno.test({
  name:
    "a new file and those next to it are their owner's alone: they have hashes of tokens, and can be locked",
  ignore: Deno.build.os === "windows",
  fn() {
    using folder = new JournalFolder();
    const before = Deno.umask(0o022);
    try {
      const journal = folder.open();
      journal.append(START);
      journal.commit();
      assertEquals(
        folder.names.toSorted().map((name) => [name, Deno.statSync(`${folder.path}/${name}`).mode! & 0o777]),
        ["", "-lock", "-shm", "-wal"].map((end) => [`rank.sqlite${end}`, 0o600]),
      );
      journal.close();
    } finally {
      Deno.umask(before);
    }
  },
});

Deno.test({
  name: "the lock is its owner's alone, and nothing that is in its place is opened",
  ignore: Deno.build.os === "windows",
  async fn() {
    using folder = new JournalFolder();
    const lock = `${folder.file}-lock`;
    fill(folder);
    assertEquals(Deno.statSync(lock).mode! & 0o777, 0o600);
    const other = `${folder.path}/other`;
    const inItsPlace: (() => unknown)[] = [
      () => Deno.symlinkSync(other, lock),
      () => Deno.mkdirSync(lock),
      () => new Deno.Command("mkfifo", { args: [lock] }).output(),
    ];
    for (const put of inItsPlace) {
      Deno.removeSync(lock);
      await put();
      const { message } = assertThrows(() => new SqliteFile(folder.file, NOW), JournalFileError);
      assertStringIncludes(message, `${lock} is not a regular file; move it elsewhere`);
      assert(!folder.names.includes("other"));
    }
  },
});

Deno.test("a file whose creation was interrupted is created again", () => {
  using empty = new JournalFolder();
  Deno.writeTextFileSync(empty.file, "");
  const made = new SqliteFile(empty.file, NOW);
  assertEquals([made.origin, made.mayLackRecords], ["new", true]);
  made.close();
  // Killed while the tables are being written: a journal of SQLite says that the file was empty.
  using folder = new JournalFolder();
  const database = new DatabaseSync(folder.file);
  database.exec("PRAGMA cache_size = 1; BEGIN EXCLUSIVE; PRAGMA application_id = 0x72616e6a");
  database.exec(
    "CREATE TABLE filler AS SELECT hex(zeroblob(99999)) AS x; CREATE TABLE other AS SELECT * FROM filler",
  );
  using copy = folder.copy();
  database.exec("COMMIT");
  database.close();
  Deno.copyFileSync(folder.file, copy.file);
  assertEquals(copy.names, ["rank.sqlite", "rank.sqlite-journal"]);
  const again = new SqliteFile(copy.file, NOW);
  assertEquals([again.origin, again.takeContents().records], ["new", []]);
  again.close();
});

Deno.test("after a power failure, the journal has the first part of what was written, and can be continued", () => {
  using folder = new JournalFolder();
  const journal = folder.open({ recordsPerSnapshot: 7 });
  journal.append({ ...START, capacity: 100 } as typeof START);
  const sizes: number[] = [];
  for (let id = 1; id <= 20; id++) {
    journal.append(join(id, id > 10 ? 100 : 0));
    journal.commit();
    sizes.push(Deno.statSync(`${folder.file}-wal`).size);
  }
  using whole = folder.copy();
  journal.close();
  const cuts = sizes.flatMap((size) => [size - 4_000, size, size + 10]).concat(0, 32);
  for (const cut of cuts) {
    using copy = whole.copy();
    Deno.truncateSync(`${copy.file}-wal`, Math.min(cut, sizes.at(-1)!));
    // The index is not kept over a power failure.
    Deno.removeSync(`${copy.file}-shm`);
    const left = copy.open();
    const committed = sizes.filter((size) => size <= cut).length;
    assertEquals(left.state.seats.map(({ client }) => client.name), [
      ...Array.from({ length: committed }, (_, i) => `m${i + 1}`),
    ]);
    assertEquals(left.mayLackRecords, committed === 0);
    left.append(join("next"));
    left.close();
    const again = copy.open();
    assertEquals(again.state.size, committed === 0 ? 0 : committed + 1);
    again.close();
  }
});

Deno.test("what is synced is synced before the write returns", () => {
  using folder = new JournalFolder();
  const file = new SqliteFile(folder.file, NOW);
  const modes: unknown[] = [];
  for (const isSynced of [false, true, true, false]) {
    file.write([], undefined, isSynced);
    modes.push(file.database.prepare("PRAGMA synchronous").get()?.synchronous);
  }
  assertEquals(modes, [1, 2, 2, 1]);
  file.close();
});

Deno.test({
  name: "after a kill on a full disk the journal opens, cannot be written, and recovers when there is room",
  ignore: noSmallDisk !== undefined,
  async fn() {
    await using disk = await SmallDisk.mount();
    const folder = new JournalFolder(disk.path);
    let now = 0;
    const said: string[] = [];
    const first = folder.open();
    first.append(START);
    first.append(join(1, 500));
    assert(first.commit());
    using killed = folder.copy();
    first.close();
    for (const name of killed.names.filter((name) => !name.endsWith("-shm"))) {
      Deno.copyFileSync(`${killed.path}/${name}`, `${disk.path}/${name}`);
    }
    disk.fill();
    assert(!folder.names.includes("rank.sqlite-shm"));
    const journal = folder.open({ now: () => now, said });
    assertEquals(journal.state.seats.map(({ client }) => client.name), ["m1"]);
    for (let id = 2; id < 500; id++) journal.append(join(id));
    assertEquals([journal.commit(), said], [false, ["database or disk is full"]]);
    assertThrows(() => folder.open(), JournalFileError, "another program has it open");
    disk.free();
    now = 1_000;
    assertEquals([journal.commit(), said.at(-1)], [true, "recovered"]);
    const { position } = journal.state;
    journal.close();
    const again = folder.open();
    assertEquals(again.state.position, position);
    again.close();
  },
});

Deno.test({
  name: "where nothing can be created or written, the reason is told",
  ignore: noSmallDisk !== undefined,
  async fn() {
    await using disk = await SmallDisk.mount();
    const folder = new JournalFolder(disk.path);
    await disk.remount("ro");
    assertRefused(folder, "Read-only file system (os error 30)");
    await disk.remount("rw");
    fill(folder);
    await disk.remount("ro");
    assertRefused(folder, "Read-only file system");
    await disk.remount("rw");
    // A file that cannot be written although its lock can.
    await new Deno.Command("mount", { args: ["--bind", folder.file, folder.file] }).output();
    await new Deno.Command("mount", { args: ["-o", "remount,bind,ro", folder.file] }).output();
    try {
      assertRefused(folder, "Read-only file system (os error 30)");
    } finally {
      await new Deno.Command("umount", { args: ["--lazy", folder.file] }).output();
    }
  },
});

Deno.test("a server that may read and write its directory only opens its file there, again and after a kill", async () => {
  using folder = new JournalFolder();
  for (const name of ["rank.sqlite", "a %41?b#c"]) {
    const path = `${folder.path}/${name}`;
    for (const origin of ["new", "journal"]) assertEquals(await openWithin(folder.path, path), `${origin}\n`);
  }
  const journal = folder.open();
  journal.append(START);
  journal.commit();
  using killed = folder.copy();
  journal.close();
  assertEquals(await openWithin(killed.path, killed.file), "journal\n");
});

/** A process that may use this directory only opens a file and closes it. @returns what it prints */
async function openWithin(directory: string, path: string): Promise<string> {
  const module = new URL("../../../src/journal/engines/sqlite_file.ts", import.meta.url);
  const program = `${directory}/open.ts`;
  Deno.writeTextFileSync(
    program,
    `import { SqliteFile } from ${JSON.stringify(module.href)};
     const file = new SqliteFile(${JSON.stringify(path)}, 0);
     console.log(file.origin);
     file.close();`,
  );
  const permissions = [`--allow-read=${directory}`, `--allow-write=${directory}`];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-check", "--no-lock", ...permissions, program],
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder();
  return text.decode(stdout) + text.decode(stderr);
}

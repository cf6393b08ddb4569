// Backups: of a journal that is being written, and what a server makes of one.

import { assertEquals, assertRejects } from "@std/assert";
import { JournalReader } from "../../../src/journal/engines/read_journal.ts";
import { backupJournal } from "../../../src/journal/engines/backup_journal.ts";
import { verifyJournal } from "../../../src/journal/verify/mod.ts";
import { FROM_SOURCES } from "../../support/programs/start_process.ts";
import { JournalFolder, SampleServer, START, writeSample } from "../../support/journal/sample_journal.ts";

function provenRecords(file: string): number {
  using reader = new JournalReader(file);
  return verifyJournal(reader).records;
}

Deno.test("a backup made while the server writes is complete, and a server starts from it with new tickets", async () => {
  using folder = new JournalFolder();
  const copy = `${folder.path}/copy.sqlite`;
  const server = new SampleServer(folder.file, START, { recordsPerSnapshot: 50, capacity: 20 });
  server.take({ kind: "complete" });
  const names = ["alice", "bob", "carol"];
  for (const name of names) {
    server.take({ kind: "spoke", isProgram: true, ticket: server.join(name, 10_000), n: 0 });
  }
  const [program, ...args] = FROM_SOURCES;
  const child = new Deno.Command(program, { args: [...args, "backup", folder.file, copy], stdout: "null" })
    .spawn();
  let isRunning = true;
  const ended = child.status.finally(() => isRunning = false);
  let written = 0;
  while (isRunning) {
    for (let i = 0; i < 20; i++) {
      server.take({ kind: "leave", ticket: server.join(`guest ${written++}`), n: 0 });
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assertEquals((await ended).code, 0);
  const before = provenRecords(folder.file);
  // The one goes on, while the other starts.
  const restored = new SampleServer(copy, START + 1_000, { firstPosition: 1_000_000, capacity: 20 });
  server.join("dave");
  const { state, mayLackRecords } = restored.journal;
  assertEquals(mayLackRecords, true);
  assertEquals(state.isComplete, false);
  const seats = state.seats.slice(0, 3);
  assertEquals(
    seats.map(({ client: { name, isAway } }) => [name, isAway]),
    names.map((name) => [name, true]),
  );
  assertEquals(seats.every(({ ticket }) => ticket >= 1_000_000), true);
  const claim = { kind: "claim", n: 0, id: "again", presented: "hash of bob", hash: "next" } as const;
  restored.take({ ...claim, ticket: seats[1]!.ticket });
  assertEquals(state.seats[1]!.client.isAway, false);
  restored.close();
  server.close();
  assertEquals(provenRecords(folder.file), before + 1);
  provenRecords(copy);
});

Deno.test("a backup does not replace a file, is private, and leaves nothing else behind", async () => {
  using folder = new JournalFolder();
  writeSample(folder.file);
  const copy = `${folder.path}/copy.sqlite`;
  const size = await backupJournal(folder.file, copy);
  const { size: actual, mode } = Deno.statSync(copy);
  assertEquals([actual, mode! & 0o777], [size, 0o600]);
  await assertRejects(() => backupJournal(folder.file, copy), Error, "the file already exists");
  await assertRejects(() => backupJournal(folder.file, `${folder.path}/no/copy`), Error, "Cannot back up");
  const others = [...Deno.readDirSync(folder.path)].map(({ name }) => name).filter((name) =>
    name.startsWith("copy")
  );
  assertEquals(others, ["copy.sqlite"]);
});

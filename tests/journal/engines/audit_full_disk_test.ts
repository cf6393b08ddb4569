// The audit on a real disk that is full: entries wait or are lost, and the file stays a journal.

import { assertEquals } from "@std/assert";
import { AuditWriter } from "../../../src/journal/engines/audit_writer.ts";
import { JournalReader } from "../../../src/journal/engines/read_journal.ts";
import { SqliteFile } from "../../../src/journal/engines/sqlite_file.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { noSmallDisk, SmallDisk } from "../../support/programs/small_disk.ts";

Deno.test({
  name: "a full disk costs audit entries, which are counted in the file, and nothing else",
  ignore: noSmallDisk !== undefined,
  async fn() {
    await using disk = await SmallDisk.mount();
    const path = `${disk.path}/rank.sqlite`;
    const file = new SqliteFile(path, 0);
    const clock = new FakeClock();
    const said: string[] = [];
    const audit = new AuditWriter({
      file,
      position: () => 0,
      commit: () => true,
      recordsArguments: true,
      wallClock: () => clock.now(),
      after: (ms, callback) => clock.after(ms, callback),
      onFailure: (message) => said.push(message),
      onRecovery: (lost) => said.push(`${lost} lost`),
    });
    const note = (message: string) => audit.note({ kind: "reload_failure", message });
    note("before");
    clock.advance(1_000);
    disk.fill();
    const large = "x".repeat(1_024 * 1_024);
    for (let i = 0; i < 10; i++) note(large + i);
    for (let i = 0; i < 5; i++) clock.advance(1_000);
    assertEquals(said.length, 1);
    disk.free();
    // Too little for what waits: the records come first, and the audit goes on waiting.
    clock.advance(1_000);
    file.write([{ position: 1, at: 0, record: { kind: "complete" } }], undefined, true);
    audit.close();
    assertEquals(said[1], "10 lost");
    file.close();
    using reader = new JournalReader(path);
    assertEquals([...reader.records(-1)].map(({ position }) => position), [1]);
    const kept = [...reader.entries(0)].map(({ entry }) => entry);
    assertEquals(kept, [{ kind: "reload_failure", message: "before" }]);
    assertEquals(reader.findDamage(), undefined);
  },
});

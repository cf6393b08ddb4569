// What becomes of members and leases when the disk under the journal is full, for a server with its real permissions, from
// the sources or as the executable.

import { assertEquals } from "@std/assert";
import { makeCompleteJournal } from "../server/journals.ts";
import { RawClient } from "../server/raw_client.ts";
import { type Program, ServerProcess } from "./start_process.ts";
import { SmallDisk } from "./small_disk.ts";

const LEASE_MS = 1_500;
const CANNOT_WRITE = "Cannot write to the journal: ";
const RECOVERED = "Journal recovered";

/** Nobody is told what is not saved; what was promised before holds, and when there is room all goes on, even after a kill. */
export async function promisesOnlyWhatIsSaved(program: Program): Promise<void> {
  await using disk = await SmallDisk.mount();
  const file = `${disk.path}/rank.sqlite`;
  makeCompleteJournal(file);
  const env = { RANKSERVER_JOURNAL_FILE: file, RANKSERVER_SESSION_RESUME_GRACE_MS: "60000" };
  const members: RawClient[] = [];
  {
    await using server = await ServerProcess.start({ program, env });
    for (const lease_ms of [LEASE_MS, LEASE_MS, undefined]) {
      const client = await RawClient.join(server.port);
      assertEquals((await client.request("hello", { lease_ms })).result.times.lead_after_ms, 0);
      members.push(client);
    }
    const [leader, second, third] = members as [RawClient, RawClient, RawClient];
    disk.fill();
    await refuses(server);
    await server.line(CANNOT_WRITE);
    assertEquals((await leader.request("ping")).result, {}, "a leader whose lease is saved goes on");
    assertEquals((await third.request("roster")).result.members.length, 3);
    leader.notify("leave");
    assertEquals((await second.note("closing")).reason, "unavailable");
    assertEquals(second.notes("promoted"), [], "it is not told that it was promoted");
    await refuses(server);
    assertEquals(linesWith(server, CANNOT_WRITE).length, 1, "one line for all attempts");
    await server.stop("SIGKILL");
  }
  // It starts even now, but gives no seat to anybody.
  await using server = await ServerProcess.start({ program, env });
  await server.line("3 seats restored");
  await refuses(server);
  disk.free();
  await server.nextLine(RECOVERED);
  // The leader has left, but that was not saved: its lease is waited for.
  const back = await resume(server, members[1]!);
  assertEquals(back.rank, 1);
  assertEquals((await back.client.request("leave", { resume: tokenOf(members[0]!) })).result, {});
  assertEquals((await back.client.note("promoted")).rank, 0);
  // The same while it runs.
  disk.fill();
  await refuses(server);
  await server.nextLine(CANNOT_WRITE);
  disk.free();
  await server.nextLine(RECOVERED);
  assertEquals((await resume(server, members[2]!)).rank, 1);
  await back.client.close();
  for (const client of members) await client.close();
}

/** A newcomer cannot be seated. */
async function refuses(server: ServerProcess): Promise<void> {
  await using client = await RawClient.connect(server.port);
  const { reason, message } = await client.note("closing");
  assertEquals([reason, message], ["unavailable", "The server cannot save its journal; see its log"]);
  assertEquals(client.notes("welcome"), []);
}

function tokenOf(client: RawClient): string {
  return client.notes("welcome")[0].resume;
}

async function resume(
  server: ServerProcess,
  member: RawClient,
): Promise<{ client: RawClient; rank: number }> {
  const client = await RawClient.connect(server.port);
  const { result } = await client.request("hello", { resume: tokenOf(member) });
  return { client, rank: result.rank };
}

function linesWith({ output }: ServerProcess, part: string): readonly string[] {
  return output.filter((line) => line.includes(part));
}

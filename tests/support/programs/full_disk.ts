// What becomes of leases when the disk under the store is full, for a server with its real permissions, from the sources
// or as the executable.

import { assert, assertEquals, assertGreater } from "@std/assert";
import { makeKnownStore } from "../server/store_in.ts";
import { type Json, RawClient } from "../server/raw_client.ts";
import { type Program, ServerProcess } from "./start_process.ts";
import { SmallDisk } from "./small_disk.ts";

const LEASE_MS = 30_000;
const CANNOT_WRITE = "Cannot write to the journal: ";
const RECOVERED = "Journal recovered";

class Scene implements AsyncDisposable {
  readonly disk: SmallDisk;
  readonly #program: Program;

  private constructor(program: Program, disk: SmallDisk) {
    this.#program = program;
    this.disk = disk;
  }

  /** A disk with a store that knows all leases of earlier lives. */
  static async make(program: Program): Promise<Scene> {
    const scene = new Scene(program, await SmallDisk.mount());
    makeKnownStore(scene.store);
    return scene;
  }

  get store(): string {
    return `${this.disk.path}/seats.db`;
  }

  get mark(): string {
    return `${this.store}.behind`;
  }

  start(): Promise<ServerProcess> {
    const env = { RANKSERVER_JOURNAL_FILE: this.store, RANKSERVER_SESSION_LEASE_MAX_MS: `${LEASE_MS}` };
    return ServerProcess.start({ program: this.#program, env });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.disk[Symbol.asyncDispose]();
  }
}

function lease(client: RawClient): Promise<Json> {
  return client.request("hello", { lease_ms: LEASE_MS });
}

/** How long the server lets nobody lead. */
async function leadAfterMs({ port }: ServerProcess): Promise<number> {
  await using client = await RawClient.join(port);
  return client.welcome.times.lead_after_ms;
}

function linesWith({ output }: ServerProcess, part: string): readonly string[] {
  return output.filter((line) => line.includes(part));
}

/** Asks the server until it has told that it can write again. */
async function untilRecovered(server: ServerProcess, client: RawClient): Promise<void> {
  let hasRecovered = false;
  const recovered = server.line(RECOVERED).finally(() => hasRecovered = true);
  while (!hasRecovered) await client.settled();
  await recovered;
}

/** A lease that the store could not take is safe all the same: after a restart no client leads before it is over. */
export async function survivesAFullDisk(program: Program): Promise<void> {
  await using scene = await Scene.make(program);
  {
    await using server = await scene.start();
    await using first = await RawClient.join(server.port);
    assertEquals(first.welcome.times.lead_after_ms, 0);
    assertEquals((await lease(first)).result.times.lease_ms, LEASE_MS);
    scene.disk.fill();
    await using second = await RawClient.join(server.port);
    assertEquals((await lease(second)).result.times.lease_ms, LEASE_MS);
    // Whoever is second here leads next, and the store has never heard of it.
    await first.request("leave");
    assertEquals((await second.note("promoted")).rank, 0);
    const line = await server.line(CANNOT_WRITE);
    assert(line.includes("after a restart before then, no client may lead"), line);
    await server.stop("SIGKILL");
  }
  {
    // The disk is still full.
    await using server = await scene.start();
    assertGreater(await leadAfterMs(server), 0);
    await using client = await RawClient.join(server.port);
    assertEquals((await lease(client)).result.times.lease_ms, LEASE_MS);
    scene.disk.free();
    await untilRecovered(server, client);
    assertEquals(linesWith(server, CANNOT_WRITE).length, 1, "one line for all attempts");
    await server.stop("SIGKILL");
  }
  // Seats are kept again. What the one before last has granted may still hold: that is known, too.
  await using server = await scene.start();
  await server.line("restored from the journal");
  assertEquals((await Deno.readTextFile(scene.mark))[0], "0");
  assertGreater(await leadAfterMs(server), 0);
}

/** When the mark cannot be set either, nobody is granted a lease, and no lease that there is can be proven. */
export async function grantsNothingThatCannotBeSaved(program: Program): Promise<void> {
  await using scene = await Scene.make(program);
  await using server = await scene.start();
  await using leader = await RawClient.join(server.port);
  assertEquals((await lease(leader)).result.times.lease_ms, LEASE_MS);
  // A file system that never writes in place has no room for the mark either.
  await Deno.truncate(scene.mark);
  scene.disk.fill();
  await using second = await RawClient.join(server.port);
  const asked = second.ask("hello", { lease_ms: LEASE_MS });
  for (const client of [leader, second]) {
    const { reason, message } = await client.note("closing");
    assertEquals([reason, message], [
      "unavailable",
      "The server cannot store the data that leases depend on; see its log",
    ]);
    assertEquals(await client.ended(), "end of stream");
  }
  assertEquals(second.lines.filter(({ json }) => json?.id === asked), [], "no lease is told");
  await server.line(CANNOT_WRITE);
  // Whoever needs no lease is served as ever.
  await using third = await RawClient.join(server.port);
  assertEquals((await third.request("roster")).result.members.length, 3);
  scene.disk.free();
  await untilRecovered(server, third);
  await using back = await RawClient.connect(server.port);
  const { result } = await back.request("hello", {
    resume: leader.lines[1]!.json.result.resume,
    lease_ms: LEASE_MS,
  });
  assertEquals([result.rank, result.times.lease_ms, result.times.lead_after_ms], [0, LEASE_MS, 0]);
  assertEquals(linesWith(server, CANNOT_WRITE).length, 1);
}

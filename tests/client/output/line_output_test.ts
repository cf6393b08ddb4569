import { assertEquals } from "@std/assert";
import { LineOutput } from "../../../src/client/output/line_output.ts";
import { Printed } from "../../support/client/printed.ts";

/** Takes a write when the test says so. */
class SlowReader {
  readonly printed = new Printed();
  #taken = Promise.withResolvers<void>();

  async write(bytes: Uint8Array): Promise<number> {
    await this.#taken.promise;
    return await this.printed.write(bytes);
  }

  readOn(): void {
    this.#taken.resolve();
  }
}

const LINE = "x".repeat(30);

Deno.test("notes that have no room are left out, and the next one that has some says how many there were", async () => {
  const reader = new SlowReader();
  const output = new LineOutput(reader, 60);
  // One is being written, and one waits.
  for (const end of ["1", "2", "3", "4"]) output.note(LINE + end);
  reader.readOn();
  assertEquals(await reader.printed.next(), `${LINE}1`);
  assertEquals(await reader.printed.next(), `${LINE}2`);
  output.note("last");
  assertEquals(await reader.printed.next(), "2 lines were left out: read too slowly");
  assertEquals(await reader.printed.next(), "last");
});

Deno.test("the wait for what is written ends although nobody reads it", async () => {
  const reader = new SlowReader();
  const output = new LineOutput(reader, 60);
  output.note("one");
  await output.flushedWithin(0);
  assertEquals(reader.printed.rest, "");
  reader.readOn();
  await output.flushedWithin(60_000);
  assertEquals(reader.printed.rest, "one\n");
});

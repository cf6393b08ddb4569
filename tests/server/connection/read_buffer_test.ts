// The buffer that a session reads into: small for the many silent clients, and growing step by step for those that are not.

import { assertEquals } from "@std/assert";
import { FakeConnection, fakeSessions } from "../../support/server/fake_sessions.ts";

/** Notes how large each buffer was that it was to read into. */
class MeasuredConnection extends FakeConnection {
  readonly sizes: number[] = [];

  override read(buffer: Uint8Array): Promise<number | null> {
    this.sizes.push(buffer.length);
    return super.read(buffer);
  }
}

async function sizesFor(reads: readonly number[]): Promise<number[]> {
  const { make } = fakeSessions({ outboxBytes: 65_536, onClosed: () => {} });
  const connection = new MeasuredConnection();
  for (const bytes of reads) connection.feed(new Uint8Array(bytes).fill(32));
  connection.feed(null);
  await make(connection).serve();
  return connection.sizes;
}

Deno.test("a read buffer grows in steps while reads fill it, and no further than it has to", async () => {
  assertEquals(await sizesFor([511, 511]), [512, 512, 512]);
  assertEquals(await sizesFor([512, 4_095, 4_095]), [512, 4_096, 4_096, 4_096]);
  assertEquals(await sizesFor([512, 4_096, 65_536, 9]), [512, 4_096, 65_536, 65_536, 65_536]);
});

Deno.test("a client that has become calm gets the small buffer again, and one that goes on does not", async () => {
  const calm = await sizesFor([512, ...new Array(40).fill(100)]);
  assertEquals([calm[1], calm.at(-1)], [4_096, 512]);
  const lively = await sizesFor([512, ...new Array(20).fill([100, 100, 900]).flat()]);
  assertEquals(lively.slice(1).every((size) => size === 4_096), true);
});

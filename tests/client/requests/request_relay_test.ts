import { assert } from "@std/assert";
import { runWithGc } from "../../support/client/with_gc.ts";

Deno.test("requests that are answered leave nothing behind at one that is not", async () => {
  const { requests, grown } = await runWithGc("relay_much.ts");
  assert(grown! < 10 * requests!, `${grown} bytes after ${requests} requests`);
});

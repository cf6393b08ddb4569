// A slice of a long text must not keep all of it in memory: two executors that repeatedly answered with a megabyte of
// reason each once filled the server's memory although it kept 200 characters of each.

import { assert, assertEquals } from "@std/assert";
import { copyOf, truncateToBytes, truncateToJsonBytes } from "../../../src/server/runs/truncate.ts";

const TEXTS = 400;
const TEXT_LENGTH = 1_000_000;
/** What slices would keep is three times that; garbage that waits to be collected has to fit as well. */
const MAX_BYTES = 150_000_000;

const CUTTERS: Readonly<Record<string, (text: string) => string | undefined>> = {
  "copyOf a beginning": (text) => copyOf(text.slice(0, 200)),
  truncateToBytes: (text) => truncateToBytes(text, 200).text,
  truncateToJsonBytes: (text) => truncateToJsonBytes(text, 200).text,
};

for (const [name, cut] of Object.entries(CUTTERS)) {
  Deno.test(`${name} keeps what was cut, and not what it was cut from`, () => {
    const before = Deno.memoryUsage().heapUsed;
    const kept: (string | undefined)[] = [];
    for (let i = 0; i < TEXTS; i++) kept.push(cut(JSON.parse(`"${String(i).padEnd(TEXT_LENGTH, "x")}"`)));
    const grown = Deno.memoryUsage().heapUsed - before;
    assertEquals(kept.every((text) => text?.length === 200), true);
    assert(grown < MAX_BYTES, `${grown} bytes for ${TEXTS} short texts`);
  });
}

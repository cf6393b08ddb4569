// `deno bench bench/micro/`: bytes to lines, in the chunks in which they may arrive.

import { LineFramer } from "../../src/protocol/wire/line_framer.ts";

const MAX_BYTES = 1024 * 1024;
const LINES = 256;

const line = `{"jsonrpc":"2.0","method":"run","params":{"command":"ping","args":["${"x".repeat(100)}"]}}\n`;
const bytes = new TextEncoder().encode(line.repeat(LINES));

for (const [name, size] of [["in one read", bytes.length], ["in reads of 512 bytes", 512]] as const) {
  Deno.bench(`${LINES} lines ${name}`, { group: "framing" }, () => {
    const framer = new LineFramer(MAX_BYTES);
    for (let at = 0; at < bytes.length; at += size) framer.push(bytes.subarray(at, at + size));
  });
}

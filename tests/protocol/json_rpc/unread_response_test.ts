// Whose response an overlong line was, however it is divided into reads.

import { assertEquals } from "@std/assert";
import { findResponseId } from "../../../src/protocol/json_rpc/unread_response.ts";
import { LineFramer } from "../../../src/protocol/wire/line_framer.ts";

const encoder = new TextEncoder();
const LONG = "\u00e4".repeat(300);
const LINE_BYTES = 400;

/** What is found for the one overlong line in these chunks, the last time that it is looked for. */
function findIn(chunks: readonly Uint8Array[]): unknown {
  const framer = new LineFramer(LINE_BYTES);
  const found = chunks.flatMap((chunk) => framer.pushBlocks(chunk)).flatMap((block): unknown[] => {
    if ("lines" in block) return [];
    if ("fault" in block) return [findResponseId(block.ends)];
    return findResponseId({ ...block.skipped, ending: undefined }) === "not yet"
      ? [findResponseId(block.skipped)]
      : [];
  });
  return found.at(-1);
}

Deno.test("the id of an overlong response is found wherever the line is cut in two, and byte by byte", () => {
  for (
    const [line, id] of [
      [`{"jsonrpc":"2.0","id":7,"result":"${LONG}"}`, 7],
      [`{"jsonrpc":"2.0","result":"${LONG}","id":8}`, 8],
      [`{"jsonrpc":"2.0","id":7,"method":"${LONG}"}`, undefined],
      [`{"jsonrpc":"2.0","method":"${LONG}","id":8}`, undefined],
    ] as const
  ) {
    const bytes = encoder.encode(`before\n${line}\r\nafter\n`);
    for (let at = 0; at <= bytes.length; at++) {
      assertEquals(findIn([bytes.subarray(0, at), bytes.subarray(at)]), id, `${line} cut at ${at}`);
    }
    assertEquals(findIn([...bytes].map((byte) => Uint8Array.of(byte))), id, `${line} byte by byte`);
  }
});

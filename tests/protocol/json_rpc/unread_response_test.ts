// Whose response an overlong line was, however it is divided into reads.

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { findResponseId } from "../../../src/protocol/json_rpc/unread_response.ts";
import { endsOfText } from "../../../src/protocol/wire/line_ends.ts";
import { LineFramer } from "../../../src/protocol/wire/line_framer.ts";
import { holds } from "../../support/seed.ts";

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

/** Texts that look like the members of a message, once they are within another one. */
const lookalikes = fc.array(
  fc.constantFrom(
    '"id":5}',
    '"id":5',
    '{"result":',
    '"error":null}',
    "\\",
    '"',
    ",",
    '"jsonrpc":"2.0"}',
    " ",
    "x",
  ),
  { maxLength: 6 },
).map((parts) => parts.join(""));
const contents = fc.oneof(
  lookalikes,
  fc.record({ id: fc.constantFrom(5, "5", null), result: lookalikes, x: lookalikes }, { requiredKeys: [] }),
  fc.array(lookalikes, { maxLength: 3 }),
);
const members = fc.array(
  fc.oneof(
    fc.tuple(fc.constant("id"), fc.oneof(fc.nat(9), fc.constantFrom("5", null, 0.5, -5, 1e21), contents)),
    fc.tuple(fc.constant("jsonrpc"), fc.constantFrom("2.0", "1.0")),
    fc.tuple(fc.constant("error"), fc.oneof(fc.constant(null), contents)),
    fc.tuple(fc.constantFrom("result", "params", "x", 'x"id'), contents),
    fc.tuple(fc.constant("method"), lookalikes),
  ),
  { minLength: 1, maxLength: 5 },
);

Deno.test("the id that is found is the one that the whole message has, and that is a response", () => {
  let found = 0;
  holds(
    fc.property(members, fc.boolean(), (entries, isSpaced) => {
      const message: Record<string, unknown> = Object.fromEntries(entries);
      const line = JSON.stringify(message, null, isSpaced ? 1 : 0).replaceAll("\n", " ");
      const id = findResponseId(endsOfText(line));
      if (id === undefined) return;
      assertEquals(id, message.id, line);
      assert("result" in message || "error" in message, line);
      const [first] = Object.keys(message).filter((key) => key !== "jsonrpc" && key !== "id");
      assert(first === "result" || first === "error", line);
      found++;
    }),
    { numRuns: 5_000 },
  );
  assert(found > 100, `only ${found} responses were found: the property says little`);
});

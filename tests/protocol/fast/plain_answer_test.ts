import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseLine } from "../../../src/protocol/json_rpc/json_rpc.ts";
import { readShape, SERVER_REQUESTS } from "../../../src/protocol/methods/mod.ts";
import { readPlainAnswer } from "../../../src/protocol/fast/plain_answer.ts";
import { holds } from "../../support/seed.ts";
import { edited, plainAnswer } from "../../support/server/run_lines.ts";

Deno.test("an answer with a code and nothing else is read, wherever it stands", () => {
  const line = `${plainAnswer(12, { code: 0 })}\n`;
  assertEquals(readPlainAnswer(line, 0), { id: 12, code: 0, end: line.length });
  assertEquals(readPlainAnswer(`x\n${line}y\n`, 2), { id: 12, code: 0, end: 2 + line.length });
  const largest = 999_999_999_999_999;
  assertEquals(readPlainAnswer(`${plainAnswer(largest, { code: 255 })}\n`, 0)?.id, largest);
});

Deno.test("every other answer is left to the general way", () => {
  const others = [
    plainAnswer(1, { code: -1 }),
    plainAnswer(1, { code: 1.5 }),
    plainAnswer(1, { code: 0, stdout: "up" }),
    plainAnswer(1, {}),
    plainAnswer("1", { code: 0 }),
    plainAnswer(null, { code: 0 }),
    '{"jsonrpc":"2.0","id":01,"result":{"code":0}}',
    '{"jsonrpc":"2.0","id":1,"result":{"code":00}}',
    '{"jsonrpc":"2.0","id":1,"result":{"code":}}',
    '{"jsonrpc":"2.0","id":,"result":{"code":0}}',
    '{"jsonrpc":"2.0","id":1,"result":{"code":0}} ',
    '{"jsonrpc":"2.0","id":1,"result":{"code":0}}}',
    `{"jsonrpc":"2.0","id":${"9".repeat(16)},"result":{"code":0}}`,
    `{"jsonrpc":"2.0","id":1,"result":{"code":${"9".repeat(16)}}}`,
  ];
  for (const other of others) assertEquals(readPlainAnswer(`${other}\n`, 0), undefined, other);
});

Deno.test("whatever is read plainly is read the same by the general way", () => {
  const number = fc.oneof(fc.nat(1_000), fc.maxSafeNat(), fc.integer(), fc.double());
  const line = edited(fc.tuple(number, number).map(([id, code]) => plainAnswer(id, { code })));
  let readCount = 0;
  holds(
    fc.property(line, (text) => {
      const plain = readPlainAnswer(`${text}\n`, 0);
      if (plain === undefined) return;
      readCount++;
      assertEquals(plain.end, text.length + 1);
      const message = parseLine(text, 10);
      assert(message.kind === "result", text);
      const result = readShape(SERVER_REQUESTS.execute.result, message.result);
      assert(result.ok, text);
      assertEquals([message.id, result.value], [plain.id, { code: plain.code }], text);
    }),
    { numRuns: 5_000 },
  );
  assert(readCount > 200, `only ${readCount} lines were plain: the property says little`);
});

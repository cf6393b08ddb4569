// An executor's answer on its way to the issuer: its outcome, its truncated output, its place in a batch.

import { assert, assertEquals, assertLessOrEqual, assertMatch } from "@std/assert";
import fc from "fast-check";
import { parseLine } from "../../../src/protocol/json_rpc/json_rpc.ts";
import { truncateToBytes, truncateToJsonBytes } from "../../../src/server/runs/truncate.ts";
import { type ExecutorOutcome, outcomeOf } from "../../../src/server/runs/executor_outcome.ts";
import { BatchReply, replyTo } from "../../../src/server/requests/replies.ts";
import { holds } from "../../support/seed.ts";
import { FakeSession } from "../../support/server/fake_session.ts";

function outcome(answer: Record<string, unknown>): ExecutorOutcome {
  const message = parseLine(JSON.stringify({ jsonrpc: "2.0", id: 1, ...answer }), 1);
  assert(message.kind === "result" || message.kind === "error", `the test's own answer is ${message.kind}`);
  return outcomeOf(message);
}

Deno.test("code 0 is ok and every other code failed, with what the program wrote", () => {
  assertEquals(outcome({ result: { code: 0, stdout: "up" } }), { status: "ok", code: 0, stdout: "up" });
  assertEquals(outcome({ result: { code: 3, stderr: "no" } }), { status: "failed", code: 3, stderr: "no" });
  assertEquals(outcome({ result: { code: 137, signal: "SIGKILL" } }), {
    ...{ status: "failed", code: 137, signal: "SIGKILL" },
  });
});

Deno.test("a program that its executor stopped for running too long has timed out, whatever its code", () => {
  const stopped = { code: 143, signal: "SIGTERM", stdout: "half\n" };
  assertEquals(outcome({ result: { ...stopped, timed_out: true } }), { status: "timed_out", ...stopped });
  assertEquals(outcome({ result: { code: 0, timed_out: true } }), { status: "timed_out", code: 0 });
  assertEquals(outcome({ result: { ...stopped, timed_out: false } }), { status: "failed", ...stopped });
  assertEquals(outcome({ result: { code: 0, timed_out: 1 } }).status, "failed");
});

Deno.test("an executor whose own rules say no has refused; any other error has failed", () => {
  const error = (code: number) => outcome({ error: { code, message: "why" } });
  assertEquals(error(-32003), { status: "refused", reason: "why" });
  for (const code of [-32007, -32603, 1]) assertEquals(error(code), { status: "failed", reason: "why" });
});

Deno.test("an answer that cannot be read has failed, never ok, and keeps nothing that was not asked for", () => {
  for (const result of [null, 0, "ok", [], {}, { code: "0" }, { code: 0, stdout: 1 }, { code: 0.5 }]) {
    const read = outcome({ result });
    assertEquals(read.status, "failed", JSON.stringify(result));
    assertMatch(read.reason!, /^Invalid response: /);
  }
  assertEquals(outcome({ result: { code: 1, status: "ok", rank: 0, name: "root", cut: true } }), {
    ...{ status: "failed", code: 1 },
  });
});

const encoder = new TextEncoder();
const CUTS = [
  ["bytes", truncateToBytes, (text: string) => encoder.encode(text).length],
  [
    "bytes within a JSON string",
    truncateToJsonBytes,
    (text: string) => encoder.encode(JSON.stringify(text)).length - 2,
  ],
] as const;

for (const [unit, cut, sizeOf] of CUTS) {
  Deno.test(`text is cut to ${unit} without cutting a character, and as late as possible`, () => {
    const texts = fc.array(
      fc.oneof(
        fc.string({ unit: "binary", maxLength: 3 }),
        fc.constantFrom("\0", "\n", '"', "\\", "\ud800", "\u{1f600}"),
      ),
      { maxLength: 20, size: "max" },
    ).map((parts) => parts.join(""));
    holds(
      fc.property(texts, fc.integer({ min: -5, max: 130 }), (text, maxBytes) => {
        const { text: kept, bytes, isCut } = cut(text, maxBytes);
        assert(text.startsWith(kept!));
        assertEquals(isCut, kept !== text);
        assertEquals(bytes, sizeOf(kept!), "what is counted is not what is kept");
        assertLessOrEqual(bytes, Math.max(0, maxBytes));
        if (!isCut) return;
        const next = String.fromCodePoint(text.codePointAt(kept!.length)!);
        assert(bytes + sizeOf(next) > maxBytes, "one more character would have fitted");
        assert(kept!.isWellFormed() || !text.isWellFormed(), "cut within a character");
      }),
      { numRuns: 3_000 },
    );
  });

  Deno.test(`cutting to ${unit}, no text stays no text, and an empty one empty`, () => {
    assertEquals(cut(undefined, 10), { text: undefined, bytes: 0, isCut: false });
    assertEquals(cut("", 0), { text: "", bytes: 0, isCut: false });
    assertEquals(cut("a", 0), { text: "", bytes: 0, isCut: true });
  });
}

Deno.test("an answer is a line of its own", () => {
  const session = new FakeSession("web");
  replyTo(session)('{"id":1}');
  assertEquals(session.texts, ['{"id":1}\n']);
});

Deno.test("the answer to a batch is sent once, when the last of its requests is answered", () => {
  const sent: string[] = [];
  const batch = new BatchReply((response) => sent.push(response), 1_000);
  const [first, second, third] = [batch.expect(1), batch.expect(2), batch.expect(3)];
  second("2");
  batch.complete();
  third("3");
  assertEquals(sent, []);
  first("1");
  assertEquals(sent, ["[2,3,1]"]);
});

Deno.test("a batch whose requests are all answered immediately is not answered before it is complete", () => {
  const sent: string[] = [];
  const batch = new BatchReply((response) => sent.push(response), 1_000);
  batch.expect(1)("1");
  batch.expect(2)("2");
  assertEquals(sent, []);
  batch.complete();
  assertEquals(sent, ["[1,2]"]);
});

Deno.test("an answer for which the batch has no room is the error too_large; the others are there", () => {
  const sent: string[] = [];
  const batch = new BatchReply((response) => sent.push(response), 400);
  const replies = ["a", "b", "c"].map((id) => batch.expect(id));
  replies[0]!('"short"');
  replies[1]!(`"${"x".repeat(400)}"`);
  replies[2]!('"too"');
  batch.complete();
  const [first, second, third] = JSON.parse(sent[0]!);
  assertEquals([first, second.id, second.error.data.reason, third], ["short", "b", "too_large", "too"]);
});

Deno.test("a batch of notifications is not answered at all", () => {
  const sent: string[] = [];
  new BatchReply((response) => sent.push(response), 1_000).complete();
  assertEquals(sent, []);
});

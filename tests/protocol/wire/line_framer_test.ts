import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { type Line, LineFramer } from "../../../src/protocol/wire/line_framer.ts";
import { holds } from "../../support/seed.ts";

const encoder = new TextEncoder();
const TOO_LONG: Line = { fault: "too_long" };
const BAD_UTF8: Line = { fault: "bad_utf8" };

/** One to four bytes a character, both line endings, an empty line, a lone carriage return, a byte order mark. */
const MIXED = '{"a":1}\r\n\näöü €\n\u{1f600}\u{10ffff}\ra\n\ufeffbom\r\n\r\nlast\n';
const MIXED_LINES: Line[] = [
  { text: '{"a":1}' },
  { text: "" },
  { text: "äöü €" },
  { text: "\u{1f600}\u{10ffff}\ra" },
  { text: "\ufeffbom" },
  { text: "" },
  { text: "last" },
];

Deno.test("no framing: two commands in one packet are two lines", () => {
  assertEquals(linesOf([bytes("first\nsecond\n")]), [{ text: "first" }, { text: "second" }]);
});

Deno.test("no framing: one command in many packets is one line, given when its end has come", () => {
  const framer = new LineFramer(100);
  for (const piece of ["a com", "mand in", " pieces"]) assertEquals(framer.push(bytes(piece)), []);
  assertEquals(framer.push(bytes("\n")), [{ text: "a command in pieces" }]);
});

Deno.test("the replacement character is a character like any other when it was sent as one", () => {
  assertEquals(linesOf([bytes("a\ufffd\nb\n")]), [{ text: "a\ufffd" }, { text: "b" }]);
  const spoilt = [...bytes("\ufffd\n"), 0xff, 10, ...bytes("b\n")];
  assertEquals(linesOf([Uint8Array.from(spoilt)]), [{ text: "\ufffd" }, BAD_UTF8, { text: "b" }]);
});

Deno.test("the lines are the same wherever the bytes are split in two", () => {
  const whole = bytes(MIXED);
  for (let at = 0; at <= whole.length; at++) {
    assertEquals(linesOf([whole.subarray(0, at), whole.subarray(at)]), MIXED_LINES, `split at byte ${at}`);
  }
});

Deno.test("the lines are the same wherever the bytes are split in three", () => {
  const whole = bytes(MIXED);
  for (let a = 0; a <= whole.length; a++) {
    for (let b = a; b <= whole.length; b++) {
      const chunks = [whole.subarray(0, a), whole.subarray(a, b), whole.subarray(b)];
      assertEquals(linesOf(chunks), MIXED_LINES, `split at bytes ${a} and ${b}`);
    }
  }
});

Deno.test("the lines are the same when the bytes come one at a time", () => {
  assertEquals(linesOf([...bytes(MIXED)].map((byte) => Uint8Array.of(byte))), MIXED_LINES);
});

Deno.test("the lines are the same in any chunks, overlong and broken ones among them", () => {
  const maxLineBytes = 40;
  // "\xff" is no UTF-8 anywhere; a lone 0xe2 begins a character that does not come.
  const piece = fc.oneof(
    { weight: 5, arbitrary: fc.string({ unit: "grapheme", maxLength: 30 }).map(bytes) },
    { weight: 1, arbitrary: fc.constantFrom(Uint8Array.of(0xff), Uint8Array.of(0xe2, 0x82)) },
    {
      weight: 4,
      arbitrary: fc.constantFrom(bytes("\n"), bytes("\r\n"), bytes("\n\n"), bytes("x".repeat(39))),
    },
  );
  const cuts = fc.array(fc.nat(60), { minLength: 1, maxLength: 60, size: "max" });
  holds(
    fc.property(fc.array(piece, { maxLength: 30, size: "max" }), cuts, (pieces, sizes) => {
      const whole = Uint8Array.from([...pieces.flatMap((part) => [...part]), 10]);
      assertEquals(linesOf(inChunks(whole, sizes), maxLineBytes), linesNaively(whole, maxLineBytes));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("a carriage return is dropped before the line ending only, and only one", () => {
  assertEquals(linesOf([bytes("a\rb\r\r\n\r\n")]), [{ text: "a\rb\r" }, { text: "" }]);
  assertEquals(linesOf([bytes("a\r"), bytes("\n"), bytes("b\r"), bytes("c\n")]), [{ text: "a" }, {
    text: "b\rc",
  }]);
});

Deno.test("no other character ends a line", () => {
  const text = "a\u000b\u000c\u0085\u2028\u2029b";
  assertEquals(linesOf([bytes(`${text}\n`)]), [{ text }]);
});

Deno.test("a line may have exactly as many bytes as the limit, however it comes", () => {
  const line = "ä".repeat(25);
  assertEquals(linesOf([bytes(`${line}\n`)], 50), [{ text: line }]);
  assertEquals(linesOf([bytes(`${line}\nnext\n`)], 50), [{ text: line }, { text: "next" }]);
  assertEquals(linesOf([bytes(line), bytes("\n")], 50), [{ text: line }]);
  assertEquals(linesOf([...bytes(`${line}\n`)].map((byte) => Uint8Array.of(byte)), 50), [{ text: line }]);
});

Deno.test("an overlong line is reported once and the next line is read as if nothing had been", () => {
  const whole = bytes(`before\n${"x".repeat(51)}\nafter\n`);
  const expected = [{ text: "before" }, TOO_LONG, { text: "after" }];
  for (let at = 0; at <= whole.length; at++) {
    assertEquals(linesOf([whole.subarray(0, at), whole.subarray(at)], 50), expected, `split at byte ${at}`);
  }
  assertEquals(linesOf([...whole].map((byte) => Uint8Array.of(byte)), 50), expected);
});

Deno.test("an overlong line is reported as soon as it is too long, not at its end", () => {
  const framer = new LineFramer(50);
  assertEquals(framer.push(bytes("x".repeat(50))), []);
  assertEquals(framer.push(bytes("x")), [TOO_LONG]);
  for (let i = 0; i < 100; i++) assertEquals(framer.push(bytes("x".repeat(50))), []);
  assertEquals(framer.push(bytes("\nnext\n")), [{ text: "next" }]);
});

Deno.test("overlong lines one after the other are each reported once", () => {
  const overlong = `${"x".repeat(60)}\n`;
  assertEquals(linesOf([bytes(overlong.repeat(3) + "next\n")], 50), [TOO_LONG, TOO_LONG, TOO_LONG, {
    text: "next",
  }]);
});

Deno.test("bytes that are not UTF-8 cost their own line only", () => {
  const whole = Uint8Array.from([
    ...bytes("ä\n"),
    0x66,
    0xff,
    10,
    ...bytes("ö\n"),
    0xe2,
    0x82,
    10,
    ...bytes("ü\n"),
  ]);
  const expected = [{ text: "ä" }, BAD_UTF8, { text: "ö" }, BAD_UTF8, { text: "ü" }];
  for (let at = 0; at <= whole.length; at++) {
    assertEquals(linesOf([whole.subarray(0, at), whole.subarray(at)]), expected, `split at byte ${at}`);
  }
});

Deno.test("surrogates and overlong forms are not UTF-8", () => {
  assertEquals(linesOf([Uint8Array.of(0xed, 0xa0, 0x80, 10, 0xc0, 0xaf, 10)]), [BAD_UTF8, BAD_UTF8]);
});

Deno.test("a chunk may be overwritten as soon as it was taken", () => {
  const framer = new LineFramer(100);
  const buffer = bytes("one\ntw");
  const lines = [...framer.push(buffer)];
  buffer.fill(120);
  assertEquals([...lines, ...framer.push(bytes("o\n"))], [{ text: "one" }, { text: "two" }]);
});

Deno.test("an empty chunk changes nothing", () => {
  assertEquals(linesOf([bytes(""), bytes("a"), bytes(""), bytes("b\n"), bytes("")]), [{ text: "ab" }]);
});

Deno.test("an unfinished line of any length takes no more memory than the limit", () => {
  const sizes: number[] = [];
  const Original = globalThis.Uint8Array;
  // Sees what the framer allocates: it grows its buffer by `new Uint8Array(size)`.
  globalThis.Uint8Array = new Proxy(Original, {
    construct(target, args, newTarget) {
      if (typeof args[0] === "number") sizes.push(args[0]);
      return Reflect.construct(target, args, newTarget);
    },
  });
  try {
    const framer = new LineFramer(1_000);
    const chunk = new Original(64).fill(120);
    for (let i = 0; i < 10_000; i++) framer.push(chunk);
  } finally {
    globalThis.Uint8Array = Original;
  }
  assert(sizes.length > 0, "the framer allocates in another way: this test sees nothing");
  assertLessOrEqual(Math.max(...sizes), 1_000);
  assertLessOrEqual(
    sizes.length,
    10,
    "the buffer is not grown by doubling, or an overlong line still takes some",
  );
});

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

function linesOf(chunks: readonly Uint8Array[], maxLineBytes = 1_000): Line[] {
  const framer = new LineFramer(maxLineBytes);
  return chunks.flatMap((chunk) => framer.push(chunk));
}

/** The lines of a text that is all there. */
function linesNaively(whole: Uint8Array, maxLineBytes: number): Line[] {
  const lines: Line[] = [];
  let line: number[] = [];
  for (const byte of whole) {
    if (byte !== 10) {
      line.push(byte);
      continue;
    }
    lines.push(line.length > maxLineBytes ? TOO_LONG : toLine(line));
    line = [];
  }
  return lines;
}

function toLine(line: number[]): Line {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(line));
    return { text: text.replace(/\r$/, "") };
  } catch {
    return BAD_UTF8;
  }
}

function inChunks(whole: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, i = 0; at < whole.length; i++) {
    // A run of empty chunks would never end.
    const size = sizes[i % sizes.length]! || (i % 7 === 0 ? 1 : 0);
    chunks.push(whole.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

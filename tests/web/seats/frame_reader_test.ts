import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { FrameFault } from "../../../src/web/seats/frame_content.ts";
import { type ControlFrame, FrameReader } from "../../../src/web/seats/frame_reader.ts";
import { clientFrame } from "../../support/web/web_socket_client.ts";

/** Everything that is read of `bytes`, in steps of these sizes. */
function readAll(bytes: Uint8Array, inputSize: number, outputSize: number, maxBytes = 1_000) {
  const reader = new FrameReader(maxBytes);
  const events: (ControlFrame | FrameFault)[] = [];
  const output: number[] = [];
  for (let at = 0; at < bytes.length; at += inputSize) {
    let input = bytes.subarray(at, at + inputSize);
    for (;;) {
      const buffer = new Uint8Array(outputSize);
      const { taken, put, event } = reader.step(input, buffer);
      input = input.subarray(taken);
      output.push(...buffer.subarray(0, put));
      if (event !== undefined) events.push(event);
      if (event?.kind === "fault") return { text: textOf(output), events };
      if (put === 0 && event === undefined) break;
    }
  }
  return { text: textOf(output), events };
}

function textOf(bytes: number[]): string {
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

function join(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

Deno.test("messages become lines, however they are cut on the way and into frames", () => {
  const message = fc.array(fc.string({ unit: "grapheme", maxLength: 200 }), { minLength: 1, maxLength: 3 });
  fc.assert(fc.property(
    fc.array(message, { maxLength: 5 }),
    fc.integer({ min: 1, max: 300 }),
    fc.integer({ min: 1, max: 300 }),
    (messages, inputSize, outputSize) => {
      const frames = messages.flatMap((parts) =>
        parts.filter((part, index) => part !== "" || index === parts.length - 1).map((part, index, kept) =>
          clientFrame(index === 0 ? 1 : 0, part, { isFinal: index === kept.length - 1 })
        )
      );
      const { text, events } = readAll(join(...frames), inputSize, outputSize, 10_000);
      assertEquals(text, messages.map((parts) => `${parts.join("").replace(/[\r\n]/g, " ")}\n`).join(""));
      assertEquals(events, []);
    },
  ));
});

Deno.test("control frames may come between the fragments of a message", () => {
  const bytes = join(
    clientFrame(1, "a\nb", { isFinal: false }),
    clientFrame(9, "hello"),
    clientFrame(0, "\r\nc"),
    clientFrame(10, ""),
    clientFrame(8, Uint8Array.of(3, 232)),
  );
  for (const size of [1, 1_000]) {
    const { text, events } = readAll(bytes, size, size);
    assertEquals(text, "a b  c\n");
    assertEquals(events, [
      { kind: "ping", payload: new TextEncoder().encode("hello") },
      { kind: "pong", payload: new Uint8Array() },
      { kind: "close", payload: Uint8Array.of(3, 232) },
    ]);
  }
});

Deno.test("a frame that is not allowed ends the connection with its code", () => {
  const first = clientFrame(1, "a", { isFinal: false });
  const cases: [what: string, bytes: Uint8Array, code: number][] = [
    ["binary", clientFrame(2, "a"), 1003],
    ["not masked", clientFrame(1, "a", { isMasked: false }), 1002],
    ["compressed", clientFrame(1, "a", { rsv: 0x40 }), 1002],
    ["unknown data", clientFrame(3, "a"), 1002],
    ["unknown control", clientFrame(11, "a"), 1002],
    ["long ping", clientFrame(9, "a".repeat(126)), 1002],
    ["ping in fragments", clientFrame(9, "a", { isFinal: false }), 1002],
    ["nothing to continue", clientFrame(0, "a"), 1002],
    ["a message in a message", join(first, first), 1002],
    ["too long", clientFrame(1, "a".repeat(1_001)), 1009],
    ["said to be huge", clientFrame(1, "", { claims: 2 ** 52 }), 1009],
    [
      "too long together",
      join(clientFrame(1, "a".repeat(600), { isFinal: false }), clientFrame(0, "a".repeat(401))),
      1009,
    ],
    ["126 bytes for a short length", Uint8Array.of(0x81, 0xfe, 0, 1, 0, 0, 0, 0, 65), 1002],
    ["8 bytes for a short length", Uint8Array.of(0x81, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0), 1002],
    ["a negative length", Uint8Array.of(0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 1002],
    ["half a close code", clientFrame(8, Uint8Array.of(3)), 1002],
    ["a close code that is never sent", clientFrame(8, Uint8Array.of(3, 238)), 1002],
    ["an unknown close code", clientFrame(8, Uint8Array.of(11, 183)), 1002],
    ["a close code that is too large", clientFrame(8, Uint8Array.of(19, 136)), 1002],
    ["a close reason that is not UTF-8", clientFrame(8, Uint8Array.of(3, 232, 0xff)), 1007],
    ["text that is not UTF-8", clientFrame(1, Uint8Array.of(65, 0xc3, 65)), 1007],
    ["overlong UTF-8", clientFrame(1, Uint8Array.of(0xc0, 0x80)), 1007],
    ["a surrogate in UTF-8", clientFrame(1, Uint8Array.of(0xed, 0xa0, 0x80)), 1007],
    ["text that ends within a character", clientFrame(1, Uint8Array.of(65, 0xe2, 0x82)), 1007],
    [
      "a character that its last fragment does not complete",
      join(
        clientFrame(1, Uint8Array.of(0xe2), { isFinal: false }),
        clientFrame(0, Uint8Array.of(0x82), { isFinal: false }),
        clientFrame(0, ""),
      ),
      1007,
    ],
    ["an empty fragment", join(first, clientFrame(0, "", { isFinal: false })), 1008],
  ];
  for (const [what, bytes, code] of cases) {
    for (const size of [1, 5_000]) {
      const fault = readAll(bytes, size, size).events.at(-1);
      assertEquals([what, fault?.kind === "fault" && fault.code], [what, code]);
    }
  }
  assertEquals(readAll(clientFrame(1, "a".repeat(1_000)), 50, 50).events, []);
  for (const code of [1_000, 1_003, 1_007, 1_014, 3_000, 4_999]) {
    const close = clientFrame(8, Uint8Array.of(code >> 8, code & 0xff, ...new TextEncoder().encode("bye €")));
    assertEquals(readAll(close, 50, 50).events.map(({ kind }) => kind), ["close"]);
  }
});

Deno.test("a character may be cut anywhere, and what came before a fault is read", () => {
  const bytes = new TextEncoder().encode("\ufeffa€🙂");
  for (let at = 1; at < bytes.length; at++) {
    const frames = join(
      clientFrame(1, bytes.slice(0, at), { isFinal: false }),
      clientFrame(0, bytes.slice(at)),
      clientFrame(1, "next"),
      clientFrame(1, Uint8Array.of(0x80)),
    );
    for (const size of [1, 3, 1_000]) {
      const reader = new FrameReader(1_000);
      let [input, read] = [frames, ""];
      const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
      for (;;) {
        const buffer = new Uint8Array(size);
        const { taken, put, event } = reader.step(input, buffer);
        input = input.subarray(taken);
        read += decoder.decode(buffer.subarray(0, put), { stream: true });
        if (event === undefined) continue;
        assertEquals(event.kind === "fault" && event.code, 1007);
        break;
      }
      assertEquals(read, "\ufeffa€🙂\nnext\n");
    }
  }
});

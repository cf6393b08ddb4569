import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type ControlFrame, type FrameFault, FrameReader } from "../../../src/web/seats/frame_reader.ts";
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
    ["an empty fragment", join(first, clientFrame(0, "", { isFinal: false })), 1008],
  ];
  for (const [what, bytes, code] of cases) {
    for (const size of [1, 5_000]) {
      const fault = readAll(bytes, size, size).events.at(-1);
      assertEquals([what, fault?.kind === "fault" && fault.code], [what, code]);
    }
  }
  assertEquals(readAll(clientFrame(1, "a".repeat(1_000)), 50, 50).events, []);
});

import { assertEquals, assertLess } from "@std/assert";
import { type Sender, TelnetFilter } from "../../../src/protocol/wire/telnet.ts";

const encoder = new TextEncoder();
const TYPED = encoder.encode("uptime\n");
const DO_TIMING_MARK = [255, 253, 6];
const WONT_TIMING_MARK = [255, 252, 6];
/** What Ctrl-C sends. */
const INTERRUPT = [255, 244, ...DO_TIMING_MARK];

const COMMANDS: Readonly<Record<string, readonly number[]>> = {
  "nothing": [],
  "one option": [255, 251, 31],
  "PuTTY's negotiation": [255, 251, 31, 255, 251, 32, 255, 251, 24, 255, 251, 39, 255, 253, 1, 255, 251, 3],
  "a subnegotiation with a newline and IAC IAC in it": [255, 250, 31, 0, 10, 255, 255, 0, 24, 255, 240],
  "commands without an option": [255, 241, 255, 249],
  "an interrupt with a timing mark": INTERRUPT,
};

/** What is left of `sent`, and what is answered, when reads end at these places. */
function strip(sent: Uint8Array, senders: readonly Sender[], cuts: readonly number[]) {
  const answers: number[] = [];
  const filter = new TelnetFilter((bytes) => answers.push(...bytes));
  const ends = [...cuts, sent.length];
  const left = ends.flatMap((end, index) => [
    ...filter.strip(sent.subarray(ends[index - 1] ?? 0, end), senders[index] ?? senders.at(-1)!),
  ]);
  return { left, answers };
}

for (const [name, command] of Object.entries(COMMANDS)) {
  Deno.test(`telnet, ${name}: only what was typed is left, wherever a read ends`, () => {
    for (const sender of ["unknown", "person"] as const) {
      for (let at = 0; at <= TYPED.length; at++) {
        const sent = Uint8Array.from([
          ...TYPED.subarray(0, at),
          ...command,
          ...TYPED.subarray(at),
          ...command,
        ]);
        for (let cut = 0; cut <= sent.length; cut++) {
          const { left } = strip(sent, [sender], [cut]);
          assertEquals(left, [...TYPED], `${sender}, ${name} at ${at}, read up to ${cut}`);
        }
        const bytes = Array.from(sent, (_, index) => index);
        assertEquals(strip(sent, [sender], bytes).left, [...TYPED], "byte by byte");
      }
    }
  });
}

Deno.test("telnet: a timing mark is answered, so that the client shows what comes after it; once for each read", () => {
  for (const sender of ["unknown", "person"] as const) {
    const sent = Uint8Array.from([...TYPED, ...INTERRUPT]);
    for (let cut = 0; cut <= sent.length; cut++) {
      assertEquals(strip(sent, [sender], [cut]).answers, WONT_TIMING_MARK, `read up to ${cut}`);
    }
    const flood = Uint8Array.from(Array.from({ length: 1_000 }, () => DO_TIMING_MARK).flat());
    assertEquals(strip(flood, [sender], []).answers, WONT_TIMING_MARK);
  }
  // WILL, WONT and DONT of it, and other options, are none.
  const others = Uint8Array.from(
    [251, 252, 254].flatMap((verb) => [255, verb, 6]).concat([255, 253, 1, 255, 253, 31]),
  );
  assertEquals(strip(others, ["person"], []), { left: [], answers: [] });
});

Deno.test("telnet: what a program sends is left as it is, from the first byte of JSON on", () => {
  const bytes = (text: string) => [...encoder.encode(text)];
  const opening = [255, 251, 31];
  const mark = [0xef, 0xbb, 0xbf];
  const spaces = bytes(" \t\r");
  for (const start of ['{"a":"', '["']) {
    const program = [
      ...bytes(start),
      ...INTERRUPT,
      ...bytes('"\n'),
      ...INTERRUPT,
      ...bytes("x\n"),
      ...INTERRUPT,
    ];
    for (const before of [[], mark, spaces, [...mark, ...spaces]]) {
      const sent = Uint8Array.from([...opening, ...before, ...program]);
      for (let cut = 0; cut <= sent.length; cut++) {
        const { left, answers } = strip(sent, ["unknown"], [cut]);
        assertEquals([left, answers], [[...before, ...program], []], `${start} read up to ${cut}`);
      }
    }
    assertEquals(strip(Uint8Array.from(program), ["program"], [3]).left, program);
  }
  // A line that showed nothing, such as one that was too long, does not make a person of a program.
  const later = [...bytes("too long\n"), ...bytes('{"a":"'), ...INTERRUPT, ...bytes('"}\n')];
  assertEquals(strip(Uint8Array.from(later), ["unknown"], []).left, later);
});

Deno.test("telnet: a byte that looks like the start of a command, and is none, is left", () => {
  const sent = Uint8Array.of(255, 10, 65, 255, 66, 10, 255, 123, 10);
  for (const sender of ["unknown", "person"] as const) {
    for (let cut = 0; cut <= sent.length; cut++) {
      assertEquals(strip(sent, [sender], [cut]).left, [...sent], `read up to ${cut}`);
    }
  }
});

Deno.test("telnet: a subnegotiation that does not end does not take everything that follows", () => {
  const sent = Uint8Array.from([255, 250, ...Array(5_000).fill(65)]);
  const { left } = strip(sent, ["person"], [700]);
  assertEquals(left.length > 0, true);
  assertLess(sent.length - left.length, 1_100);
});

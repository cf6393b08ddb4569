import { assertEquals } from "@std/assert";
import { TelnetOpening } from "../../../src/protocol/wire/telnet.ts";

const TYPED = new TextEncoder().encode("uptime\n");

/** What a client sends before its user types. */
const OPENINGS: Readonly<Record<string, readonly number[]>> = {
  "nothing": [],
  "one option": [255, 251, 31],
  "PuTTY's negotiation": [255, 251, 31, 255, 251, 32, 255, 251, 24, 255, 251, 39, 255, 253, 1, 255, 251, 3],
  "a subnegotiation with a newline and IAC IAC in it": [255, 250, 31, 0, 10, 255, 255, 0, 24, 255, 240],
  "commands without an option": [255, 241, 255, 249],
};

for (const [name, opening] of Object.entries(OPENINGS)) {
  Deno.test(`telnet, ${name}: only what was typed is left, wherever a read ends`, () => {
    const sent = Uint8Array.from([...opening, ...TYPED]);
    for (let cut = 0; cut <= sent.length; cut++) {
      const telnet = new TelnetOpening();
      const left = [...telnet.strip(sent.subarray(0, cut)), ...telnet.strip(sent.subarray(cut))];
      assertEquals(left, [...TYPED], `read up to ${cut}`);
    }
  });
}

Deno.test("telnet: after the first byte of text nothing is removed", () => {
  const telnet = new TelnetOpening();
  const sent = Uint8Array.of(65, 255, 251, 31, 10);
  assertEquals([...telnet.strip(sent), ...telnet.strip(sent)], [...sent, ...sent]);
});

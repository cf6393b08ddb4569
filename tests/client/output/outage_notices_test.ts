import { assertEquals } from "@std/assert";
import { OutageNotices } from "../../../src/client/output/outage_notices.ts";
import { WELCOME } from "../../support/client/fake_server.ts";

const FAILED = { kind: "disconnected", why: "cannot connect", retryInMs: 1_000 } as const;
const LOST = { kind: "disconnected", why: "cannot connect" } as const;
const CONNECTED = { kind: "connected", host: "a", port: 1 } as const;
const CLOSING = { kind: "closing", closing: { reason: "full" } } as const;
const SEATED = { kind: "welcome", welcome: WELCOME } as const;

Deno.test("an outage: the first failed attempt is shown, then one each minute, and the last one", () => {
  let ms = 0;
  const notices = new OutageNotices(() => ms);
  const shown: number[] = [];
  for (; ms < 150_000; ms += 10_000) {
    if (notices.shows(FAILED)) shown.push(ms);
  }
  assertEquals(shown, [0, 60_000, 120_000]);
  assertEquals(notices.shows(LOST), true);
});

Deno.test("an outage behind a server that accepts and closes is one, too, and a welcome ends it", () => {
  let ms = 0;
  const notices = new OutageNotices(() => ms);
  const attempt = () => [CONNECTED, CLOSING, FAILED].map((event) => notices.shows(event));
  assertEquals(attempt(), [true, true, true]);
  assertEquals(attempt(), [false, false, false]);
  ms += 60_000;
  assertEquals(attempt(), [true, true, true]);
  assertEquals([CONNECTED, SEATED, CLOSING, FAILED].map((event) => notices.shows(event)), [
    ...[false, true, true, true],
  ]);
});

Deno.test("with several addresses, one attempt at each of them is shown", () => {
  let ms = 0;
  const notices = new OutageNotices(() => ms);
  const next = { host: "b", port: 2 };
  const row = () =>
    [{ ...FAILED, next }, CONNECTED, { ...FAILED, next }, FAILED].map((event) => notices.shows(event));
  assertEquals(row(), [true, true, true, true]);
  assertEquals(row(), [false, false, false, false]);
  ms += 60_000;
  assertEquals(row(), [true, true, true, true]);
});

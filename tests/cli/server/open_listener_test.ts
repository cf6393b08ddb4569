// The warning of a server that other machines can reach unprotected.

import { assertEquals } from "@std/assert";
import { exposure } from "../../../src/cli/server/open_listener.ts";
import { eventText } from "../../../src/log/event_text.ts";

Deno.test("a server on loopback does not warn", () => {
  for (const host of ["127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1", "localhost"]) {
    assertEquals(exposure({ host, hasTokens: false, hasTls: false }), undefined, host);
  }
});

Deno.test("a server that other machines can reach warns of what is missing", () => {
  for (const host of ["0.0.0.0", "::", "192.0.2.1", "2001:db8::1", "1.127.0.0", "::ffff:192.0.2.1"]) {
    const event = { event: "exposed", host, tokens: false, tls: true } as const;
    assertEquals(exposure({ host, hasTokens: false, hasTls: true }), event);
    assertEquals(exposure({ host, hasTokens: true, hasTls: false }), { ...event, tokens: true, tls: false });
    assertEquals(exposure({ host, hasTokens: true, hasTls: true }), undefined);
  }
});

Deno.test("the text of the warning names the risk", () => {
  const said = (tokens: boolean, tls: boolean) => eventText({ event: "exposed", host: "::", tokens, tls });
  const start = "Warning: :: can be reached from other machines without";
  const end = "; see docs/security.md";
  assertEquals(
    said(true, false),
    `${start} TLS: traffic can be read and changed in transit${end}`,
  );
  assertEquals(said(false, true), `${start} tokens: anyone can take a seat${end}`);
});

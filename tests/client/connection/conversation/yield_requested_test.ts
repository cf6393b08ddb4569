// The server's request to yield, as the client reads it and shows it.

import { assertEquals } from "@std/assert";
import { eventJson } from "../../../../src/client/output/event_json.ts";
import { eventLines } from "../../../../src/client/output/event_lines.ts";
import { readNote } from "../../../../src/client/connection/conversation/read_note.ts";

Deno.test("a request to yield is an event, with the time that the client has", () => {
  const event = readNote("yield_requested", { within_ms: 2_500 })!;
  assertEquals(eventLines(event), [
    "The operator has raised another client; this one must yield within 2.5 s",
  ]);
  assertEquals(eventJson(event), { event: "yield_requested", within_ms: 2_500 });
  assertEquals(readNote("yield_requested", {}), undefined);
});

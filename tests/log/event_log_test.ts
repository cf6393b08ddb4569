import { assert, assertEquals, assertMatch } from "@std/assert";
import { openEventLog } from "../../src/log/event_log.ts";
import { isVisible } from "../../src/words/visible_text.ts";
import type { ServerEvent } from "../../src/log/server_event.ts";

const EVENTS: ServerEvent[] = [
  { event: "listening", host: "127.0.0.1", port: 6001 },
  { event: "client_seated", ip: "10.0.0.7", port: 51_234, rank: 0, ticket: 1, epoch: 1 },
  { event: "accept_failed", message: "Too many open files", retry_ms: 20 },
  { event: "fault", where: "method run", message: '{braces} and "quotes"' },
  { event: "stopped" },
];

Deno.test("the text log is the events' sentences, in order, one line each", async () => {
  assertEquals(await logged("text", EVENTS), [
    "Server started listening on IP address: 127.0.0.1 and port: 6001",
    "Client ('10.0.0.7', 51234) assigned rank 0",
    "Cannot accept connections: Too many open files; retrying in 20 ms",
    'Internal error in method run: {braces} and "quotes"',
    "Server stopped",
  ]);
});

Deno.test("the JSON log is the same events with every field, a level and a time", async () => {
  const lines = (await logged("json", EVENTS)).map((line) => JSON.parse(line) as Record<string, unknown>);
  assertEquals(lines.length, EVENTS.length);
  for (const [i, line] of lines.entries()) {
    for (const [key, value] of Object.entries(EVENTS[i]!)) {
      assertEquals(line[key], value, `${key} of line ${i}`);
    }
    assertMatch(String(line["@timestamp"]), /^\d{4}-\d\d-\d\dT/);
  }
  assertEquals(lines.map((line) => line.level), ["INFO", "INFO", "WARN", "ERROR", "INFO"]);
});

Deno.test("each line of the text log begins with its time, which is UTC in the form of RFC 3339 with milliseconds", async () => {
  const times = [1_780_000_000_007, 1_780_000_000_007, 1_780_000_060_000];
  const now = () => times.shift()!;
  assertEquals(await logged("text", EVENTS.slice(0, 3), { time: true, now }), [
    "2026-05-28T20:26:40.007Z Server started listening on IP address: 127.0.0.1 and port: 6001",
    "2026-05-28T20:26:40.007Z Client ('10.0.0.7', 51234) assigned rank 0",
    "2026-05-28T20:27:40.000Z Cannot accept connections: Too many open files; retrying in 20 ms",
  ]);
});

Deno.test("a log can be opened again after it was closed", async () => {
  for (const format of ["text", "json"] as const) {
    const first = await logged(format, [{ event: "stopped" }]);
    assertEquals([first.length, (await logged(format, [{ event: "stopped" }])).length], [1, 1]);
  }
});

Deno.test("no name in the JSON log acts on a terminal", async () => {
  const name = "a\x7f\x9b2J\u202e\ufeff";
  const [line] = await logged("json", [{ event: "fault", where: "a test", message: name }]);
  assert(isVisible(line!), line);
  assertEquals(JSON.parse(line!).message, name);
});

async function logged(
  format: "text" | "json",
  events: readonly ServerEvent[],
  options: { readonly time?: boolean; readonly now?: () => number } = {},
): Promise<string[]> {
  let text = "";
  const decoder = new TextDecoder();
  const log = await openEventLog({ format, time: false, now: Date.now, ...options }, {
    async write(bytes) {
      // A turn of the event loop, as a real reader takes.
      await new Promise((resolve) => setTimeout(resolve));
      text += decoder.decode(bytes);
      return bytes.length;
    },
  });
  for (const event of events) log.report(event);
  await log.close();
  assert(text.endsWith("\n"));
  return text.slice(0, -1).split("\n");
}

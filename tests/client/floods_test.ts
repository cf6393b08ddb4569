// A server that sends without end, and never what a client would drop by itself: whatever gathers is bounded.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { LineOutput } from "../../src/client/output/line_output.ts";
import { OutputCapture } from "../../src/client/executor/output_capture.ts";
import { openClient } from "../../src/client/mod.ts";
import { Pipe } from "../../src/client/pipe/pipe.ts";
import { CLIENT_BOUNDS } from "../../src/config/keys/client_bounds.ts";
import { FakeServer } from "../support/client/fake_server.ts";
import { Printed } from "../support/client/printed.ts";
import { runWithGc } from "../support/client/with_gc.ts";

/** Each flood is of 100 MiB, or of 200,000 events. */
const FLOODS: Readonly<Record<string, { readonly what: string; readonly maxBytes: number }>> = {
  promotions: { what: "promotions before the answer to hello", maxBytes: 5_000_000 },
  welcomes: { what: "long welcomes before the answer to hello", maxBytes: 5_000_000 },
  refusals: { what: "long events that nobody takes", maxBytes: 25_000_000 },
  commands: { what: "long commands that wait for their turn", maxBytes: 50_000_000 },
  names: { what: "members with long names that never leave", maxBytes: 5_000_000 },
};

for (const [name, { what, maxBytes }] of Object.entries(FLOODS)) {
  Deno.test(`a server cannot fill a client's memory with ${what}`, async () => {
    const { grown } = await runWithGc("flooded.ts", name);
    assert(grown! < maxBytes, `${grown} bytes are held`);
  });
}

/** So deep that writing it again as JSON overflows the stack of the runtime. */
const DEEP = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;

for (
  const [what, line] of Object.entries({
    event:
      `{"jsonrpc":"2.0","method":"refused","params":{"method":"run","code":1,"message":"no","data":{"x":${DEEP}}}}`,
    "error that is passed on":
      `{"jsonrpc":"2.0","id":2,"error":{"code":-32007,"message":"no","data":${DEEP}}}`,
    "result that is passed on": `{"jsonrpc":"2.0","id":2,"result":${DEEP}}`,
  })
) {
  Deno.test(`a deeply nested ${what} ends the connection in good order, and not the client`, async () => {
    await using server = new FakeServer();
    const session = openClient({
      host: "127.0.0.1",
      port: server.port,
      limits: { lineBytes: 1_048_576, programsAtOnce: 4, programsQueued: 100 },
    });
    const stdout = new Printed();
    const verdict = new Pipe({
      session,
      input: new Blob(['{"jsonrpc":"2.0","id":"mine","method":"roster"}\n']).stream(),
      stdout: new LineOutput(stdout, 1_000_000),
      stderr: new LineOutput(new Printed(), 1_000_000),
      signal: new AbortController().signal,
      isJson: true,
      mayStay: false,
      bounds: CLIENT_BOUNDS,
    }).run();
    const peer = await server.seat();
    assertEquals((await peer.nextWith("roster")).id, 2);
    await peer.sendRaw(`${line}\n`);
    assertEquals(await verdict, "lost");
    assertStringIncludes(stdout.rest, "More than 64 objects and arrays within each other");
  });
}

Deno.test("a program that writes single bytes takes no more memory than its output", () => {
  const capture = new OutputCapture(1_000_000);
  const before = held();
  for (let i = 0; i < 1_100_000; i++) capture.push(BYTE);
  const grown = held() - before;
  assertEquals(capture.text.length, 1_000_000);
  assertStringIncludes(capture.text, "[output truncated: it had 1100000 bytes, the limit is 1000000]");
  assert(grown < 20_000_000, `${grown} bytes for a million`);
});

const BYTE = new TextEncoder().encode("x");

function held(): number {
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

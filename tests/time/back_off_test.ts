// How long a client under --lead waits before it reconnects: until one of them is back, there is no leader.

import { assert, assertEquals } from "@std/assert";
import { cappedBackOff } from "../../src/time/back_off.ts";
import { TextLineStream } from "../../tools/text_lines.ts";
import { CLIENT_PROGRAM } from "../support/client/client_process.ts";

/** So many that without the cap one of them is a longer wait, in all but one of some ten thousand tries. */
const ATTEMPTS = 9;

Deno.test("under --lead no wait between two attempts is longer than a second", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const [program, ...args] = CLIENT_PROGRAM;
  const child = new Deno.Command(program!, {
    args: [...args, `127.0.0.1:${port}`, "--json", "--lead", "--", "true"],
    stderr: "piped",
  }).spawn();
  const waits: number[] = [];
  for await (const line of child.stderr.pipeThrough(new TextLineStream())) {
    const { event, retry_in_ms } = JSON.parse(line);
    if (event === "disconnected") waits.push(retry_in_ms);
    if (waits.length === ATTEMPTS) break;
  }
  child.kill("SIGKILL");
  await child.status;
  assertEquals(waits.length, ATTEMPTS);
  assert(waits.every((ms) => ms <= 1_000), `${waits}`);
});

Deno.test("what is configured shorter stays shorter, and a first wait is not longer than the longest", () => {
  assertEquals(cappedBackOff({ minMs: 50, maxMs: 200 }, 1_000), { minMs: 50, maxMs: 200 });
  assertEquals(cappedBackOff({ minMs: 5_000, maxMs: 10_000 }, 1_000), { minMs: 1_000, maxMs: 1_000 });
});

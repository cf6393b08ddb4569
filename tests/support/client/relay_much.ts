// Relays 100,000 requests beside one that is never answered, and prints how many bytes that has left behind.

import { RequestRelay } from "../../../src/client/requests/request_relay.ts";
import { bareSession } from "./bare_session.ts";
import { collectGarbage } from "./with_gc.ts";

const REQUESTS = 100_000;

const session = bareSession({
  request: (method) => method === "ping" ? Promise.resolve({}) : new Promise(() => {}),
});
const relay = new RequestRelay(session, {
  maxPending: 2,
  answer: () => Promise.resolve(),
  inform: () => {},
});
const ping = JSON.stringify({ jsonrpc: "2.0", id: 2, method: "ping" });

await relay.take(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "roster" }));
for (let i = 0; i < 1_000; i++) await relay.take(ping);
await collectGarbage();
const before = Deno.memoryUsage().heapUsed;
for (let i = 0; i < REQUESTS; i++) await relay.take(ping);
await collectGarbage();
const grown = Deno.memoryUsage().heapUsed - before;
// The request without an answer is pending still, and so is all that it keeps.
if (relay.verdict !== "ok") throw new Error(`The verdict is ${relay.verdict}`);
console.log(JSON.stringify({ requests: REQUESTS, grown }));
Deno.exit(0);

// The params of the one method that a relay answers itself.

import { assertEquals } from "@std/assert";
import { RequestRelay } from "../../../src/client/requests/request_relay.ts";
import { FakeSession } from "../terminal/fake_session.ts";

Deno.test("status refuses unknown members and arrays", async () => {
  const lines: string[] = [];
  const relay = new RequestRelay(new FakeSession(), {
    maxPending: 1,
    answer: (line) => Promise.resolve(void lines.push(line)),
    inform: (line) => void lines.push(line),
  });
  for (const params of ['{"all":true}', "[]", "[1]", "{}", "null"]) {
    await relay.take(`{"jsonrpc":"2.0","id":1,"method":"status","params":${params}}`);
  }
  await relay.idle();
  const reasons = lines.map((line) => JSON.parse(line).error?.data.reason);
  assertEquals(reasons, ["invalid_params", "invalid_params", "invalid_params", undefined, undefined]);
});

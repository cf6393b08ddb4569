// The answer to the operator's `status`: as long as the server is large, and in parts.

import { assert, assertEquals } from "@std/assert";
import type { Listed } from "../../../src/server/operator/operator.ts";
import { OperatorSocket } from "../../../src/server/operator/operator_socket.ts";
import { METHODS, readShape, type ServerFigures } from "../../../src/protocol/methods/mod.ts";

const FIGURES: ServerFigures = {
  ...{
    version: "1.2.3",
    address: "127.0.0.1:6001",
    uptime_ms: 1,
    members: 0,
    capacity: 1,
    epoch: 0,
    away: 0,
  },
  ...{ waiting: 0, connections: 0, runs_in_flight: 0, late_answers: 0, is_draining: false, lead_after_ms: 0 },
};

function listed(members: number): Listed {
  const member = { address: "10.0.0.1:1", since: 0, leaseMs: 0, isOpen: true };
  return {
    roster: Array.from({ length: members }, (_, rank) => ({
      rank,
      ticket: rank + 1,
      member: { ...member, name: `web-${rank}` },
    })),
    waitingRoom: [{ place: 1, name: "Ada", address: "10.0.0.2:1" }],
  };
}

/** What one request is answered, write by write. */
async function ask(request: string, list: (count: number) => Listed): Promise<string[]> {
  const written: string[] = [];
  const closed = Promise.withResolvers<never>();
  let lines = [request];
  const conn = {
    read(buffer: Uint8Array): Promise<number | null> {
      const [line] = lines;
      lines = [];
      if (line === undefined) return Promise.resolve(null);
      return Promise.resolve(new TextEncoder().encodeInto(`${line}\n`, buffer).written);
    },
    write(bytes: Uint8Array): Promise<number> {
      written.push(new TextDecoder().decode(bytes));
      return Promise.resolve(bytes.length);
    },
    close: () => closed.reject(new Deno.errors.BadResource()),
  };
  const conns = [conn];
  const refused = { reason: "no_recipient", message: "" } as const;
  await new OperatorSocket({ status: () => FIGURES, list, evict: () => refused, raise: () => refused })
    .serve({
      accept: () =>
        conns.length === 0 ? closed.promise : Promise.resolve(conns.pop()! as unknown as Deno.Conn),
    });
  return written;
}

function request(params?: object): string {
  return JSON.stringify({ jsonrpc: "2.0", id: 5, method: "status", params });
}

Deno.test("a status lists as many members as requested, and none by default", async () => {
  const counts: number[] = [];
  const list = (count: number) => {
    counts.push(count);
    return listed(count);
  };
  for (const params of [undefined, { list: 0 }, { list: 3 }]) {
    const { id, result } = JSON.parse((await ask(request(params), list)).join(""));
    assertEquals([id, result.roster.length], [5, params?.list ?? 0]);
    assert(readShape(METHODS.status.result, result).ok);
  }
  assertEquals(counts, [0, 0, 3]);
  const wrong = JSON.parse((await ask(request({ list: -1 }), list)).join(""));
  assertEquals(wrong.error.data.reason, "invalid_params");
});

Deno.test("G9: a long list is one line, created and written in parts", async () => {
  const parts = await ask(request({ list: 100_000 }), listed);
  assert(parts.every((part) => part.length < 256 * 1_024), "one part is long");
  const text = parts.join("");
  assertEquals(text.indexOf("\n"), text.length - 1);
  const { result: { roster, waiting_room } } = JSON.parse(text);
  assertEquals(roster.length, 100_000);
  assertEquals(
    roster.every(({ rank, name }: { rank: number; name: string }) => name === `web-${rank}`),
    true,
  );
  assertEquals(roster[999], {
    ...{
      rank: 999,
      ticket: 1_000,
      name: "web-999",
      address: "10.0.0.1:1",
      since: "1970-01-01T00:00:00.000Z",
    },
  });
  assertEquals(waiting_room, [{ place: 1, name: "Ada", address: "10.0.0.2:1" }]);
});

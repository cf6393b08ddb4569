// The tables of JSON and JSON-RPC over a real socket: each line has just the answer that the specification gives it, and
// the next line is read.

import { assertEquals } from "@std/assert";
import * as lines from "../../protocol/json_rpc/tables/lines.ts";
import * as messages from "../../protocol/json_rpc/tables/messages.ts";
import * as values from "../../protocol/json_rpc/tables/json_values.ts";
import { checkTable } from "../../support/check_table.ts";
import { type Json, RawClient } from "../../support/server/raw_client.ts";
import { startServer } from "../../support/server/start_server.ts";

const TOML = "[limits]\nbatch_items = 10";

/** A client that has sent its first line, and what it is sent in return for further ones. */
async function withClient(
  test: (answersTo: (line: string | Uint8Array) => Promise<Json[]>) => Promise<void>,
): Promise<void> {
  await using server = await startServer({ toml: TOML });
  await using client = await RawClient.join(server.port);
  await client.settled();
  let rows = 0;
  await test(async (line) => {
    const seen = client.lines.length;
    client.sendBytes(line);
    client.send("");
    client.send({ jsonrpc: "2.0", id: `end of row ${++rows}`, method: "ping" });
    await client.next(({ json }) => json?.id === `end of row ${rows}`);
    return client.lines.slice(seen, -1).map(({ json }) => json);
  });
}

/** An answer as the tables have it. */
function inShort(answer: Json): readonly unknown[] {
  if (Array.isArray(answer)) return answer.map(inShort);
  if (answer.method === "refused") return ["notification"];
  const reason = answer.error?.data.reason;
  // No table has a method that the server has, and none of its requests has other params.
  const isUnderstood = reason === undefined || reason === "method_not_found" || reason === "invalid_params";
  return isUnderstood ? ["request", answer.id] : ["invalid", answer.id, reason];
}

/** What of this is answered. A notification alone is, with one that says why it was refused. */
function answersIn(expected: readonly unknown[]): readonly unknown[] {
  const isBatch = Array.isArray(expected[0]);
  const all = (isBatch ? expected : [expected]) as readonly (readonly unknown[])[];
  const answered = all.filter(([kind]) => kind === "request" || kind === "invalid");
  const notifications = all.filter(([kind]) => kind === "notification");
  if (!isBatch) return [...answered, ...notifications];
  return answered.length === 0 ? notifications : [...notifications, answered];
}

Deno.test("JSON over a socket: values that are none are parse errors", () =>
  withClient(async (answersTo) => {
    const { INVALID_NUMBERS, INVALID_STRINGS, INVALID_STRUCTURES } = values;
    const rows = [...INVALID_NUMBERS, ...INVALID_STRINGS, ...INVALID_STRUCTURES];
    await checkTable(rows.map(([name, text]) => [name, text, undefined] as const), async (text) => {
      const answers = await answersTo(`{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":[${text}]}}`);
      assertEquals(answers.map(inShort), [["invalid", null, "parse_error"]]);
    });
  }));

Deno.test("JSON over a socket: values that are some are read", () =>
  withClient(async (answersTo) => {
    const rows = [...values.VALID_NUMBERS, ...values.VALID_STRINGS, ...values.VALID_STRUCTURES];
    await checkTable(rows, async (text) => {
      const answers = await answersTo(`{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":[${text}]}}`);
      assertEquals(answers.map(({ error }) => error.data.reason), ["invalid_params"]);
    });
  }));

for (const [name, rows] of Object.entries(lines)) {
  Deno.test(`JSON over a socket: ${name.toLowerCase()}`, () =>
    withClient((answersTo) =>
      checkTable(rows.filter(([name]) => name !== "nothing"), async (line, expected) => {
        const outcome = expected === "request" ? ["request", 1] : ["invalid", null, expected];
        assertEquals((await answersTo(line)).map(inShort), [outcome]);
      })
    ));
}

for (const [name, rows] of Object.entries(messages)) {
  Deno.test(`JSON-RPC over a socket: ${name.toLowerCase()}`, () =>
    withClient((answersTo) =>
      checkTable(rows, async (line, expected) => {
        assertEquals((await answersTo(line)).map(inShort), answersIn(expected));
      })
    ));
}

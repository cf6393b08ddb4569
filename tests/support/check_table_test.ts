import { assert, assertEquals, assertRejects } from "@std/assert";
import { checkTable, type Row } from "./check_table.ts";

const ROWS: readonly Row<number, number>[] = [["one", 1, 1], ["two", 2, 3], ["three", 3, 3], ["four", 4, 5]];

function check(input: number, expected: number): void {
  if (input !== expected) throw new Error(`${input} is not ${expected}`);
}

Deno.test("a table reports every row that fails, with its name", async () => {
  const error = await assertRejects(() => checkTable(ROWS, check), Error);
  assertEquals(error.message, "2 of 4 rows fail:\n- two: 2 is not 3\n- four: 4 is not 5");
});

Deno.test("a table whose check waits is waited for", async () => {
  const error = await assertRejects(() =>
    checkTable(ROWS, (a, b) => Promise.resolve().then(() => check(a, b)))
  );
  assert(error instanceof Error && error.message.startsWith("2 of 4"));
});

Deno.test("a table without rows, and a name that is given twice, are mistakes of the table", async () => {
  await assertRejects(() => checkTable([], check), Error, "the table has no rows");
  await assertRejects(() => checkTable([["one", 1, 1], ["one", 2, 2]], check), Error, "- one: another row");
});

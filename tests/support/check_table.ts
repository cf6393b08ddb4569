// Tables of cases: one test for each table, which reports every row that fails and not only the first.

/** A case: what it is about, then what goes in and what has to come out. */
export type Row<Input, Expected> = readonly [name: string, input: Input, expected: Expected];

/** Throws, with the names of all rows that fail and why, unless `check` passes for each. Names are given once. */
export async function checkTable<Input, Expected>(
  rows: readonly Row<Input, Expected>[],
  check: (input: Input, expected: Expected, name: string) => void | Promise<void>,
): Promise<void> {
  const names = new Set<string>();
  const failures: string[] = [];
  for (const [name, input, expected] of rows) {
    try {
      if (names.has(name)) throw new Error("another row has the same name");
      names.add(name);
      await check(input, expected, name);
    } catch (error) {
      failures.push(`- ${name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  if (rows.length === 0) throw new Error("the table has no rows");
  if (failures.length > 0) {
    throw new Error(`${failures.length} of ${rows.length} rows fail:\n${failures.join("\n")}`);
  }
}

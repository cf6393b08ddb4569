// `deno task attacks`: runs the attacks and prints what they came to as a table.

import { join } from "node:path";
import { renderRows, type Row, ROWS_VARIABLE } from "./report.ts";

const folder = await Deno.makeTempDir({ prefix: "rank-attacks-" });
const path = join(folder, "rows");
await Deno.writeTextFile(path, "");
const { code } = await new Deno.Command(Deno.execPath(), {
  args: ["test", "--no-prompt", "--allow-all", ...Deno.args, import.meta.dirname!],
  env: { [ROWS_VARIABLE]: path },
}).spawn().status;
const lines = (await Deno.readTextFile(path)).split("\n").filter((line) => line !== "");
await Deno.remove(folder, { recursive: true });
const rows: Row[] = lines.map((line) => JSON.parse(line));
console.log(`\n${renderRows(rows)}`);
Deno.exit(code);

// `deno task attacks`: runs the attacks and prints what they came to as a table.

import { join } from "node:path";
import { readTaskLine, sayWhyNot } from "../../tools/task_line.ts";
import { SOURCES_VARIABLE } from "./attack_server.ts";
import { renderRows, type Row, ROWS_VARIABLE } from "./report.ts";

const line = await readTaskLine({
  name: "attacks",
  summary:
    "Attack a server in every way known, one after the other, and print a table of how its other clients fared. " +
    "The server is dist/rankserver, which `deno task compile` makes. It takes about 100 seconds.",
  numbers: [],
  flags: [
    {
      name: "sources",
      help: "Attack the server, and the client at its terminal, as they run from their sources.",
    },
    { name: "only", value: "TEXT", help: "Only the attacks with this in their name." },
  ],
  hands: "FLAGS OF DENO TEST",
  example: 'deno task attacks --only "connections that"',
  failure: "the server, or one of its other clients, came to harm",
}, Deno.args);
Deno.exit(line.ok ? await attack(line.flags, line.afterDashes) : sayWhyNot(line));

async function attack(
  { sources, only }: { readonly sources: boolean; readonly only: string | undefined },
  flags: readonly string[],
): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "rank-attacks-" });
  const path = join(folder, "rows");
  await Deno.writeTextFile(path, "");
  const filter = only === undefined ? [] : ["--filter", only];
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--no-prompt", "--allow-all", ...filter, ...flags, import.meta.dirname!],
    env: { [ROWS_VARIABLE]: path, ...(sources ? { [SOURCES_VARIABLE]: "1" } : {}) },
  }).spawn().status;
  const lines = (await Deno.readTextFile(path)).split("\n").filter((line) => line !== "");
  await Deno.remove(folder, { recursive: true });
  const rows: Row[] = lines.map((line) => JSON.parse(line));
  console.log(`\n${renderRows(rows)}`);
  return code;
}

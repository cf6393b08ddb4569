// `deno task mutations`: puts known faults back into a copy of the sources, one at a time, and counts the seeds until the
// simulator finds each. Prints a table for docs/simulation.md.

import { join } from "node:path";
import { optionalInteger } from "../../src/config/keys/builders.ts";
import { readTaskLine, sayWhyNot, TASK_EXIT } from "../../tools/task_line.ts";
import { mutate, type Mutation, MUTATIONS } from "./mutations/mod.ts";

const ROOT = join(import.meta.dirname!, "../..");
const COPIED = ["src", "std", "tests", "tools", "deno.json", "deno.lock"];
const MAX_COUNT = 1_000_000;
const DEFAULT_COUNT = 100_000;

const line = await readTaskLine({
  name: "mutations",
  summary:
    "Put known faults back into a copy of the sources, one at a time, and count the seeds until each is found.",
  numbers: [
    optionalInteger("from", "", [0, 0xffffffff], "The first seed; without it, 1."),
    optionalInteger(
      "count",
      "",
      [1, MAX_COUNT],
      `The most seeds to try for each fault; without it, ${DEFAULT_COUNT}.`,
    ),
  ],
  flags: [{ name: "only", value: "TEXT", help: "Only faults whose name contains TEXT." }],
  example: "deno task mutations --only yield",
  failure: "a fault was not found",
}, Deno.args);
Deno.exit(line.ok ? await run(line.flags.only, line.numbers) : sayWhyNot(line));

async function run(
  only: string | undefined,
  { from = 1, count = DEFAULT_COUNT }: {
    readonly from: number | undefined;
    readonly count: number | undefined;
  },
): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "rank-mutations-" });
  let missed = 0;
  try {
    for (const name of COPIED) await copy(join(ROOT, name), join(folder, name));
    // They would find some mutations before the first seed does.
    await Deno.remove(join(folder, "tests/simulation/regressions"), { recursive: true });
    await Deno.mkdir(join(folder, "tests/simulation/regressions"));
    console.log("| fault | from | found by | seeds | faults needed |\n| --- | --- | --- | ---: | ---: |");
    for (const mutation of MUTATIONS.filter(({ name }) => only === undefined || name.includes(only))) {
      const found = await search(mutation, folder, from, count);
      if (found === undefined) missed++;
      const { guarantee, seeds, needed } = found ?? { guarantee: "**not found**", seeds: count, needed: "" };
      const origin = mutation.origin === "found" ? "the product" : "made up";
      console.log(`| ${mutation.name} | ${origin} | ${guarantee} | ${seeds} | ${needed} |`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return missed === 0 ? TASK_EXIT.ok : TASK_EXIT.failed;
}

async function search(
  { file, edits, name, simulation = "single" }: Mutation,
  folder: string,
  from: number,
  count: number,
): Promise<{ readonly guarantee: string; readonly seeds: number; readonly needed: number } | undefined> {
  const path = join(folder, file);
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, mutate(text, edits));
  const program = join(folder, "tests/simulation/main.ts");
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    // Without a type check: a mutation may leave variables unused.
    args: [
      "run",
      "--no-check",
      "--no-prompt",
      "--allow-all",
      program,
      `--${simulation}`,
      "--from",
      `${from}`,
      "--count",
      `${count}`,
    ],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  await Deno.writeTextFile(path, text);
  if (code === TASK_EXIT.ok) return undefined;
  const output = new TextDecoder().decode(stdout);
  const [, guarantee] = /^VIOLATION of (.+?) at /m.exec(output) ?? [];
  const [, seed, needed] = /^Seed (\d+).*; (\d+) of /m.exec(output) ?? [];
  if (guarantee === undefined) {
    throw new Error(`"${name}" ended with code ${code}:\n${output}\n${new TextDecoder().decode(stderr)}`);
  }
  return { guarantee, seeds: Number(seed) - from + 1, needed: Number(needed) };
}

async function copy(from: string, to: string): Promise<void> {
  const { isDirectory } = await Deno.stat(from);
  if (!isDirectory) return await Deno.copyFile(from, to);
  await Deno.mkdir(to);
  for await (const { name } of Deno.readDir(from)) await copy(join(from, name), join(to, name));
}

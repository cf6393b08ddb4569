// The command line of `deno task bench`.

import { parseArgs } from "@std/cli/parse-args";
import { GROUPS, GROWTH_GROUP, type Row, type RowGroup } from "./rows/mod.ts";

export const HELP = `Measure rankserver beside redis-server, nats-server and a raw broadcaster.

Usage: deno task bench [OPTIONS]

  --quick         one short repetition without the slowest rows, under two minutes
  --repeat N      repetitions (5)
  --only ROW,...  only these rows; a part of a name is enough: --only closed,memory
  --peers P,...   only beside these: redis,nats,raw
  --window N      messages on their way at most (256)
  --source        the sources in place of the executable
  --unpinned      leave it to the kernel on which processor who runs
  --svg FILE      also measure growth with the clients, and draw it there
  --markdown FILE put the figures between the marks in FILE: docs/performance.md has them
  --json          print JSON
  --help          print this
`;

export interface Options {
  readonly groups: readonly RowGroup[];
  readonly peers: readonly string[];
  readonly repetitions: number;
  readonly seconds: number;
  readonly window: number;
  readonly isSource: boolean;
  readonly isPinned: boolean;
  readonly isJson: boolean;
  readonly svg: string | undefined;
  readonly markdown: string | undefined;
}

/** @returns what is wrong, as a text, or `undefined` where help is asked for. */
export function readOptions(words: string[]): Options | string | undefined {
  const unknown: string[] = [];
  const args = parseArgs(words, {
    boolean: ["quick", "json", "source", "unpinned", "help"],
    string: ["repeat", "only", "peers", "window", "svg", "markdown"],
    unknown: (word) => (unknown.push(word), false),
  });
  if (args.help) return undefined;
  if (unknown.length > 0) return `${unknown[0]} is not understood`;
  const repetitions = Number(args.repeat ?? (args.quick ? 1 : 5));
  const window = Number(args.window ?? 256);
  if (!Number.isInteger(repetitions) || repetitions < 1) return "--repeat takes a number from 1";
  if (!Number.isInteger(window) || window < 1 || window > 4096) {
    return "--window takes a number from 1 to 4096";
  }
  const parts = args.only?.split(",");
  const isWanted = (row: Row) =>
    parts === undefined ? !(args.quick && row.isSlow) : parts.some((part) => row.key.includes(part));
  const chosen = GROUPS.map(({ title, rows }) => ({ title, rows: rows.filter(isWanted) }));
  const groups = [...chosen, ...(args.svg === undefined ? [] : [GROWTH_GROUP])].filter(({ rows }) =>
    rows.length > 0
  );
  if (groups.length === 0) return `--only ${args.only} names no row`;
  return {
    groups,
    peers: args.peers?.split(",") ?? ["redis", "nats", "raw"],
    repetitions,
    seconds: args.quick ? 0.3 : 1,
    window,
    isSource: args.source,
    isPinned: !args.unpinned,
    isJson: args.json,
    svg: args.svg,
    markdown: args.markdown,
  };
}

// What the attacks came to: a line for each as it ends and, for `deno task attacks`, all of them as a table.

import type { Phase } from "./bystander.ts";

export interface Row {
  readonly attack: string;
  readonly tried: number;
  readonly refused: number;
  readonly calm: Phase;
  readonly attacked: Phase;
  /** The server's resident memory at its peak, in bytes. */
  readonly memory: number;
  /** The server's open descriptors before the attack and after it. */
  readonly descriptors: number;
  readonly left: number;
}

/** Names a file to which each row is added as a line of JSON. */
export const ROWS_VARIABLE = "ATTACK_ROWS";

const HEAD = [
  "attack",
  "tried",
  "refused",
  "p50 calm",
  "p50 attack",
  "p99 calm",
  "p99 attack",
  "ratio",
  "commands",
  "peak memory",
] as const;

export async function report(row: Row): Promise<void> {
  console.log(HEAD.map((title, i) => `${title} ${cells(row)[i]}`).slice(1).join(", "));
  const path = Deno.env.get(ROWS_VARIABLE);
  if (path !== undefined) await Deno.writeTextFile(path, `${JSON.stringify(row)}\n`, { append: true });
}

/** The rows as a Markdown table, which is as legible in a terminal. */
export function renderRows(rows: readonly Row[]): string {
  const body = rows.map(cells);
  const widths = HEAD.map((title, i) => Math.max(title.length, ...body.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) =>
    `| ${
      row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join(" | ")
    } |\n`;
  const rule = widths.map((width, i) => i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`);
  return [HEAD, rule, ...body].map(line).join("");
}

function cells({ attack, tried, refused, calm, attacked, memory }: Row): string[] {
  return [
    attack,
    String(tried),
    String(refused),
    ms(calm.p50),
    ms(attacked.p50),
    ms(calm.p99),
    ms(attacked.p99),
    (attacked.p99 / calm.p99).toFixed(1),
    `${calm.delivered + attacked.delivered} of ${calm.sent + attacked.sent}`,
    `${Math.round(memory / 1_048_576)} MiB`,
  ];
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}

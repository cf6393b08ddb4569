// The files of examples/monitoring, and the queries in them.

import { join } from "node:path";
import { PROJECT } from "../../support/programs/start_process.ts";

export const FOLDER = join(PROJECT, "examples", "monitoring");

export function readExample(name: string): Promise<string> {
  return Deno.readTextFile(join(FOLDER, name));
}

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}

export async function readPanels(): Promise<readonly Panel[]> {
  return JSON.parse(await readExample("dashboard.json")).panels;
}

/** The queries of the dashboard, with values in place of Grafana's variables. */
export async function dashboardQueries(): Promise<string[]> {
  const panels = await readPanels();
  return panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
    .map((expr) => expr.replaceAll("$__rate_interval", "1m").replaceAll("$instance", ".*"));
}

/** The names of metrics in a text, without what a histogram appends to them. */
export function metricsIn(text: string): Set<string> {
  const names = text.match(/\b(?:rankserver|process)_\w+/g) ?? [];
  return new Set(names.map((name) => name.replace(/_(?:bucket|count|sum)$/, "")));
}

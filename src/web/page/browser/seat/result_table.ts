// The results of a run in the same table as at the terminal: one row for all members with the same output, and each
// failure in its own.

import type { DryRunSummary, RunResult, RunSummary } from "../../../../protocol/methods/mod.ts";
import { foldResults, formatRanks, type ResultGroup } from "../../../../protocol/results/mod.ts";
import { statusText } from "../activity/mod.ts";
import { countText, element, isolated } from "../dom/mod.ts";

/** Names listed beside the ranks, at most. */
const MAX_NAMES = 3;

export function resultTable(results: readonly RunResult[]): HTMLTableElement {
  return table(["Status", "Ranks", "Output"], foldResults(results).map(groupRow));
}

export function summaryText(summary: RunSummary): string {
  const { executors, results: _results, ...counts } = summary;
  const parts = Object.entries(counts).filter(([, count]) => count > 0).map(([status, count]) =>
    `${count} ${statusText(status)}`
  );
  return `${countText(executors, "executor")}: ${parts.join(", ")}`;
}

export function dryRunTable({ results }: DryRunSummary): HTMLTableElement {
  return table(
    ["Rank", "Name", "Would execute it"],
    results.map(({ rank, name, would_run, message, reason }) =>
      row(
        element("td", { text: rank ?? "", class: "number" }),
        element("td", { class: "long" }, isolated(name ?? "")),
        would_run
          ? element("td", { text: "Yes" })
          : element("td", { class: "long" }, "No: ", isolated(message ?? reason ?? "")),
      )
    ),
  );
}

function groupRow({ status, answer, executors }: ResultGroup): HTMLTableRowElement {
  const { code, signal, reason, stdout, stderr, cut } = answer;
  const ending = signal ?? (code === undefined || code === 0 ? undefined : `exit ${code}`);
  const text = ending === undefined ? statusText(status) : `${statusText(status)}, ${ending}`;
  const output = element("td", { class: "output" });
  if (reason !== undefined) output.append(element("p", { text: reason }));
  for (const [name, content] of [["", stdout], ["stderr: ", stderr]]) {
    if (content) output.append(element("pre", { text: `${name}${content.replace(/\r?\n$/, "")}` }));
  }
  if (cut) output.append(element("p", { class: "more", text: "The server has cut this output" }));
  const names = executors.slice(0, MAX_NAMES).flatMap(({ name = "" }, index) =>
    index === 0 ? [isolated(name)] : [", ", isolated(name)]
  );
  const ranks = element(
    "td",
    { class: "long" },
    element("span", { class: "ranks", text: formatRanks(executors.map(({ rank }) => rank)) }),
    element("small", {}, ...names, executors.length > MAX_NAMES ? ", …" : ""),
  );
  return row(element("td", {}, element("span", { class: `chip ${status}`, text })), ranks, output);
}

function table(heads: readonly string[], rows: readonly HTMLElement[]): HTMLTableElement {
  const head = row(...heads.map((text) => element("th", { scope: "col", text })));
  return element("table", { class: "results" }, element("thead", {}, head), element("tbody", {}, ...rows));
}

function row(...cells: readonly HTMLElement[]): HTMLTableRowElement {
  return element("tr", {}, ...cells);
}

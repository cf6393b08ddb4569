// One entry of the list. A command shows how its run ended when that is known; its failures open on a click.

import type { Activity, PageFailure } from "../../../messages/mod.ts";
import {
  clockText,
  commandWords,
  dateText,
  element,
  isolated,
  numberText,
  setTitle,
  shortTimeText,
} from "../dom/mod.ts";
import { activityParts, outcomeCounts, type Part, statusText } from "./activity_text.ts";

export type RunEntry = Activity & { readonly kind: "run" };

export class ActivityEntry {
  readonly element: HTMLLIElement;
  readonly #outcome = element("span", { class: "outcome" });
  readonly #what = element("span", { class: "what" });

  constructor(entry: Activity) {
    const time = element("time", { datetime: new Date(entry.at).toISOString(), text: clockText(entry.at) });
    setTitle(time, dateText(entry.at));
    this.say(entry);
    const level = entry.kind === "server" ? ` ${entry.level}` : "";
    this.element = element("li", { class: `entry ${entry.kind}${level}` }, time, this.#what, this.#outcome);
    if (entry.kind === "command" && entry.run !== undefined) this.#outcome.append(chip("running", "running"));
    if (entry.kind === "run") this.showRun(entry);
  }

  /** Shows another text in the same place. */
  say(entry: Activity): void {
    this.#what.replaceChildren(...activityParts(entry).map(partElement));
  }

  showRun({ counts, failures, ms }: RunEntry): void {
    const outcomes = outcomeCounts(counts);
    const chips = outcomes.map(({ status, count }) =>
      chip(`${numberText(count)} ${statusText(status)}`, status)
    );
    const time = element("span", { class: "took", text: shortTimeText(ms) });
    if (failures.length === 0) return this.#outcome.replaceChildren(...chips, time);
    const failed = outcomes.reduce(
      (sum, { status, count }) => status === "ok" || status === "delivered" ? sum : sum + count,
      0,
    );
    const summary = element(
      "summary",
      { title: "Show the failures" },
      ...chips,
      time,
      element("span", { class: "unseen", text: "show the failures" }),
    );
    this.#outcome.replaceChildren(element("details", {}, summary, failureTable(failures, failed)));
    this.element.classList.add("has-failures");
  }
}

function partElement(part: Part): HTMLElement {
  if (part.kind === "command") return element("code", {}, ...commandWords(part.command, part.args));
  return element(part.kind ?? "span", { text: part.text });
}

/** @param failed how many there are; the server sends only the first ones */
function failureTable(failures: readonly PageFailure[], failed: number): HTMLElement {
  const head = element(
    "tr",
    {},
    ...["Rank", "Name", "Status"].map((text) => element("th", { scope: "col", text })),
  );
  const rows = failures.map(({ rank, name, status }) =>
    element(
      "tr",
      {},
      element("td", { text: rank, class: "number" }),
      element("td", { class: "long" }, isolated(name ?? "no name")),
      element("td", {}, chip(statusText(status), status)),
    )
  );
  const table = element(
    "table",
    { "aria-label": "Failures" },
    element("thead", {}, head),
    element("tbody", {}, ...rows),
  );
  if (failed <= failures.length) return table;
  return element(
    "div",
    {},
    table,
    element("p", { class: "more", text: `and ${numberText(failed - failures.length)} more` }),
  );
}

function chip(text: string, status: string): HTMLElement {
  return element("span", { class: `chip ${status}`, text });
}

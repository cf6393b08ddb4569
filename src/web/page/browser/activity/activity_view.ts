// The panel of what happens: the newest entry first, at most a few hundred, drawn once per frame.

import type { Activity } from "../../../messages/mod.ts";
import { type Announcer, button, byId, FrameBatch, numberText, setText } from "../dom/mod.ts";
import { ActivityEntry } from "./activity_entry.ts";
import { type Filter, FILTERS, filtersOf, isFailed } from "./activity_text.ts";

const MAX_ENTRIES = 200;

/** A program connects and then sends its name. */
const NAMED_WITHIN_MS = 2_000;

interface Listed {
  readonly at: number;
  readonly entry: ActivityEntry;
  readonly filters: Set<Filter>;
  readonly run: number | undefined;
  /** Of a client that joined. */
  readonly address: string | undefined;
}

export class ActivityView {
  readonly #list: HTMLElement = byId("entries");
  readonly #batch: FrameBatch = new FrameBatch(() => this.#draw());
  readonly #announcer: Announcer;
  readonly #buttons: Map<Filter, HTMLButtonElement> = new Map();
  #pending: Activity[] = [];
  /** Oldest first. */
  #listed: Listed[] = [];
  #byRun: Map<number, Listed> = new Map();
  #filter: Filter = "all";

  constructor(announcer: Announcer) {
    this.#announcer = announcer;
    for (const { filter } of FILTERS) {
      const choice = button("", () => this.#choose(filter));
      this.#buttons.set(filter, choice);
      byId("filters").append(choice);
    }
    this.#choose("all");
  }

  replace(entries: readonly Activity[]): void {
    this.#pending = [];
    this.#listed = [];
    this.#byRun = new Map();
    this.#list.replaceChildren();
    this.#queue(entries);
  }

  add(entries: readonly Activity[]): void {
    this.#queue(entries);
    for (const entry of entries) {
      if (entry.kind === "run" && isFailed(entry.counts)) {
        this.#announcer.say(`A run of ${entry.command} had failures`);
      }
    }
  }

  #queue(entries: readonly Activity[]): void {
    this.#pending.push(...entries);
    // Those between would leave the list before anyone saw them.
    if (this.#pending.length > MAX_ENTRIES) this.#pending = this.#pending.slice(-MAX_ENTRIES);
    this.#batch.schedule();
  }

  #draw(): void {
    const drawn: Node[] = [];
    for (const activity of this.#pending) {
      if (this.#isJoinedToEarlier(activity)) continue;
      drawn.unshift(this.#makeListed(activity).entry.element);
    }
    this.#pending = [];
    this.#list.prepend(...drawn);
    this.#trim();
    this.#showCounts();
  }

  /** The end of a run becomes part of the entry of its command, and a first name that of the client that joined. */
  #isJoinedToEarlier(activity: Activity): boolean {
    if (activity.kind === "run") {
      const began = this.#byRun.get(activity.run);
      if (began === undefined) return false;
      this.#byRun.delete(activity.run);
      began.entry.showRun(activity);
      for (const filter of filtersOf(activity)) began.filters.add(filter);
      this.#classify(began);
      return true;
    }
    if (activity.kind !== "named") return false;
    const { client, at } = activity;
    const joined = this.#listed.findLast(({ address }) => address === client.address);
    if (joined === undefined || at - joined.at > NAMED_WITHIN_MS) return false;
    joined.entry.say({ ...activity, kind: "joined" });
    return true;
  }

  #makeListed(activity: Activity): Listed {
    const run = activity.kind === "command" ? activity.run : undefined;
    const { at } = activity;
    const address = activity.kind === "joined" ? activity.client.address : undefined;
    const entry = new ActivityEntry(activity);
    const listed = { at, entry, filters: new Set(filtersOf(activity)), run, address };
    this.#listed.push(listed);
    if (run !== undefined) this.#byRun.set(run, listed);
    this.#classify(listed);
    return listed;
  }

  #classify({ entry, filters }: Listed): void {
    for (const filter of filters) entry.element.classList.add(`is-${filter}`);
  }

  #trim(): void {
    for (const { entry, run } of this.#listed.splice(0, Math.max(0, this.#listed.length - MAX_ENTRIES))) {
      entry.element.remove();
      if (run !== undefined) this.#byRun.delete(run);
    }
  }

  #choose(filter: Filter): void {
    this.#filter = filter;
    this.#list.dataset["filter"] = filter;
    this.#list.scrollTop = 0;
    this.#showCounts();
  }

  #showCounts(): void {
    for (const { filter, label } of FILTERS) {
      const count = this.#listed.filter(({ filters }) => filters.has(filter)).length;
      const choice = this.#buttons.get(filter)!;
      setText(choice, `${label} ${numberText(count)}`);
      choice.setAttribute("aria-pressed", String(filter === this.#filter));
      if (filter === this.#filter) byId("activity-empty").hidden = count > 0;
    }
  }
}

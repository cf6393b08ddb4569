// The panel of the seats: the list, its search, and its counts.

import type { Changes, Figures, PageMember, PageWaiting, Snapshot } from "../../../messages/mod.ts";
import { type Announcer, byId, countText, FrameBatch, isolated, numberText, setText } from "../dom/mod.ts";
import { type LineChange, SeatLine } from "../live/mod.ts";
import { findItems, memberKey } from "./line_items.ts";
import { type Motion, NO_MOTION, SeatGrid } from "./seat_grid.ts";

/** More joins and departures than this in one frame are drawn without animation: it would be too fast to follow. */
const MAX_ANIMATED = 12;

export interface LineViewOptions {
  readonly announcer: Announcer;
  /** A person opened the row of a member. */
  onOpen(member: PageMember, rank: number): void;
}

export class LineView {
  readonly line: SeatLine = new SeatLine();
  readonly #grid: SeatGrid;
  readonly #batch: FrameBatch = new FrameBatch(() => this.#draw());
  readonly #announcer: Announcer;
  readonly #search: HTMLInputElement;
  #waiting: readonly PageWaiting[] = [];
  #nodes: ReadonlyMap<string, string> = new Map();
  #memberCount = 0;
  #ownTicket: number | undefined;
  #joined: Set<string> = new Set();
  #left: Set<string> = new Set();
  #isWhole = true;

  constructor({ announcer, onOpen }: LineViewOptions) {
    this.#announcer = announcer;
    const context = {
      isOwn: (ticket: number) => ticket === this.#ownTicket,
      nodeName: (id: string) => this.nodeName(id),
    };
    this.#grid = new SeatGrid(byId("grid"), byId("rows"), context, (item) => {
      if (item.kind === "member") onOpen(item.member, item.rank);
    });
    this.#search = byId("search") as HTMLInputElement;
    this.#search.addEventListener("input", () => this.#drawWhole());
    this.#search.addEventListener("keydown", ({ key }) => {
      if (key === "ArrowDown") byId("grid").focus();
    });
    setInterval(() => this.#grid.showTimes(Date.now()), 1_000);
  }

  replace({ server, members, waiting }: Snapshot): void {
    this.line.replace({ members });
    this.#waiting = waiting;
    this.#showFigures(server);
    this.#drawWhole();
  }

  apply(changes: Changes): void {
    const change = this.line.apply(changes);
    for (const { ticket } of change.joined) this.#joined.add(memberKey(ticket));
    for (const { ticket } of change.left) this.#left.add(memberKey(ticket));
    if (changes.waiting !== undefined) this.#waiting = changes.waiting;
    this.#showFigures(changes.server);
    this.#announce(change);
    this.#batch.schedule();
  }

  /** The seat that this page has; `undefined`: none. */
  showOwn(ticket: number | undefined): void {
    if (ticket === this.#ownTicket) return;
    this.#ownTicket = ticket;
    this.#drawWhole();
  }

  nodeName(id: string): string {
    return this.#nodes.get(id) ?? id;
  }

  #showFigures({ members, cluster }: Figures): void {
    this.#memberCount = members;
    this.#nodes = new Map(cluster?.nodes.map(({ id, name }) => [id, name]));
    byId("grid").classList.toggle("in-cluster", cluster !== undefined);
  }

  #drawWhole(): void {
    this.#isWhole = true;
    this.#batch.schedule();
  }

  #draw(): void {
    const { members } = this.line;
    const search = this.#search.value;
    const waiting = this.#waiting;
    const { items, matches } = findItems({ members, waiting, search, nodeName: (id) => this.nodeName(id) });
    const isBusy = this.#isWhole || this.#joined.size + this.#left.size > MAX_ANIMATED;
    const motion: Motion = isBusy ? NO_MOTION : { joined: this.#joined, left: this.#left, isBusy };
    this.#joined = new Set();
    this.#left = new Set();
    this.#isWhole = false;
    this.#grid.show(items, motion);
    const isSearching = search.trim() !== "";
    setText(byId("line-count"), isSearching ? countText(matches, "match", "matches") : this.#countText());
    const empty = byId("line-empty");
    empty.hidden = items.length > 0;
    empty.replaceChildren(
      ...(isSearching ? ["Nothing matches “", isolated(search.trim()), "”."] : ["No seat is taken."]),
    );
  }

  #countText(): string {
    const shown = this.line.members.length;
    if (shown < this.#memberCount) {
      return `the first ${numberText(shown)} of ${countText(this.#memberCount, "member")}`;
    }
    return countText(this.#memberCount, "member");
  }

  #announce({ joined, left, first }: LineChange): void {
    if (joined.length === 1) this.#announcer.say(`${joined[0]!.name} joined`);
    else if (joined.length > 1) this.#announcer.say(`${countText(joined.length, "member")} joined`);
    if (left.length === 1) this.#announcer.say(`${left[0]!.name} left`);
    else if (left.length > 1) this.#announcer.say(`${countText(left.length, "member")} left`);
    if (first !== undefined) this.#announcer.say(`${first.name} now has rank 0`);
  }
}

// The list of rows, of which only those in view exist. A row keeps its element while it is in view, so that it slides
// to its new place when its rank changes.

import type { LineItem } from "./line_items.ts";
import { type RowContext, SeatRow } from "./seat_row.ts";

/** Rows that are drawn above and below the visible ones, for fast scrolling. */
const OVERSCAN = 6;
const LEAVING_MS = 260;

/** What has just changed, by the keys of rows; `isBusy`: so much that nothing is animated. */
export interface Motion {
  readonly joined: ReadonlySet<string>;
  readonly left: ReadonlySet<string>;
  readonly isBusy: boolean;
}

export const NO_MOTION: Motion = { joined: new Set(), left: new Set(), isBusy: true };

export class SeatGrid {
  readonly #grid: HTMLElement;
  readonly #rows: HTMLElement;
  readonly #context: RowContext;
  readonly #onOpen: (item: LineItem) => void;
  readonly #drawn: Map<string, SeatRow> = new Map();
  #items: readonly LineItem[] = [];
  #rowHeight = 44;
  #active: string | undefined;
  #activeIndex = 0;

  constructor(grid: HTMLElement, rows: HTMLElement, context: RowContext, onOpen: (item: LineItem) => void) {
    this.#grid = grid;
    this.#rows = rows;
    this.#context = context;
    this.#onOpen = onOpen;
    grid.addEventListener("scroll", () => this.#draw(NO_MOTION), { passive: true });
    grid.addEventListener("keydown", (event) => this.#onKey(event));
    rows.addEventListener("click", ({ target }) => this.#onClick(target as Element));
    new ResizeObserver(() => {
      this.#rowHeight = parseFloat(getComputedStyle(grid).getPropertyValue("--row-height")) || 44;
      this.#draw(NO_MOTION);
    }).observe(grid);
  }

  show(items: readonly LineItem[], motion: Motion): void {
    this.#items = items;
    this.#grid.setAttribute("aria-rowcount", String(items.length + 1));
    this.#rows.classList.toggle("busy", motion.isBusy);
    this.#draw(motion);
  }

  showTimes(now: number): void {
    for (const row of this.#drawn.values()) row.showTime(now);
  }

  #draw({ joined, left, isBusy }: Motion): void {
    const height = this.#rowHeight;
    const total = `${this.#items.length * height}px`;
    if (this.#rows.style.height !== total) this.#rows.style.height = total;
    const { scrollTop, clientHeight } = this.#grid;
    const first = Math.max(0, Math.floor(scrollTop / height) - OVERSCAN);
    const end = Math.min(this.#items.length, Math.ceil((scrollTop + clientHeight) / height) + OVERSCAN);
    const visible = this.#items.slice(first, end);
    const keys = new Set(visible.map(({ key }) => key));
    for (const [key, row] of this.#drawn) {
      if (!keys.has(key)) this.#release(row, left.has(key) && !isBusy);
    }
    visible.forEach((item, offset) => this.#drawRow(item, first + offset, joined.has(item.key), isBusy));
    this.#showActive();
  }

  #drawRow(item: LineItem, index: number, isNew: boolean, isBusy: boolean): void {
    const known = this.#drawn.get(item.key);
    const row = known ?? new SeatRow(item.key);
    const isBetter = row.show(item, this.#context);
    row.place(index, this.#rowHeight);
    if (known === undefined) {
      this.#drawn.set(item.key, row);
      if (isNew && !isBusy) row.element.classList.add("joined");
      this.#rows.append(row.element);
    } else if (isBetter && !isBusy) {
      row.element.classList.add("promoted");
    }
  }

  #release(row: SeatRow, isLeaving: boolean): void {
    this.#drawn.delete(row.key);
    if (!isLeaving) return row.element.remove();
    row.element.classList.add("leaving");
    row.element.removeAttribute("id");
    row.element.setAttribute("aria-hidden", "true");
    setTimeout(() => row.element.remove(), LEAVING_MS);
  }

  #onClick(target: Element): void {
    const key = target.closest<HTMLElement>(".row")?.dataset["key"];
    const index = this.#items.findIndex((item) => item.key === key);
    if (index < 0) return;
    this.#activate(index);
    this.#onOpen(this.#items[index]!);
  }

  #onKey(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.#grid.clientHeight / this.#rowHeight) - 2);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -Infinity,
      End: Infinity,
    };
    const move = moves[event.key];
    const active = this.#activeItem();
    if (move !== undefined) {
      const from = active === undefined ? -1 : this.#activeIndex;
      this.#activate(Math.min(Math.max(from + move, 0), this.#items.length - 1));
    } else if ((event.key === "Enter" || event.key === " ") && active !== undefined) {
      this.#onOpen(active);
    } else return;
    event.preventDefault();
  }

  /** The active item, also after it moved; after it left, the one in its place. */
  #activeItem(): LineItem | undefined {
    if (this.#active === undefined) return undefined;
    const index = this.#items[this.#activeIndex]?.key === this.#active
      ? this.#activeIndex
      : this.#items.findIndex(({ key }) => key === this.#active);
    if (index >= 0) this.#activeIndex = index;
    this.#activeIndex = Math.min(this.#activeIndex, this.#items.length - 1);
    this.#active = this.#items[this.#activeIndex]?.key;
    return this.#items[this.#activeIndex];
  }

  #activate(index: number): void {
    this.#activeIndex = index;
    this.#active = this.#items[index]?.key;
    const top = index * this.#rowHeight;
    const { scrollTop, clientHeight } = this.#grid;
    const headHeight = this.#rows.offsetTop;
    if (top < scrollTop) this.#grid.scrollTop = top;
    const bottom = top + this.#rowHeight + headHeight;
    if (bottom > scrollTop + clientHeight) this.#grid.scrollTop = bottom - clientHeight;
    this.#draw(NO_MOTION);
  }

  #showActive(): void {
    const key = this.#activeItem()?.key;
    for (const row of this.#drawn.values()) {
      row.element.classList.toggle("active", row.key === key);
      row.element.setAttribute("aria-selected", String(row.key === key));
    }
    if (key !== undefined && this.#drawn.has(key)) {
      this.#grid.setAttribute("aria-activedescendant", `row-${key}`);
    } else this.#grid.removeAttribute("aria-activedescendant");
  }
}

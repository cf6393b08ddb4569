// One row of the list: its cells are made once and then only their texts change.

import { dateText, durationText, element, setText, setTitle } from "../dom/mod.ts";
import type { LineItem } from "./line_items.ts";

/** What a row shows beside its item. */
export interface RowContext {
  /** Whether it is the seat that this page has taken. */
  isOwn(ticket: number): boolean;
  nodeName(id: string): string;
}

const CELLS = ["rank", "name", "address", "node", "lease", "since"] as const;
type CellName = typeof CELLS[number];

export class SeatRow {
  readonly element: HTMLElement;
  readonly key: string;
  /** Where it is drawn, counted in rows. */
  index = -1;
  #rank = -1;
  #item: LineItem | undefined;
  #since: number | undefined;
  readonly #cells: Readonly<Record<CellName, HTMLElement>>;
  readonly #name = element("bdi", { class: "name-text" });
  readonly #badges = element("span", { class: "badges" });

  constructor(key: string) {
    this.key = key;
    this.element = element("div", { class: "row", role: "row", id: `row-${key}` });
    this.element.dataset["key"] = key;
    this.#cells = Object.fromEntries(
      CELLS.map((name) => [name, element("span", { class: `cell ${name}`, role: "gridcell" })]),
    ) as Record<CellName, HTMLElement>;
    this.#cells.name.append(this.#name, this.#badges);
    this.element.append(...CELLS.map((name) => this.#cells[name]));
    this.element.addEventListener("animationend", () => this.element.classList.remove("joined", "promoted"));
  }

  /** @returns whether its rank is better than it was */
  show(item: LineItem, context: RowContext): boolean {
    if (item.kind === "member") return this.#showMember(item, context);
    if (item.kind === "heading") {
      this.element.classList.add("heading");
      setText(this.#name, item.text);
      return false;
    }
    const { place, name, address } = item.client;
    this.element.classList.add("waiting");
    setText(this.#cells.rank, `${place}.`);
    this.#showName(name, address);
    return false;
  }

  place(index: number, rowHeight: number): void {
    if (index !== this.index) this.element.setAttribute("aria-rowindex", String(index + 2));
    this.index = index;
    const transform = `translateY(${index * rowHeight}px)`;
    if (this.element.style.transform !== transform) this.element.style.transform = transform;
  }

  /** The times that pass while nothing else changes. */
  showTime(now: number): void {
    if (this.#since !== undefined) setText(this.#cells.since, durationText(now - this.#since));
  }

  #showMember(item: LineItem & { kind: "member" }, { isOwn: isOwnTicket, nodeName }: RowContext): boolean {
    const { member, rank } = item;
    const isBetter = rank < this.#rank;
    if (rank !== this.#rank) setText(this.#cells.rank, String(rank));
    this.#rank = rank;
    const isOwn = isOwnTicket(member.ticket);
    if (this.#item?.kind === "member" && this.#item.member === member && this.#isOwn() === isOwn) {
      return isBetter;
    }
    this.#item = item;
    const { name, address, node, leaseMs, away, leads, since } = member;
    this.#showName(name, address);
    setText(this.#cells.node, node === undefined ? "" : nodeName(node));
    setText(this.#cells.lease, leaseMs === undefined ? "" : durationText(leaseMs));
    this.#since = since;
    setTitle(this.#cells.since, `Since ${dateText(since)}`);
    this.showTime(Date.now());
    const { classList } = this.element;
    classList.toggle("leader", leads === true);
    classList.toggle("away", away === true);
    classList.toggle("own", isOwn);
    this.#badges.replaceChildren(
      ...(leads ? [badge("Leader", "leader")] : []),
      ...(away ? [badge("Away", "away")] : []),
      ...(isOwn ? [badge("You", "own")] : []),
    );
    return isBetter;
  }

  #isOwn(): boolean {
    return this.element.classList.contains("own");
  }

  /** A client without a name of its own has its address instead. */
  #showName(name: string, address: string): void {
    setText(this.#name, name);
    setText(this.#cells.address, name === address ? "" : address);
    setTitle(this.#name, name);
  }
}

function badge(text: string, kind: string): HTMLElement {
  return element("span", { class: `badge ${kind}`, text });
}

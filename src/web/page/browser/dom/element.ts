// Builds elements without markup, so that no text of the server is ever read as HTML, and none moves that of the page.

import { shownLines, shownText } from "./shown_text.ts";

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element; `text` becomes its text, `true` an attribute without a value, `false` and `undefined` none. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  { text, ...attributes }: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  if (text !== undefined) {
    made.textContent = tag === "pre" ? shownLines(String(text)) : shownText(String(text));
  }
  made.append(...children.map((child) => typeof child === "string" ? shownText(child) : child));
  return made;
}

/** A text of others between words of the page: its reading direction is its own. */
export function isolated(text: string): HTMLElement {
  return element("bdi", { text });
}

const SVG = "http://www.w3.org/2000/svg";

export function svgElement<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Node[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, tag);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

/** A button that does not submit a form. */
export function button(text: string, onClick: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = element("button", { type: "button", text, ...attributes });
  made.addEventListener("click", onClick);
  return made;
}

/** Attributes that people read; others are for the browser. */
const READ: ReadonlySet<string> = new Set(["title", "aria-label", "placeholder"]);

/** An element of page.html. @throws {Error} if the page does not have it */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`Cannot find #${id} in the page`);
  return found;
}

/** Writes a text only when it differs, which costs no layout. */
export function setText(node: Node, text: string): void {
  const shown = shownText(text);
  if (node.textContent !== shown) node.textContent = shown;
}

/** What is shown when the pointer rests on an element; may have several lines. */
export function setTitle(element: HTMLElement, text: string): void {
  element.title = shownLines(text);
}

function setAttributes(made: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    made.setAttribute(name, value === true ? "" : READ.has(name) ? shownText(String(value)) : String(value));
  }
}

// Builds elements without markup, so that no text of the server is ever read as HTML.

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element; `text` becomes its text, `true` an attribute without a value, `false` and `undefined` none. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  { text, ...attributes }: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  if (text !== undefined) made.textContent = String(text);
  made.append(...children);
  return made;
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

/** An element of page.html. @throws {Error} if the page does not have it */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`Cannot find #${id} in the page`);
  return found;
}

/** Writes a text only when it differs, which costs no layout. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

function setAttributes(made: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    made.setAttribute(name, value === true ? "" : String(value));
  }
}

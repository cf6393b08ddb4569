// One small chart: its title, its current value, and a curve of the last hour.

import { element, numberText, setText, svgElement } from "../dom/mod.ts";
import { areaPath, barPath, linePath, type PlotPoint, type PlotSize, roundedUp } from "./plot_path.ts";

const WIDTH = 720;
const HEIGHT = 64;
export const SPAN_SECONDS = 3_600;

export interface PlotOptions {
  readonly title: string;
  /** The class of its colors. */
  readonly kind: string;
  readonly digits: number;
  /** Bars, for what is mostly 0; else a curve. */
  readonly hasBars?: boolean | undefined;
}

export class Plot {
  readonly element: HTMLElement;
  readonly #options: PlotOptions;
  readonly #value = element("span", { class: "plot-value", text: "–" });
  readonly #max = element("span", { class: "plot-max", "aria-hidden": "true" });
  readonly #svg: SVGSVGElement;
  readonly #area = svgElement("path", { class: "area" });
  readonly #line = svgElement("path", { class: "line" });
  readonly #marker = svgElement("line", { class: "marker", y1: 0, y2: HEIGHT });

  constructor(options: PlotOptions) {
    this.#options = options;
    const grid = [0, 0.5].map((part) =>
      svgElement("line", { class: "rule", x1: 0, x2: WIDTH, y1: HEIGHT * part, y2: HEIGHT * part })
    );
    this.#svg = svgElement(
      "svg",
      {
        viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
        preserveAspectRatio: "none",
        role: "img",
      },
      ...grid,
      this.#area,
      this.#line,
      this.#marker,
    );
    const title = element("span", { class: "plot-title", text: options.title });
    const head = element("div", { class: "plot-head" }, title, this.#value);
    const box = element("div", { class: "plot-box" });
    box.append(this.#svg, this.#max);
    this.element = element("div", { class: `plot ${options.kind}` }, head, box);
  }

  show(points: readonly PlotPoint[]): void {
    const values = points.map(({ value }) => value);
    const max = roundedUp(Math.max(0, ...values));
    const size: PlotSize = { width: WIDTH, height: HEIGHT, span: SPAN_SECONDS, max };
    const { title, hasBars } = this.#options;
    this.#area.setAttribute("d", hasBars ? "" : areaPath(points, size));
    this.#line.setAttribute("d", hasBars ? barPath(points, size) : linePath(points, size));
    const last = values.at(-1);
    setText(this.#value, last === undefined ? "–" : this.text(last));
    setText(this.#max, last === undefined ? "" : numberText(max));
    this.#svg.setAttribute(
      "aria-label",
      last === undefined ? `${title}: nothing measured yet` : `${title}: now ${this.text(last)}, lowest ` +
        `${this.text(Math.min(...values))}, highest ${this.text(Math.max(...values))} in the last hour`,
    );
  }

  /** Marks a point in time; `undefined`: none. @param age in seconds */
  mark(age: number | undefined): void {
    this.#marker.classList.toggle("shown", age !== undefined);
    if (age === undefined) return;
    const x = WIDTH * (1 - age / SPAN_SECONDS);
    this.#marker.setAttribute("x1", String(x));
    this.#marker.setAttribute("x2", String(x));
  }

  text(value: number): string {
    return numberText(Number(value.toFixed(this.#options.digits)));
  }
}

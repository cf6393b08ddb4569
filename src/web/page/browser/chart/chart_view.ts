// The panel of the last hour: three curves over the same time. The pointer or the arrow keys read a moment.

import type { ChartPoint } from "../../../messages/mod.ts";
import { byId, clockText, countText, element, FrameBatch, setText } from "../dom/mod.ts";
import { Plot, type PlotOptions, SPAN_SECONDS } from "./plot.ts";

type Series = Exclude<keyof ChartPoint, "at">;

const SERIES: readonly (Omit<PlotOptions, "kind"> & { readonly series: Series })[] = [
  { series: "members", title: "Members", digits: 0 },
  { series: "commandsPerSecond", title: "Commands per second", digits: 1 },
  { series: "failures", title: "Failures", digits: 0, hasBars: true },
];

const MAX_POINTS = 360;

export class ChartView {
  readonly #plots: ReadonlyMap<Series, Plot>;
  readonly #box: HTMLElement = byId("plots");
  readonly #batch: FrameBatch = new FrameBatch(() => this.#draw());
  #points: readonly ChartPoint[] = [];
  /** The index of the point that is read. */
  #read: number | undefined;

  constructor() {
    this.#plots = new Map(
      SERIES.map(({ series, ...options }) => [series, new Plot({ kind: series, ...options })]),
    );
    const axis = element("div", { class: "axis", "aria-hidden": "true" });
    axis.append(...["60 min ago", "30 min", "now"].map((text) => element("span", { text })));
    this.#box.append(...[...this.#plots.values()].map((plot) => plot.element), axis);
    this.#box.tabIndex = 0;
    this.#box.setAttribute("role", "group");
    this.#box.setAttribute("aria-label", "Charts of the last hour; the arrow keys read a moment");
    this.#box.addEventListener("pointermove", (event) => this.#onPointer(event));
    this.#box.addEventListener("pointerleave", () => this.#choose(undefined));
    this.#box.addEventListener("blur", () => this.#choose(undefined));
    this.#box.addEventListener("keydown", (event) => this.#onKey(event));
  }

  replace(points: readonly ChartPoint[]): void {
    this.#points = points.slice(-MAX_POINTS);
    this.#batch.schedule();
  }

  add(point: ChartPoint): void {
    this.replace([...this.#points, point]);
  }

  #draw(): void {
    for (const [series, plot] of this.#plots) {
      plot.show(this.#points.map((point) => ({ age: this.#age(point), value: point[series] })));
    }
    this.#showRead();
  }

  /** In seconds before the newest point. */
  #age({ at }: ChartPoint): number {
    return (this.#points.at(-1)!.at - at) / 1_000;
  }

  #onPointer({ clientX }: PointerEvent): void {
    const box = this.#box.querySelector(".plot-box")!.getBoundingClientRect();
    const age = SPAN_SECONDS * (1 - (clientX - box.left) / box.width);
    const nearest = this.#points.reduce<number | undefined>(
      (best, point, index) =>
        best === undefined ||
          Math.abs(this.#age(point) - age) < Math.abs(this.#age(this.#points[best]!) - age)
          ? index
          : best,
      undefined,
    );
    this.#choose(nearest);
  }

  #onKey(event: KeyboardEvent): void {
    const last = this.#points.length - 1;
    const from = this.#read ?? last + 1;
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last }[event.key];
    if (to === undefined || last < 0) return;
    event.preventDefault();
    this.#choose(Math.min(Math.max(to, 0), last));
  }

  #choose(index: number | undefined): void {
    this.#read = index;
    this.#showRead();
  }

  #showRead(): void {
    const point = this.#read === undefined ? undefined : this.#points[this.#read];
    for (const plot of this.#plots.values()) plot.mark(point && this.#age(point));
    const hint = this.#points.length === 0 ? "Measured every 10 seconds" : "";
    const text = point === undefined
      ? hint
      : `${clockText(point.at)}: ${countText(point.members, "member")}, ` +
        `${this.#plots.get("commandsPerSecond")!.text(point.commandsPerSecond)} commands/s, ` +
        countText(point.failures, "failure");
    setText(byId("chart-readout"), text);
  }
}

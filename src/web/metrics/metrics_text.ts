// Metrics in the text format of Prometheus, version 0.0.4. Own code: prom-client 15.1.3 takes 50 to 70 ms to load and 18 MB
// of memory (measured with Deno 2.9.6), most of it for node:http and default metrics that this server does not need.

import type { Histogram } from "./histogram.ts";

export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

type Labels = Readonly<Record<string, string>>;
/** One value, or one for each set of labels; `undefined`: there is none, and the metric is left out. */
type Values = number | undefined | Iterable<readonly [labels: Labels, value: number]>;

export class MetricsText {
  #text = "";

  /** What goes up and down. */
  gauge(name: string, help: string, values: Values): void {
    this.#add(name, help, "gauge", values);
  }

  /** What only goes up while the process runs; its name ends in `_total`. */
  counter(name: string, help: string, values: Values): void {
    this.#add(name, help, "counter", values);
  }

  histogram(name: string, help: string, { bounds, counts, sum }: Histogram): void {
    this.#head(name, help, "histogram");
    let count = 0;
    for (const [index, bound] of [...bounds, Infinity].entries()) {
      count += counts[index]!;
      this.#sample(`${name}_bucket`, { le: toText(bound) }, count);
    }
    this.#sample(`${name}_sum`, {}, sum);
    this.#sample(`${name}_count`, {}, count);
  }

  toString(): string {
    return this.#text;
  }

  #add(name: string, help: string, type: "gauge" | "counter", values: Values): void {
    if (values === undefined) return;
    this.#head(name, help, type);
    for (const [labels, value] of typeof values === "number" ? [[{}, values] as const] : values) {
      this.#sample(name, labels, value);
    }
  }

  #head(name: string, help: string, type: string): void {
    this.#text += `# HELP ${name} ${escape(help)}\n# TYPE ${name} ${type}\n`;
  }

  #sample(name: string, labels: Labels, value: number): void {
    const pairs = Object.entries(labels).map(([key, text]) =>
      `${key}="${escape(text).replaceAll('"', '\\"')}"`
    );
    this.#text += `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${toText(value)}\n`;
  }
}

/** The series of a counter with one label whose values are known. */
export function byLabel(label: string, counts: Readonly<Record<string, number>>) {
  return Object.entries(counts).map(([value, count]) => [{ [label]: value }, count] as const);
}

function escape(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function toText(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? "+Inf" : "-Inf";
}

// Draws how cost, memory and promotion grow with the clients: three charts in one SVG, both axes logarithmic, since what
// matters is whether ten times the clients cost ten times as much. Each line has its name at its end; the thin strokes
// are the spread. One set of colours that can be read on a light and on a dark page alike: nobody knows which it will be.

import { logScale } from "./log_scale.ts";
import { type Peer, PEERS } from "../servers/peers.ts";
import type { Summary } from "./statistics.ts";
import type { FilledRow } from "./table.ts";

interface Panel {
  /** Of the rows' keys, up to the number of clients. */
  readonly prefix: string;
  readonly title: string;
  /** What exactly was measured. */
  readonly about: string;
  readonly unit: string;
  /** From the rows' unit to `unit`. */
  readonly factor: number;
}

const PANELS: readonly Panel[] = [
  {
    prefix: "growth-cpu-",
    title: "Cost of a delivery",
    about: "server CPU, pipelined, 100 bytes",
    unit: "µs",
    factor: 1,
  },
  {
    prefix: "growth-memory-",
    title: "Memory per client",
    about: "resident, idle after connecting",
    unit: "kB",
    factor: 1e-3,
  },
  {
    prefix: "growth-promotion-",
    title: "Promotion",
    about: "until all know; others: one publish",
    unit: "ms",
    factor: 1e-3,
  },
];

const NAMES: Readonly<Record<Peer, string>> = {
  rankserver: "rankserver",
  redis: "redis",
  nats: "nats",
  raw: "raw Deno",
};

const PLOT = { width: 200, height: 210, left: 50, right: 98, top: 60, bottom: 44 } as const;
const PANEL_WIDTH = PLOT.left + PLOT.width + PLOT.right;
/** Between two names at the ends of their lines. */
const LABEL_HEIGHT = 15;

const STYLE = `
    text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #768390 }
    .title { font-size: 15px; font-weight: 600 }
    .about { font-size: 12px }
    .grid { stroke: #768390; stroke-opacity: .28 }
    .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }
    .spread { stroke-width: 1.5; stroke-opacity: .5 }
    .name { font-weight: 600 }
    .rankserver { stroke: #2f81f7 } .rankserver.line { stroke-width: 3.5 }
    .redis { stroke: #e5534b }
    .nats { stroke: #2da44e }
    .raw { stroke: #8b949e } .raw.line { stroke-dasharray: 1 5 }
    .name, circle { stroke: none }
    circle.rankserver, .name.rankserver { fill: #2f81f7 }
    circle.redis, .name.redis { fill: #e5534b }
    circle.nats, .name.nats { fill: #2da44e }
    circle.raw, .name.raw { fill: #8b949e }`;

interface Point {
  readonly clients: number;
  readonly value: Summary;
}

interface Line {
  readonly peer: Peer;
  readonly points: readonly Point[];
}

/** The SVG for the growth rows among `rows`. */
export function drawGrowth(rows: readonly FilledRow[]): string {
  const width = PANELS.length * PANEL_WIDTH;
  const height = PLOT.top + PLOT.height + PLOT.bottom;
  const panels = PANELS.map((panel, i) => {
    const lines = PEERS.map((peer) => ({ peer, points: pointsOf(rows, panel, peer) }));
    const place = `translate(${PLOT.left + i * PANEL_WIDTH} ${PLOT.top})`;
    return `<g transform="${place}">\n${
      drawPanel(panel, lines.filter(({ points }) => points.length > 0))
    }</g>\n`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img"\n` +
    `  aria-label="Cost, memory and promotion time against the number of clients, lower is better">\n` +
    `<style>${STYLE}\n</style>\n${panels.join("")}</svg>\n`;
}

/** By number of clients; what cannot stand on a logarithmic axis is left out. */
function pointsOf(rows: readonly FilledRow[], { prefix, factor }: Panel, peer: Peer): Point[] {
  return rows.filter((row) => row.key.startsWith(prefix) && (row.values[peer]?.min ?? 0) > 0)
    .map((row) => {
      const { median, min, max } = row.values[peer]!;
      const value = { median: median * factor, min: min * factor, max: max * factor };
      return { clients: Number(row.key.slice(prefix.length)), value };
    })
    .sort((a, b) => a.clients - b.clients);
}

function drawPanel({ title, about, unit }: Panel, lines: readonly Line[]): string {
  const points = lines.flatMap((line) => line.points);
  if (points.length === 0) return "";
  const x = logScale(points.map((point) => point.clients), 0, PLOT.width);
  const y = logScale(points.flatMap(({ value }) => [value.min, value.max]), PLOT.height, 0);
  const across = y.ticks.map(({ value, isLabelled }) =>
    `<path class="grid" d="M0 ${y.at(value)}h${PLOT.width}"/>` +
    (isLabelled ? `<text x="-8" y="${y.at(value) + 4}" text-anchor="end">${label(value)}</text>\n` : "\n")
  );
  const sizes = [...new Set(points.map((point) => point.clients))];
  const along = sizes.map((size) =>
    `<text x="${x.at(size)}" y="${PLOT.height + 20}" text-anchor="middle">${label(size)}</text>\n`
  );
  const drawn = lines.map(({ peer, points }) => {
    const path = points.map(({ clients, value }) => `${x.at(clients)} ${y.at(value.median)}`).join("L");
    const marks = points.map(({ clients, value: { median, min, max } }) =>
      `<path class="spread ${peer}" d="M${x.at(clients)} ${y.at(min)}V${y.at(max)}"/>` +
      `<circle class="${peer}" cx="${x.at(clients)}" cy="${y.at(median)}" r="3.5"/>`
    );
    return `<path class="line ${peer}" d="M${path}"/>${marks.join("")}\n`;
  });
  const ends = lines.map(({ peer, points }) => ({ peer, y: y.at(points.at(-1)!.value.median) }));
  const names = spreadOut(ends).map((end) =>
    `<text class="name ${end.peer}" x="${PLOT.width + 9}" y="${end.y + 4}">${NAMES[end.peer]}</text>\n`
  );
  return `<text class="title" y="-34">${title}, ${unit}</text><text class="about" y="-16">${about}</text>\n` +
    `${across.join("")}${along.join("")}` +
    `<text x="${PLOT.width / 2}" y="${PLOT.height + 38}" text-anchor="middle">clients</text>\n` +
    // Ours last, on top of the others.
    drawn.reverse().join("") + names.join("");
}

/** Names as near to the ends of their lines as they can be without covering each other, within the plot. */
function spreadOut<End extends { readonly y: number }>(ends: readonly End[]): End[] {
  const sorted = ends.toSorted((a, b) => a.y - b.y);
  const places = sorted.map(({ y }) => y);
  for (let i = 1; i < places.length; i++) places[i] = Math.max(places[i]!, places[i - 1]! + LABEL_HEIGHT);
  // What was pushed beyond the lower edge is pushed back up.
  for (let i = places.length - 1, edge = PLOT.height; i >= 0; i--, edge -= LABEL_HEIGHT) {
    places[i] = Math.min(places[i]!, edge);
  }
  return sorted.map((end, i) => ({ ...end, y: Math.round(places[i]! * 10) / 10 }));
}

function label(value: number): string {
  return value >= 1 ? value.toLocaleString("en-US") : String(Number(value.toPrecision(1)));
}

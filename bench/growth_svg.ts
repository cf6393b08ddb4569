// Draws how cost, memory and promotion grow with the clients: three small charts in one SVG, both axes logarithmic, since
// what matters is whether ten times the clients cost ten times as much. Legible on a light and on a dark page.

import { type Peer, PEERS } from "./peers.ts";
import type { FilledRow } from "./table.ts";

interface Panel {
  /** Of the rows' keys, up to the number of clients. */
  readonly prefix: string;
  readonly title: string;
  readonly unit: string;
  /** From the rows' unit to `unit`. */
  readonly factor: number;
}

const PANELS: readonly Panel[] = [
  { prefix: "growth-cpu-", title: "Server CPU per delivery", unit: "µs", factor: 1 },
  { prefix: "growth-memory-", title: "Memory per idle client", unit: "kB", factor: 1e-3 },
  { prefix: "growth-promotion-", title: "Until all are told of a change", unit: "ms", factor: 1e-3 },
];

const NAMES: Readonly<Record<Peer, string>> = {
  rankserver: "rankserver",
  redis: "redis-server",
  nats: "nats-server",
  raw: "raw broadcaster",
};

const PLOT = { width: 220, height: 190, left: 52, top: 66, gap: 78 } as const;
const WIDTH = PLOT.left + PANELS.length * PLOT.width + (PANELS.length - 1) * PLOT.gap + 24;
const HEIGHT = PLOT.top + PLOT.height + 52;

const STYLE = `
    text { font: 12px system-ui, sans-serif; fill: #57606a }
    .title { font-weight: 600; fill: #1f2328 }
    .grid { stroke: #d8dee4 }
    .line { fill: none; stroke-width: 2; stroke-linejoin: round }
    .rankserver { stroke: #0969da; fill: #0969da; stroke-width: 3 }
    .redis { stroke: #cf222e; fill: #cf222e }
    .nats { stroke: #1a7f37; fill: #1a7f37 }
    .raw { stroke: #8c959f; fill: #8c959f; stroke-dasharray: 4 3 }
    circle { stroke: none !important }
    .line.line { fill: none }
    @media (prefers-color-scheme: dark) {
      text { fill: #9198a1 }
      .title { fill: #e6edf3 }
      .grid { stroke: #3d444d }
      .rankserver { stroke: #58a6ff; fill: #58a6ff }
      .redis { stroke: #ff7b72; fill: #ff7b72 }
      .nats { stroke: #3fb950; fill: #3fb950 }
      .raw { stroke: #9198a1; fill: #9198a1 }
    }`;

interface Point {
  readonly clients: number;
  readonly value: number;
}

/** The SVG for the growth rows among `rows`. */
export function drawGrowth(rows: readonly FilledRow[]): string {
  const peers = PEERS.filter((peer) => PANELS.some((panel) => pointsOf(rows, panel, peer).length > 0));
  const panels = PANELS.map((panel, i) =>
    `<g transform="translate(${PLOT.left + i * (PLOT.width + PLOT.gap)} ${PLOT.top})">\n` +
    `${drawPanel(panel, peers.map((peer) => [peer, pointsOf(rows, panel, peer)]))}</g>\n`
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"\n` +
    `  aria-label="Cost, memory and promotion time against the number of clients">\n<style>${STYLE}\n</style>\n` +
    `${drawLegend(peers)}${panels.join("")}</svg>\n`;
}

/** The medians by number of clients; what cannot stand on a logarithmic axis is left out. */
function pointsOf(rows: readonly FilledRow[], { prefix, factor }: Panel, peer: Peer): Point[] {
  return rows.filter((row) => row.key.startsWith(prefix))
    .map((row) => ({
      clients: Number(row.key.slice(prefix.length)),
      value: (row.values[peer]?.median ?? 0) * factor,
    }))
    .filter((point) => point.value > 0)
    .sort((a, b) => a.clients - b.clients);
}

function drawLegend(peers: readonly Peer[]): string {
  return peers.map((peer, i) => {
    const x = PLOT.left + i * 150;
    return `<path class="line ${peer}" d="M${x} 18h22"/><text x="${x + 28}" y="22">${NAMES[peer]}</text>\n`;
  }).join("");
}

function drawPanel({ title, unit }: Panel, lines: readonly (readonly [Peer, readonly Point[]])[]): string {
  const points = lines.flatMap(([, points]) => points);
  if (points.length === 0) return "";
  const x = logScale(points.map((point) => point.clients), 0, PLOT.width);
  const y = logScale(points.map((point) => point.value), PLOT.height, 0);
  const across = y.ticks.map((tick) =>
    `<path class="grid" d="M0 ${y.at(tick)}h${PLOT.width}"/>` +
    `<text x="-8" y="${y.at(tick) + 4}" text-anchor="end">${label(tick)}</text>\n`
  );
  const along = x.ticks.map((tick) =>
    `<text x="${x.at(tick)}" y="${PLOT.height + 20}" text-anchor="middle">${label(tick)}</text>\n`
  );
  const drawn = lines.filter(([, points]) => points.length > 0).map(([peer, points]) => {
    const places = points.map(({ clients, value }) => [x.at(clients), y.at(value)] as const);
    const dots = places.map(([px, py]) => `<circle class="${peer}" cx="${px}" cy="${py}" r="3"/>`).join("");
    return `<path class="line ${peer}" d="M${places.map((place) => place.join(" ")).join("L")}"/>${dots}\n`;
  });
  // Ours last, on top of the others.
  return `<text class="title" x="0" y="-14">${title}, ${unit}</text>\n${across.join("")}${along.join("")}` +
    `<text x="${PLOT.width / 2}" y="${PLOT.height + 40}" text-anchor="middle">clients</text>\n` +
    drawn.reverse().join("");
}

interface Scale {
  readonly ticks: readonly number[];
  at(value: number): number;
}

/** From the power of ten at or below the least value to the one at or above the greatest. */
function logScale(values: readonly number[], from: number, to: number): Scale {
  const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9));
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
  const share = (value: number) => (Math.log10(value) - low) / (high - low);
  return { ticks, at: (value) => Math.round(10 * (from + share(value) * (to - from))) / 10 };
}

function label(tick: number): string {
  return tick >= 1 ? tick.toLocaleString("en-US") : String(Number(tick.toPrecision(1)));
}

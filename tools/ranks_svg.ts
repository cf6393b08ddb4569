// `deno task picture`: draws docs/ranks.svg, the picture in the README: clients in a line, a command that goes down, and
// the promotion when one leaves. Its colours can be read on a light and on a dark page alike.

const TARGET = new URL("../docs/ranks.svg", import.meta.url);

const COLOURS = { grey: "#768390", blue: "#2f81f7", green: "#2da44e", red: "#e5534b" } as const;
const BOX = { width: 210, height: 34, gap: 18 } as const;
const PANEL = { width: 310, left: 16, top: 56 } as const;
const HEIGHT = PANEL.top + 4 * (BOX.height + BOX.gap) + 14;

type Colour = keyof typeof COLOURS;

interface Box {
  /** Its place in the line, from the top. */
  readonly row: number;
  readonly name: string;
  readonly rank?: number;
  readonly colour?: Colour;
  /** For a client that comes or goes. */
  readonly isDashed?: boolean;
  /** Shown at the right of the box. */
  readonly note?: string;
}

interface Arrow {
  readonly from: number;
  readonly to: number;
  readonly colour: Colour;
  /** Where it runs, in pixels to the right of the boxes. */
  readonly offset: number;
  readonly isBlocked?: boolean;
}

interface Panel {
  readonly title: string;
  readonly about: string;
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

const PANELS: readonly Panel[] = [
  {
    title: "1. Arrival decides the rank",
    about: "rank 0 is the highest",
    boxes: [
      { row: 0, rank: 0, name: "alice" },
      { row: 1, rank: 1, name: "bob" },
      { row: 2, rank: 2, name: "carol" },
      { row: 3, rank: 3, name: "dave", colour: "blue", isDashed: true, note: "just arrived" },
    ],
    arrows: [],
  },
  {
    title: "2. Commands go down the line",
    about: "bob cannot command alice",
    boxes: [
      { row: 0, rank: 0, name: "alice" },
      { row: 1, rank: 1, name: "bob", colour: "blue", note: "sends uptime" },
      { row: 2, rank: 2, name: "carol", colour: "green", note: "ok" },
      { row: 3, rank: 3, name: "dave", colour: "green", note: "ok" },
    ],
    arrows: [
      { from: 1, to: 0, colour: "red", offset: 12, isBlocked: true },
      { from: 1, to: 2, colour: "green", offset: 12 },
      { from: 1, to: 3, colour: "green", offset: 24 },
    ],
  },
  {
    title: "3. One leaves, the rest move up",
    about: "the ranks never have a gap",
    boxes: [
      { row: 0, name: "alice", isDashed: true, note: "leaves" },
      { row: 1, rank: 0, name: "bob", colour: "blue", note: "was 1" },
      { row: 2, rank: 1, name: "carol", colour: "blue", note: "was 2" },
      { row: 3, rank: 2, name: "dave", colour: "blue", note: "was 3" },
    ],
    arrows: [
      { from: 1, to: 0, colour: "blue", offset: 12 },
      { from: 2, to: 1, colour: "blue", offset: 12 },
      { from: 3, to: 2, colour: "blue", offset: 12 },
    ],
  },
];

const STYLE = `
  text { font: 14px system-ui, -apple-system, "Segoe UI", sans-serif; fill: ${COLOURS.grey} }
  .title { font-size: 15px; font-weight: 600 }
  .about { font-size: 13px }
  .name { font-weight: 600 }
  .box, .arrow { fill: none; stroke: ${COLOURS.grey}; stroke-width: 2 }
  .dashed { stroke-dasharray: 5 4 }
${
  (["blue", "green", "red"] as const).map((colour) =>
    `  .${colour} { stroke: ${COLOURS[colour]} } text.${colour} { stroke: none; fill: ${COLOURS[colour]} }`
  ).join("\n")
}
`;

/** The picture as SVG. */
export function drawRanks(): string {
  const panels = PANELS.map((panel, i) =>
    `<g transform="translate(${PANEL.left + i * PANEL.width} ${PANEL.top})">\n${drawPanel(panel)}</g>\n`
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${
    PANEL.left + PANELS.length * PANEL.width
  } ${HEIGHT}" role="img"\n` +
    `  aria-label="Clients ranked by arrival; a command goes down the line; when one leaves, the rest move up">\n` +
    `<style>${STYLE}</style>\n${panels.join("")}</svg>\n`;
}

function drawPanel({ title, about, boxes, arrows }: Panel): string {
  return `<text class="title" y="-34">${title}</text><text class="about" y="-14">${about}</text>\n` +
    boxes.map(drawBox).join("") + arrows.map(drawArrow).join("");
}

function drawBox({ row, name, rank, colour = "grey", isDashed = false, note = "" }: Box): string {
  const y = rowTop(row);
  const baseline = y + BOX.height / 2 + 5;
  const text = (x: number, classes: string, content: string, anchor = "start") =>
    `<text class="${classes}" x="${x}" y="${baseline}" text-anchor="${anchor}">${content}</text>\n`;
  return `<rect class="box ${colour}${isDashed ? " dashed" : ""}" y="${y}" width="${BOX.width}" ` +
    `height="${BOX.height}" rx="6"/>\n` +
    (rank === undefined ? "" : text(14, `name ${colour}`, String(rank))) +
    text(34, `name ${colour}`, name) +
    (note === "" ? "" : text(BOX.width - 12, "about", note, "end"));
}

/** From the edge of one box to that of another, beside the boxes; a blocked one has a cross on its way. */
function drawArrow({ from, to, colour, offset, isBlocked = false }: Arrow): string {
  const start = rowTop(from) + BOX.height / 2 + (to > from ? 5 : -5);
  const end = rowTop(to) + BOX.height / 2 + (to > from ? -2 : 2);
  const x = BOX.width + offset;
  const line = `<path class="arrow ${colour}" d="M${BOX.width} ${start}H${x}V${end}H${
    BOX.width + 4
  }m5 -4l-5 4l5 4"/>`;
  const middle = (start + end) / 2;
  return line +
    (isBlocked ? `<path class="arrow ${colour}" d="M${x - 6} ${middle - 6}l12 12m0 -12l-12 12"/>` : "") +
    "\n";
}

function rowTop(row: number): number {
  return row * (BOX.height + BOX.gap);
}

if (import.meta.main) await Deno.writeTextFile(TARGET, drawRanks());

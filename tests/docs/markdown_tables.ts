// Reads the tables out of Markdown.

export interface Table {
  /** The last heading before it. */
  readonly heading: string;
  readonly head: readonly string[];
  /** Cells as they are shown, with their code marks and without the backslash before a bar. */
  readonly rows: readonly (readonly string[])[];
}

export function readTables(markdown: string): Table[] {
  const tables: { heading: string; lines: string[] }[] = [];
  let heading = "";
  let isTable = false;
  for (const line of markdown.replace(/^```[^]*?^```/gm, "").split("\n")) {
    const title = /^#+ (.+)$/.exec(line)?.[1];
    if (title !== undefined) heading = title.replaceAll("`", "");
    const isRow = line.startsWith("|");
    if (isRow && !isTable) tables.push({ heading, lines: [] });
    if (isRow) tables.at(-1)!.lines.push(line);
    isTable = isRow;
  }
  return tables.map(({ heading, lines: [head, , ...rows] }) => ({
    heading,
    head: cellsOf(head!),
    rows: rows.map(cellsOf),
  }));
}

function cellsOf(row: string): string[] {
  return row.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

// The live part of the screen: status rows and the line being typed, laid out into rows, and the escapes that put them
// in the place of what was painted before. Pure: text in, text out; terminal.ts writes it.

import { visible } from "../../../words/mod.ts";
import type { Style } from "../../output/mod.ts";
import { clipText, textWidth, wrapText } from "./screen_width.ts";

/** What the live part shows. */
export interface LiveView {
  /** One row each, above the prompt; cut when too long. */
  readonly status: readonly string[];
  readonly prompt: string;
  /** As typed: whatever it holds is made visible here. */
  readonly line: string;
  /** UTF-16 code units of `line` before the cursor. */
  readonly cursor: number;
}

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** What is on the screen, as far as erasing it needs. */
export interface Painted {
  /** Columns of each row from the first of the live part on. */
  readonly rowWidths: readonly number[];
  readonly cursorRow: number;
  readonly cursorColumn: number;
}

/** Nothing is painted: the cursor is at the start of an empty row. */
export const NOTHING_PAINTED: Painted = Object.freeze({ rowWidths: [], cursorRow: 0, cursorColumn: 0 });

interface Layout extends Painted {
  readonly rows: readonly string[];
}

/**
 * Takes away what is painted, writes `above` for good, and paints `view` below it; without a view the cursor is left at
 * the start of an empty row.
 *
 * @param size the size now: when it is narrower than it was, the terminal has folded the painted rows.
 */
export function repaint(
  painted: Painted,
  above: readonly string[],
  view: LiveView | undefined,
  size: ScreenSize,
  style: Style,
): { readonly text: string; readonly painted: Painted } {
  let text = erase(painted, size.columns);
  // In raw mode a line feed alone does not go back to the first column.
  for (const line of above) text += `${line}\r\n`;
  if (view === undefined) return { text, painted: NOTHING_PAINTED };
  const layout = layOut(view, size, style);
  text += layout.rows.join("\r\n");
  text += up(layout.rows.length - 1 - layout.cursorRow) + "\r" + right(layout.cursorColumn);
  const { rowWidths, cursorRow, cursorColumn } = layout;
  return { text, painted: { rowWidths, cursorRow, cursorColumn } };
}

function layOut(view: LiveView, size: ScreenSize, style: Style): Layout {
  // The last column stays free: a character there leaves the cursor in a state that terminals disagree about.
  const width = Math.max(2, size.columns - 1);
  const status = view.status.map((row) => clipText(visible(row), width));
  const typed = wrapText(view.prompt + visible(view.line), width);
  const beforeCursor = wrapText(view.prompt + visible(view.line.slice(0, view.cursor)), width);
  const cursorRow = Math.min(beforeCursor.length, typed.length) - 1;
  const cursorColumn = Math.min(width, textWidth(beforeCursor[cursorRow] ?? ""));

  // What has scrolled out at the top cannot be taken away again, so no more rows than the screen has: those at the cursor.
  const room = Math.max(1, size.rows - 1);
  const first = Math.max(0, Math.min(cursorRow - Math.floor(room / 2), typed.length - room));
  const shown = typed.slice(first, first + room);
  const kept = status.slice(0, room - shown.length);
  const plain = [...kept, ...shown];
  const rows = plain.map((row, index) => {
    if (index < kept.length) return style.faint(row);
    const isPromptRow = first === 0 && index === kept.length && row.startsWith(view.prompt);
    return isPromptRow ? style.strong(view.prompt) + row.slice(view.prompt.length) : row;
  });
  return {
    rows,
    rowWidths: plain.map(textWidth),
    cursorRow: kept.length + cursorRow - first,
    cursorColumn,
  };
}

function erase(painted: Painted, columns: number): string {
  const width = Math.max(1, columns);
  let rowsAbove = Math.floor(painted.cursorColumn / width);
  for (const rowWidth of painted.rowWidths.slice(0, painted.cursorRow)) {
    rowsAbove += Math.max(1, Math.ceil(rowWidth / width));
  }
  // The row by itself, then all behind its first column: cleared from the first column on, a screen whose first row this
  // is would be kept in the history by some terminals (tmux).
  return `${up(rowsAbove)}\r\x1b[K${right(1)}\x1b[J\r`;
}

/** ECMA-48 CUU and CUF; zero would mean one. */
function up(rows: number): string {
  return rows > 0 ? `\x1b[${rows}A` : "";
}

function right(columns: number): string {
  return columns > 0 ? `\x1b[${columns}C` : "";
}

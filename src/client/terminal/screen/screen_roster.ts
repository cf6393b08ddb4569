// The roster as a table, the reader's own row marked.

import { count, visible } from "../../../words/mod.ts";
import { agoTextOf } from "../../../time/mod.ts";
import type { Member, Roster } from "../../../protocol/methods/mod.ts";
import type { Style } from "../../output/mod.ts";
import { clipText, padText, textWidth } from "./screen_width.ts";

interface Column {
  readonly head: string;
  readonly isNumber?: boolean;
  readonly cell: (member: Member, now: number) => string;
}

/** In order of importance: the last ones give way on a narrow terminal. */
const COLUMNS: readonly Column[] = [
  { head: "rank", isNumber: true, cell: (member) => `${member.rank}` },
  { head: "name", cell: (member) => clipText(visible(member.name), MAX_NAME) },
  { head: "address", cell: (member) => visible(member.address) },
  { head: "connected", cell: (member, now) => agoTextOf(member.since, now) },
  { head: "ticket", isNumber: true, cell: (member) => `${member.ticket}` },
];

const MAX_NAME = 32;
const GAP = "  ";
const OWN_MARK = "> ";
const OTHER_MARK = "  ";

export interface RosterView {
  readonly width: number;
  readonly style: Style;
  /** In ms since 1970. */
  readonly now: number;
}

/** Lines without line ends; columns that do not fit into `width` are left out, rank and name never. */
export function rosterLines(roster: Roster, { width, style, now }: RosterView): string[] {
  const { members, capacity, you } = roster;
  const taken = `${members.length} of ${count(capacity, "seat is", "seats are")} taken`;
  const columns = fitting(
    COLUMNS.map((column) => {
      const cells = members.map((member) => column.cell(member, now));
      const columnWidth = cells.reduce(
        (widest, cell) => Math.max(widest, textWidth(cell)),
        column.head.length,
      );
      return { ...column, cells, width: columnWidth };
    }),
    width - OWN_MARK.length,
  );
  const row = (mark: string, cellOf: (column: (typeof columns)[number]) => string) =>
    mark + columns.map((column) => {
      const cell = cellOf(column);
      return column.isNumber === true ? cell.padStart(column.width) : padText(cell, column.width);
    }).join(GAP).trimEnd();
  return [
    taken,
    style.faint(row(OTHER_MARK, (column) => column.head)),
    ...members.map((member, index) =>
      member.rank === you
        ? style.strong(row(OWN_MARK, (column) => column.cells[index]!))
        : row(OTHER_MARK, (column) => column.cells[index]!)
    ),
  ];
}

function fitting<Sized extends { readonly width: number }>(
  columns: readonly Sized[],
  width: number,
): Sized[] {
  let used = -GAP.length;
  return columns.filter((column, index) => {
    used += GAP.length + column.width;
    return index < 2 || used <= width;
  });
}

// The argv of an executor's program with placeholders for the arguments, and inserting checked arguments into it. No shell
// is involved: an argument replaces its placeholder unchanged, stays one item, and can never become the program. An argument
// without a placeholder is refused rather than ignored, and so is a placeholder whose argument is missing.

import type { ArgumentRule } from "./command_rule.ts";

/** Frozen once read. `program` is separate from the items that may contain arguments, so that it is always literal text. */
export interface ArgvTemplate {
  readonly program: string;
  readonly items: readonly ArgvItem[];
}

export type ArgvItem =
  | { readonly type: "text"; readonly pieces: readonly ArgvPiece[] }
  /** Every argument from position `from` on, each as a separate item. */
  | { readonly type: "rest"; readonly from: number };

export type ArgvPiece =
  | { readonly type: "literal"; readonly text: string }
  | { readonly type: "argument"; readonly position: number };

/** The positions, from 0, of the arguments in an item of type "text". */
export function positionsIn(pieces: readonly ArgvPiece[]): number[] {
  return pieces.flatMap((piece) => piece.type === "argument" ? [piece.position] : []);
}

export type ExpandedArgv =
  | { readonly ok: true; readonly argv: readonly [program: string, ...args: string[]] }
  | { readonly ok: false; readonly reason: string };

/** Leaves out items whose optional argument is missing. @param rules those that the template was parsed with */
export function expandArgv(
  template: ArgvTemplate,
  args: readonly string[],
  rules: readonly ArgumentRule[] | undefined,
): ExpandedArgv {
  const used = new Set<number>();
  const argv: [string, ...string[]] = [template.program];
  for (const item of template.items) {
    const positions = neededPositions(item, args.length);
    const missing = positions.find((position) => position >= args.length);
    if (missing === undefined) {
      positions.forEach((position) => used.add(position));
      argv.push(...fillItem(item, args));
    } else if (!rules?.[missing]?.optional) {
      return { ok: false, reason: `${label(missing, rules)} is missing` };
    }
  }
  const unused = args.findIndex((_, position) => !used.has(position));
  if (unused >= 0) return { ok: false, reason: `${label(unused, rules)} is not used by ${template.program}` };
  return { ok: true, argv };
}

/** A rest item needs at least its first argument, unless its rule makes it optional. */
function neededPositions(item: ArgvItem, count: number): number[] {
  if (item.type === "text") return positionsIn(item.pieces);
  return Array.from({ length: Math.max(1, count - item.from) }, (_, index) => item.from + index);
}

function fillItem(item: ArgvItem, args: readonly string[]): readonly string[] {
  if (item.type === "rest") return args.slice(item.from);
  return [item.pieces.map((piece) => piece.type === "literal" ? piece.text : args[piece.position]!).join("")];
}

function label(position: number, rules: readonly ArgumentRule[] | undefined): string {
  const name = rules?.[position]?.name;
  return name === undefined ? `argument ${position + 1}` : `argument ${position + 1} "${name}"`;
}

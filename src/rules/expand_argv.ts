// Inserts checked arguments into a template. An argument without a placeholder is refused rather than ignored, and so is a
// placeholder without an argument, unless the argument is optional.

import type { ArgumentRule } from "./command_rule.ts";
import { type ArgvItem, type ArgvTemplate, positionsIn } from "./argv_template.ts";

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

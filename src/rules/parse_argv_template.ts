// Parses an argv template: `{service}` and `{1}` are placeholders for arguments, `{{` and `}}` literal braces. All errors are
// found here, when the configuration is read, and not when a command arrives. Without rules, names get positions in the
// order of their first appearance.

import type { ArgumentRule } from "./command_rule.ts";
import { type ArgvItem, type ArgvPiece, type ArgvTemplate, positionsIn } from "./argv_template.ts";

export interface TemplateProblem {
  /** Index of the argv item; `undefined` for a problem of the whole template. */
  readonly item: number | undefined;
  readonly reason: string;
}

export type ParsedTemplate =
  | { readonly ok: true; readonly template: ArgvTemplate }
  | { readonly ok: false; readonly problems: readonly TemplateProblem[] };

export function parseArgvTemplate(
  argv: readonly string[],
  rules: readonly ArgumentRule[] | undefined,
): ParsedTemplate {
  const [program, ...rest] = argv;
  if (!program) return { ok: false, problems: [{ item: undefined, reason: "must begin with a program" }] };

  const problems: TemplateProblem[] = [];
  const places = rules === undefined ? placeholdersByAppearance(rest) : placeholdersByRule(rules);
  const parsedProgram = parseItem(program, placeholdersByAppearance([]));
  const literal = parsedProgram.ok ? literalText(parsedProgram.item) : undefined;
  if (literal === undefined) {
    problems.push({ item: 0, reason: "must not have a placeholder: it is the program" });
  }
  const items: ArgvItem[] = [];
  for (const [index, text] of rest.entries()) {
    const parsed = parseItem(text, places);
    if (parsed.ok) items.push(parsed.item);
    else problems.push({ item: index + 1, reason: parsed.reason });
  }
  const gap = problems.length > 0 || rules !== undefined ? undefined : missingPosition(items);
  if (gap !== undefined) {
    problems.push({ item: undefined, reason: `has no placeholder {${gap}}, so no command can match it` });
  }
  // An invalid placeholder may have been meant for an argument without one: one problem is enough.
  const unused = problems.length > 0 ? [] : unusedRules(items, rules ?? []);
  for (const rule of unused) {
    problems.push({
      item: undefined,
      reason: `has no placeholder {${rule.name}}, so the argument would be ignored`,
    });
  }
  return literal !== undefined && problems.length === 0
    ? { ok: true, template: Object.freeze({ program: literal, items: Object.freeze(items) }) }
    : { ok: false, problems };
}

type ParsedItem = { readonly ok: true; readonly item: ArgvItem } | {
  readonly ok: false;
  readonly reason: string;
};

/** The placeholders that a template may contain. */
interface Placeholders {
  /** By position, from 0. */
  readonly names: readonly string[];
  /** The highest number of a placeholder; 0: they must be names. */
  readonly numbered: number;
  readonly rules: readonly ArgumentRule[];
  /** For the message about an unknown placeholder. */
  readonly known: string;
}

const MAX_NUMBER = 9_999;

function placeholdersByRule(rules: readonly ArgumentRule[]): Placeholders {
  const names = rules.map((rule) => rule.name);
  const known = rules.length === 0
    ? "args is empty, so no argument is ever given"
    : `the placeholders are ${names.map((name) => `{${name}}`).join(", ")}, and {{ }} are literal braces`;
  return { names, numbered: rules.length, rules, known };
}

function placeholdersByAppearance(items: readonly string[]): Placeholders {
  const names = new Set<string>();
  for (const item of items) {
    for (const [, place] of item.replaceAll("{{", "").matchAll(/\{([A-Za-z][A-Za-z0-9_-]*)\}/g)) {
      names.add(place!);
    }
  }
  const known = names.size === 0
    ? "write {1}, {2}... or names, and {{ }} for literal braces"
    : "use either names or numbers, unless rules in args define which is which";
  return { names: [...names], numbered: names.size === 0 ? MAX_NUMBER : 0, rules: [], known };
}

function parseItem(text: string, places: Placeholders): ParsedItem {
  if (text.includes("\0")) return { ok: false, reason: "must not contain the NUL character" };
  const pieces: ArgvPiece[] = [];
  // Each match is a doubled brace, a placeholder, a stray brace, or the text up to the next brace.
  for (const [part] of text.matchAll(/\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+/g)) {
    if (part === "{" || part === "}") {
      return { ok: false, reason: `has a stray ${part}; write ${part}${part} for a literal brace` };
    }
    if (!part.startsWith("{") || part === "{{") {
      pieces.push({ type: "literal", text: part === "{{" ? "{" : part === "}}" ? "}" : part });
      continue;
    }
    const position = findPosition(part.slice(1, -1), places);
    if (position === undefined) {
      return { ok: false, reason: `has the unknown placeholder ${part}; ${places.known}` };
    }
    pieces.push({ type: "argument", position });
  }
  return checkItem(pieces, places.rules);
}

/** An optional or rest placeholder omits or repeats its whole item, so it must not share the item with others. */
function checkItem(pieces: readonly ArgvPiece[], rules: readonly ArgumentRule[]): ParsedItem {
  const positions = positionsIn(pieces);
  const rest = positions.map((position) => rules[position]).find((rule) => rule?.rest);
  if (rest) {
    if (pieces.length === 1) return { ok: true, item: { type: "rest", from: positions[0]! } };
    return { ok: false, reason: `must be {${rest.name}} alone: it is replaced by any number of arguments` };
  }
  const optional = positions.find((position) => rules[position]?.optional);
  if (optional !== undefined && new Set(positions).size > 1) {
    const name = rules[optional]!.name;
    return {
      ok: false,
      reason: `must have no placeholder other than {${name}}: the item is omitted when that argument is`,
    };
  }
  return { ok: true, item: { type: "text", pieces } };
}

function findPosition(place: string, { names, numbered }: Placeholders): number | undefined {
  if (/^[1-9][0-9]{0,3}$/.test(place)) return Number(place) <= numbered ? Number(place) - 1 : undefined;
  const position = names.indexOf(place);
  return position < 0 ? undefined : position;
}

function literalText(item: ArgvItem): string | undefined {
  if (item.type === "rest" || positionsIn(item.pieces).length > 0) return undefined;
  return item.pieces.map((piece) => piece.type === "literal" ? piece.text : "").join("");
}

/** The first number, from 1, that is missing although a higher one is used. */
function missingPosition(items: readonly ArgvItem[]): number | undefined {
  const used = new Set(items.flatMap((item) => item.type === "rest" ? [] : positionsIn(item.pieces)));
  for (let position = 0; position < Math.max(0, ...[...used].map((at) => at + 1)); position++) {
    if (!used.has(position)) return position + 1;
  }
  return undefined;
}

function unusedRules(items: readonly ArgvItem[], rules: readonly ArgumentRule[]): ArgumentRule[] {
  const used = new Set(
    items.flatMap((item) => item.type === "rest" ? [item.from] : positionsIn(item.pieces)),
  );
  return rules.filter((_, position) => !used.has(position));
}

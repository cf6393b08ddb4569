// Checks the arguments of a command, on the server and on the executor alike. The input is untrusted: lengths are limited
// before anything else is checked, and the result is a value, never an exception.

import type { ArgumentKind, ArgumentRule } from "./command_rule.ts";
import { byteLength, count, fitsBytes } from "../words/mod.ts";

/** The limits for all arguments, with or without rules; part of the limits of a configuration. */
export interface ArgumentBounds {
  readonly argsCount: number;
  /** As UTF-8. */
  readonly argBytes: number;
}

/** The rule that an argument violates, as it is called in the configuration file. */
export type ViolatedRule =
  | "args_count"
  | "arg_bytes"
  | "nul"
  | "unicode"
  | "missing"
  | "surplus"
  | "max_bytes"
  | "one_of"
  | "integer"
  | "pattern";

export type ArgumentCheck =
  | {
    readonly ok: true;
    /** By the name of the rule ("1", "2"... without rules), for display: the arguments of a rest rule are joined with spaces. */
    readonly named: ReadonlyMap<string, string>;
  }
  | {
    readonly ok: false;
    readonly reason: string;
    readonly rule: ViolatedRule;
    /** Counted from 1, as in the placeholder `{1}`. */
    readonly position?: number | undefined;
  };

/** How much of a refused argument, and how many allowed values, a reason shows. */
const MAX_SHOWN_LENGTH = 40;
const MAX_SHOWN_VALUES = 10;

export function checkArguments(
  rules: readonly ArgumentRule[] | undefined,
  args: readonly string[],
  bounds: ArgumentBounds,
): ArgumentCheck {
  if (args.length > bounds.argsCount) {
    const reason = `at most ${
      count(bounds.argsCount, "argument is", "arguments are")
    } accepted, got ${args.length}`;
    return { ok: false, rule: "args_count", reason };
  }
  const named = new Map<string, string>();
  for (const [index, text] of args.entries()) {
    const position = index + 1;
    const rule = rules && ruleAt(rules, index);
    if (rules && !rule) {
      const reason = rules.length === 0
        ? `no arguments are accepted, got ${args.length}`
        : `at most ${count(rules.length, "argument is", "arguments are")} accepted, got ${args.length}`;
      return { ok: false, rule: "surplus", reason, position };
    }
    const violation = findViolation(text, rule, bounds);
    if (violation) {
      const label = rule ? `argument ${position} "${rule.name}"` : `argument ${position}`;
      return { ok: false, rule: violation.rule, reason: `${label} ${violation.reason}`, position };
    }
    const name = rule?.name ?? String(position);
    const earlier = named.get(name);
    named.set(name, earlier === undefined ? text : `${earlier} ${text}`);
  }
  const missing = (rules ?? []).findIndex((rule, index) => index >= args.length && !rule.optional);
  if (rules && missing >= 0) {
    const reason = `argument ${missing + 1} "${rules[missing]!.name}" is missing`;
    return { ok: false, rule: "missing", reason, position: missing + 1 };
  }
  return { ok: true, named };
}

/** The rule for the argument at `index`, from 0; a rest rule applies to its own position and all later ones. */
export function ruleAt(rules: readonly ArgumentRule[], index: number): ArgumentRule | undefined {
  const last = rules.at(-1);
  return rules[index] ?? (last?.rest ? last : undefined);
}

interface Violation {
  readonly rule: ViolatedRule;
  readonly reason: string;
}

/** Checks the length first, so that no time is spent on a text that is too long. */
function findViolation(
  text: string,
  rule: ArgumentRule | undefined,
  bounds: ArgumentBounds,
): Violation | undefined {
  if (!fitsBytes(text, bounds.argBytes)) return tooLong("arg_bytes", text, bounds.argBytes);
  if (rule && !fitsBytes(text, rule.maxBytes)) return tooLong("max_bytes", text, rule.maxBytes);
  // A program's arguments end at NUL, and unpaired surrogates are replaced when they are encoded: the program would get a
  // different text than the one that was checked.
  if (text.includes("\0")) return { rule: "nul", reason: "must not contain the NUL character" };
  if (!text.isWellFormed()) return { rule: "unicode", reason: "must not contain an unpaired surrogate" };
  return rule && findKindViolation(rule.kind, text);
}

function findKindViolation(kind: ArgumentKind, text: string): Violation | undefined {
  switch (kind.type) {
    case "any":
      return undefined;
    case "one_of": {
      if (kind.values.includes(text)) return undefined;
      return { rule: "one_of", reason: `must be ${listValues(kind.values)}, got ${show(text)}` };
    }
    case "integer": {
      if (isIntegerWithin(text, kind.min, kind.max)) return undefined;
      const wanted = `a whole number from ${kind.min} to ${kind.max}`;
      return { rule: "integer", reason: `must be ${wanted}, got ${show(text)}` };
    }
    case "pattern": {
      if (kind.matchesWhole(text)) return undefined;
      return { rule: "pattern", reason: `must match ${kind.source}, got ${show(text)}` };
    }
  }
}

function tooLong(rule: "arg_bytes" | "max_bytes", text: string, limit: number): Violation {
  return { rule, reason: `may have at most ${count(limit, "byte")}, got ${byteLength(text)}` };
}

/** Accepts one spelling per number, so that a program cannot read a different value: no +5, 05, -0 or 1e3. */
function isIntegerWithin(text: string, min: number, max: number): boolean {
  if (text.length > 17 || !/^(?:0|-?[1-9][0-9]*)$/.test(text)) return false;
  const number = Number(text);
  return Number.isSafeInteger(number) && number >= min && number <= max;
}

function listValues(values: readonly string[]): string {
  const shown = values.slice(0, MAX_SHOWN_VALUES).join(", ");
  const more = values.length - MAX_SHOWN_VALUES;
  if (values.length === 1) return shown;
  return more > 0 ? `one of ${shown} and ${more} more` : `one of ${shown}`;
}

function show(text: string): string {
  return JSON.stringify(text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}...` : text);
}

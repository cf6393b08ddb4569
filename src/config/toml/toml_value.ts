// What the rest of the configuration knows of a parsed TOML file: its tables, and how a value of it is shown in a
// message.

import { visibleJson } from "../../words/mod.ts";

export type TomlTable = Readonly<Record<string, unknown>>;

export function isTable(value: unknown): value is TomlTable {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Longest part of an invalid text that a message repeats. */
const SHOWN_LENGTH = 60;

/** A value as a message shows it: short, on one line, and without terminal escapes. */
export function show(value: unknown): string {
  if (typeof value === "string") {
    const cut = value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}...` : value;
    return visibleJson(JSON.stringify(cut));
  }
  if (Array.isArray(value)) return "a list";
  if (value instanceof Date) return "a date";
  if (typeof value === "object" && value !== null) return "a table";
  return String(value);
}

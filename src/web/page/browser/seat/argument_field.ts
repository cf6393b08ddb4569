// The form field of one argument of a command, made from the rule that the server states for it.

import type { ArgumentInfo } from "../../../../protocol/methods/mod.ts";
import { element, isolated } from "../dom/mod.ts";

export interface ArgumentField {
  readonly element: HTMLElement;
  /** None: it was left out. */
  read(): string[];
}

export function argumentField(info: ArgumentInfo): ArgumentField {
  const control = controlFor(info);
  const label = element("label", { class: "field" }, element("span", {}, ...labelOf(info)), control);
  const hint = hintText(info);
  if (hint !== undefined) label.append(element("small", { text: hint }));
  return { element: label, read: () => read(info, control.value) };
}

/** For a command without rules for its arguments. */
export const ANY_ARGUMENTS: ArgumentInfo = {
  name: "arguments",
  optional: true,
  rest: true,
  max_bytes: Infinity,
};

function controlFor(info: ArgumentInfo): HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement {
  const required = info.optional !== true;
  if (info.rest) return element("textarea", { rows: required ? 2 : 1, spellcheck: "false", required });
  if (info.one_of !== undefined) {
    const values = required ? info.one_of : ["", ...info.one_of];
    return element(
      "select",
      { required },
      ...values.map((value) => element("option", { value, text: value })),
    );
  }
  if (info.integer) {
    return element("input", { type: "number", step: 1, min: info.min, max: info.max, required });
  }
  return element("input", {
    type: "text",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    required,
  });
}

function labelOf({ name, optional }: ArgumentInfo): (Node | string)[] {
  return optional ? [isolated(name), " (optional)"] : [isolated(name)];
}

function hintText({ rest, pattern, integer, min, max, one_of }: ArgumentInfo): string | undefined {
  if (rest) return "One on each line";
  if (one_of !== undefined) return undefined;
  if (integer && min !== undefined && max !== undefined) return `A whole number from ${min} to ${max}`;
  if (integer) return "A whole number";
  return pattern === undefined ? undefined : `Must match ${pattern}`;
}

function read({ rest, optional }: ArgumentInfo, value: string): string[] {
  if (rest) return value.split("\n").filter((line) => line !== "");
  return value === "" && optional ? [] : [value];
}

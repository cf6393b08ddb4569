// Checks a value for a setting, and parses the text of a variable or a flag into such a value. All sources share this
// check, so that they have the same bounds.

import { show } from "../toml/mod.ts";
import type { Setting, TextForm } from "./setting.ts";
import { count, withoutUser } from "../../words/mod.ts";

/** What is wrong with a value: `reason` is read after the key's name, `item` is the index in a list. */
export interface ValueProblem {
  readonly reason: string;
  readonly item?: number;
  /** What to write instead. */
  readonly hint?: string;
}

/** A path of Windows in double quotes may have them by mistake: "C:\new" has a line feed. */
const ESCAPES = "write \\\\ for a backslash in double quotes, or enclose the text in single quotes";

/** @returns `undefined` for a valid value. */
export function checkValue(setting: Setting, value: unknown): ValueProblem | undefined {
  switch (setting.kind) {
    case "integer": {
      const { min, max } = setting;
      if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) {
        return undefined;
      }
      return mustBe(`a whole number from ${min} to ${max}`, value);
    }
    case "boolean":
      return typeof value === "boolean" ? undefined : mustBe("true or false", value);
    case "text":
      return checkText(setting, value);
    case "choice": {
      if (typeof value === "string" && setting.choices.includes(value)) return undefined;
      return mustBe(setting.choices.map((choice) => `"${choice}"`).join(" or "), value);
    }
    case "texts": {
      if (!Array.isArray(value)) return mustBe("a list of strings", value);
      if (value.length < setting.minCount) {
        return { reason: `must have at least ${count(setting.minCount, "item")}` };
      }
      if (value.length > setting.maxCount) {
        return { reason: `must have at most ${count(setting.maxCount, "item")}, has ${value.length}` };
      }
      for (const [item, text] of value.entries()) {
        const problem = checkText(setting.item, text);
        if (problem) return { ...problem, item };
        if (!setting.mayRepeat && value.indexOf(text) < item) {
          return { reason: `lists ${show(text)} twice`, item };
        }
      }
      return undefined;
    }
  }
}

/** Parses a text; an invalid one is returned as it is, and `checkValue` then reports it. */
export function parseSettingText(setting: Setting, text: string): unknown {
  switch (setting.kind) {
    case "integer":
      return /^-?[0-9]+(?:_[0-9]+)*$/.test(text) ? Number(text.replaceAll("_", "")) : text;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    case "texts":
      return text.split(",").map((item) => item.trim()).filter((item) => item !== "");
    case "text":
    case "choice":
      return text;
  }
}

function checkText(form: TextForm, value: unknown): ValueProblem | undefined {
  if (form.isSecret) {
    const isValid = typeof value === "string" && form.pattern?.test(value) !== false;
    return isValid ? undefined : { reason: `must be ${form.form}` };
  }
  if (typeof value !== "string") return mustBe(form.form ?? "a string", value);
  if (value === "" && !form.mayBeEmpty) return { reason: "must not be empty" };
  if (value.length > form.maxLength) {
    return { reason: `must have at most ${count(form.maxLength, "character")}, has ${value.length}` };
  }
  const shown = form.hidesUser ? withoutUser(value) : value;
  // deno-lint-ignore no-control-regex -- finds control characters
  if (/[\b\t\n\f\r\x1b]/.test(value)) {
    return { ...mustBe("a string without control characters", shown), hint: ESCAPES };
  }
  // deno-lint-ignore no-control-regex -- finds control characters
  if (/[\x00-\x1f\x7f-\x9f]/.test(value)) return mustBe("a string without control characters", shown);
  if (form.pattern && !form.pattern.test(value)) return mustBe(form.form ?? "a different string", shown);
  return undefined;
}

function mustBe(wanted: string, value: unknown): ValueProblem {
  return { reason: `must be ${wanted}, current value is ${show(value)}` };
}

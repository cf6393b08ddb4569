// A key of the configuration as JSON Schema (draft-07, which editors for TOML know).

import type { Setting, Settings, TextForm } from "../../../src/config/reader/setting.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

const CONTROL_CHARACTERS = "[\\x00-\\x1f\\x7f-\\x9f]";

/** A table with these keys and no others. */
export function tableSchema(
  settings: Settings,
  more: Readonly<Record<string, JsonSchema>> = {},
  rules: JsonSchema = {},
): JsonSchema {
  return {
    type: "object",
    properties: { ...properties(settings), ...more },
    additionalProperties: false,
    ...rules,
  };
}

/** The schemas of settings by key. */
export function properties(settings: Settings): Record<string, JsonSchema> {
  return Object.fromEntries(Object.values(settings).map((setting) => [setting.key, settingSchema(setting)]));
}

export function settingSchema(setting: Setting): JsonSchema {
  const { help, default: initial } = setting;
  return {
    ...(help === "" ? {} : { description: help }),
    ...valueSchema(setting),
    ...(initial === undefined ? {} : { default: initial }),
  };
}

function valueSchema(setting: Setting): JsonSchema {
  switch (setting.kind) {
    case "integer":
      return { type: "integer", minimum: setting.min, maximum: setting.max };
    case "boolean":
      return { type: "boolean" };
    case "choice":
      return { enum: setting.choices };
    case "text":
      return textSchema(setting);
    case "texts": {
      const { item, minCount, maxCount, mayRepeat = false } = setting;
      return {
        type: "array",
        items: textSchema(item),
        ...(minCount === 0 ? {} : { minItems: minCount }),
        maxItems: maxCount,
        ...(mayRepeat ? {} : { uniqueItems: true }),
      };
    }
  }
}

export function textSchema({ maxLength, mayBeEmpty = false, pattern }: TextForm): JsonSchema {
  const noControls = pattern === undefined
    ? { pattern: `^${CONTROL_CHARACTERS.replace("[", "[^")}*$` }
    : { pattern: portable(pattern), not: { pattern: CONTROL_CHARACTERS } };
  return { type: "string", ...(mayBeEmpty ? {} : { minLength: 1 }), maxLength, ...noControls };
}

/** The pattern as other engines read it: in a class, "[" is escaped, and "/" needs no escape. */
function portable({ source }: RegExp): string {
  let isClass = false;
  return source.replace(/\\.|[[\]]/gs, (part) => {
    if (part === "\\/") return "/";
    if (part === "[" && isClass) return "\\[";
    if (part === "[" || part === "]") isClass = part === "[";
    return part;
  });
}

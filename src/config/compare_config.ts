// Compares two configurations: which keys have changed, and whether a running server can apply the changes.

import type { CommandRule } from "../rules/mod.ts";
import { dottedKey } from "./toml/mod.ts";
import type { ServerConfig } from "./server_config.ts";
import { SERVER_SECTIONS } from "./keys/mod.ts";

export interface ConfigChanges {
  /** Dotted keys that a running server applies. */
  readonly live: readonly string[];
  /** Dotted keys that need a restart. */
  readonly restart: readonly string[];
}

/** The timeout of the commands without their own, and so a part of the allow-list. */
const LIVE_KEYS: readonly string[] = ["limits.run_timeout_ms"];

/** Most commands that are listed by name. */
const MAX_NAMES = 10;

export function compareConfig(before: ServerConfig, after: ServerConfig): ConfigChanges {
  const commands = compareCommands(before.commands, after.commands);
  const changed = SERVER_SECTIONS.flatMap(({ path, settings }) =>
    Object.entries(settings)
      .filter(([name]) =>
        name !== "commands" && !isSame(valueAt(before, path, name), valueAt(after, path, name))
      )
      .map(([, { key }]) => dottedKey([...path, key]))
  );
  return {
    live: [...commands, ...changed.filter((key) => LIVE_KEYS.includes(key))],
    restart: changed.filter((key) => !LIVE_KEYS.includes(key)),
  };
}

/** "commands (added df; removed uptime)", or nothing for equal lists. */
function compareCommands(
  before: ReadonlyMap<string, CommandRule>,
  after: ReadonlyMap<string, CommandRule>,
): string[] {
  const added = [...after.keys()].filter((name) => !before.has(name));
  const removed = [...before.keys()].filter((name) => !after.has(name));
  const changed = [...after].filter(([name, rule]) => before.has(name) && !isSame(before.get(name), rule))
    .map(([name]) => name);
  const parts = [["added", added], ["removed", removed], ["changed", changed]] as const;
  const described = parts.filter(([, names]) => names.length > 0)
    .map(([verb, names]) => `${verb} ${listNames(names)}`);
  return described.length === 0 ? [] : [`commands (${described.join("; ")})`];
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join(", ");
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}

function valueAt(config: ServerConfig, path: readonly string[], name: string): unknown {
  const table = path.reduce<unknown>((parent, key) => (parent as Record<string, unknown>)[key], config);
  return (table as Record<string, unknown>)[name];
}

/** The values are plain data; compiled patterns are compared by their source. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

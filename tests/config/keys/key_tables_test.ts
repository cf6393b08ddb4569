// The tables of keys: each default is within its bounds, and each name has its unit.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { checkValue } from "../../../src/config/reader/check_setting.ts";
import { CLIENT_ENV_PREFIX, CLIENT_FLAGS, CLIENT_SECTIONS } from "../../../src/config/keys/client_keys.ts";
import { findLimitConflicts, LIMIT_SETTINGS } from "../../../src/config/keys/limits.ts";
import { listSettings } from "../../../src/config/reader/settings_reader.ts";
import { ARGUMENT_SETTINGS, COMMAND_SETTINGS, PROGRAM_SETTINGS } from "../../../src/config/keys/rule_keys.ts";
import { SERVER_ENV_PREFIX, SERVER_FLAGS, SERVER_SECTIONS } from "../../../src/config/keys/server_keys.ts";
import { mergeValues, type Settings } from "../../../src/config/reader/setting.ts";

const TABLES: readonly Settings[] = [
  ...[...SERVER_SECTIONS, ...CLIENT_SECTIONS].map(({ settings }) => settings),
  COMMAND_SETTINGS,
  ARGUMENT_SETTINGS,
  PROGRAM_SETTINGS,
];

Deno.test("every default passes its own check, and every key is explained", () => {
  for (const settings of TABLES) {
    for (const [name, setting] of Object.entries(settings)) {
      if (setting.default !== undefined) assertEquals(checkValue(setting, setting.default), undefined, name);
      assertEquals(setting.key, name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
      assertMatch(setting.help, /^[A-Z].*\.$/);
    }
  }
});

Deno.test("a limit has its unit in its name, or counts what its name says", () => {
  for (const { key, unit } of Object.values(LIMIT_SETTINGS)) {
    if (unit === "ms" || unit === "bytes") assertMatch(key, new RegExp(`_${unit}$`));
  }
});

Deno.test("the default limits go together", () => {
  assertEquals(findLimitConflicts(mergeValues(LIMIT_SETTINGS)), []);
});

Deno.test("every key has a variable of its own, and every flag sets a key that there is", () => {
  const programs = [
    { settings: listSettings(SERVER_SECTIONS, SERVER_ENV_PREFIX), flags: SERVER_FLAGS },
    { settings: listSettings(CLIENT_SECTIONS, CLIENT_ENV_PREFIX), flags: CLIENT_FLAGS },
  ];
  for (const { settings, flags } of programs) {
    assertEquals(new Set(settings.map(({ variable }) => variable)).size, settings.length);
    for (const flag of flags) {
      if ("sets" in flag) assert(settings.some(({ key }) => key === flag.sets), `--${flag.name}`);
    }
  }
  const variables = programs[0]!.settings.map(({ variable }) => variable);
  for (const name of ["HOST", "PORT", "MAX_CLIENTS", "COMMANDS", "LOG_FORMAT", "LIMITS_LINE_BYTES"]) {
    assert(variables.includes(`RANKSERVER_${name}`), name);
  }
});

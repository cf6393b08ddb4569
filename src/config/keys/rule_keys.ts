// The keys of the tables that carry rules: a command of the allow-list, an argument of a command, and a program that an
// executor may start. A key whose default depends on other keys has none here; the readers fill it in.

import { ARGUMENT_NAME, ARGUMENT_NAME_FORM } from "../../rules/mod.ts";
import {
  boolean,
  choice,
  integer,
  KIBI,
  MAX_WAIT_MS,
  optionalInteger,
  renamed,
  text,
  texts,
} from "./builders.ts";
import { MAX_CLIENTS } from "./server_keys.ts";

/** Patterns are compiled at startup; the worst one of this length takes 1.4 s there. */
const PATTERN_LENGTH = 1_000;

/**
 * The size of a pattern, in instructions of RE2, times the length of the longest argument that it may meet: the most
 * steps for one argument, of 60 ns each, during which the server serves no other client.
 */
export const PATTERN_STEPS = 300_000;

/** Far more than `limits.args_count` may be, and the most that an operating system accepts as one argument. */
const ARGV_ITEMS = 1_024;
const ARGV_ITEM_LENGTH = 128 * KIBI;

// deno-fmt-ignore -- a table: one line for the key, the next for its help
export const COMMAND_SETTINGS = {
  description: text("description", { maxLength: 200, mayBeEmpty: true, default: "" },
    "What the command does, for the people who are offered it."),
  maxRank: integer("max_rank", "rank", [MAX_CLIENTS - 1, 0, MAX_CLIENTS - 1],
    "Only ranks 0 to max_rank may issue the command."),
  maxExecutors: integer("max_executors", "executors", [MAX_CLIENTS, 1, MAX_CLIENTS],
    "A run for more executors than this is refused; 1 protects a command that must not hit a whole fleet."),
  timeoutMs: optionalInteger("timeout_ms", "ms", [1, MAX_WAIT_MS],
    "How long its runs wait for their executors; limits.run_timeout_ms without it."),
};

/** The highest `max_bytes` is `limits.arg_bytes`, which the reader checks. */
// deno-fmt-ignore -- a table: one line for the key, the next for its help
export const ARGUMENT_SETTINGS = {
  name: text("name", { maxLength: 64, pattern: ARGUMENT_NAME, form: `an argument name (${ARGUMENT_NAME_FORM})` },
    "What messages and templates call the argument; arguments themselves travel by position."),
  oneOf: texts("one_of", { item: { maxLength: 1_000, mayBeEmpty: true }, minCount: 1, maxCount: 1_000 },
    "The only values accepted."),
  pattern: text("pattern", { maxLength: PATTERN_LENGTH }, "An RE2 pattern that the whole argument has to match."),
  integer: boolean("integer", false,
    "Only whole numbers are accepted, within min and max where those are given."),
  min: optionalInteger("min", "", [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER], "Smallest integer accepted."),
  max: optionalInteger("max", "", [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER], "Largest integer accepted."),
  maxBytes: renamed("max_length", optionalInteger("max_bytes", "bytes", [1, Number.MAX_SAFE_INTEGER],
    "Longest argument accepted, in bytes of UTF-8; limits.arg_bytes without it.")),
  optional: boolean("optional", false, "The argument may be omitted."),
  rest: boolean("rest", false, "The last rule may take all remaining arguments, each checked on its own."),
};

// deno-fmt-ignore -- a table: one line for the key, the next for its help
export const PROGRAM_SETTINGS = {
  argv: texts("argv", { item: { maxLength: ARGV_ITEM_LENGTH, mayBeEmpty: true }, minCount: 1, maxCount: ARGV_ITEMS, mayRepeat: true },
    "The program and its arguments; {name} and {1} are places for the arguments of the command."),
  cwd: text("cwd", { maxLength: 4 * KIBI, isPath: true }, "The directory to start the program in."),
  timeoutMs: optionalInteger("timeout_ms", "ms", [1, MAX_WAIT_MS],
    "When to stop the program; limits.run_timeout_ms without it."),
  stdin: choice("stdin", ["none", "json"], "none",
    "What the program can read; json is one line about the command, with a name that its sender chose."),
};

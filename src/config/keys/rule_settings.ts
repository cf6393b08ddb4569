// The keys of the tables that carry rules: a command of the allow-list, an argument of a command, and a program that an
// executor is willing to start. What depends on other keys has no default here; the readers fill it in.

import { ARGUMENT_NAME, ARGUMENT_NAME_FORM } from "../../rules/mod.ts";
import { MAX_WAIT_MS } from "./limits.ts";
import { MAX_CLIENTS } from "./server_settings.ts";

/** The patterns of a file are compiled at start; the worst of this length takes 1.4 s there. */
const PATTERN_LENGTH = 1_000;

/**
 * The size of a pattern, in RE2's instructions, times the length of the longest argument that it meets: at worst so many
 * steps for one argument, of 60 ns each, in which nobody else is served.
 */
export const PATTERN_STEPS = 300_000;

/** Far more than `limits.args_count` may be, and what an operating system takes as one argument. */
const ARGV_ITEMS = 1_024;
const ARGV_ITEM_LENGTH = 131_072;

export const COMMAND_SETTINGS = {
  description: {
    kind: "text",
    key: "description",
    maxLength: 200,
    mayBeEmpty: true,
    default: "",
    why: "What the command does, for the people who are offered it.",
  },
  maxRank: {
    kind: "integer",
    key: "max_rank",
    unit: "rank",
    default: MAX_CLIENTS - 1,
    min: 0,
    max: MAX_CLIENTS - 1,
    why: "Only ranks 0 to max_rank may issue the command.",
  },
  maxExecutors: {
    kind: "integer",
    key: "max_executors",
    unit: "executors",
    default: MAX_CLIENTS,
    min: 1,
    max: MAX_CLIENTS,
    why:
      "A run for more executors than this is refused; 1 protects a command that must not hit a whole fleet.",
  },
  timeoutMs: {
    kind: "integer",
    key: "timeout_ms",
    unit: "ms",
    min: 1,
    max: MAX_WAIT_MS,
    why: "How long its runs wait for their executors; limits.run_timeout_ms without it.",
  },
} as const;

export const ARGUMENT_SETTINGS = {
  name: {
    kind: "text",
    key: "name",
    maxLength: 64,
    pattern: ARGUMENT_NAME,
    form: `an argument name (${ARGUMENT_NAME_FORM})`,
    why: "What messages and templates call the argument; arguments themselves travel by position.",
  },
  oneOf: {
    kind: "texts",
    key: "one_of",
    item: { maxLength: 1_000, mayBeEmpty: true },
    minCount: 1,
    maxCount: 1_000,
    why: "The only values accepted.",
  },
  pattern: {
    kind: "text",
    key: "pattern",
    maxLength: PATTERN_LENGTH,
    why: "An RE2 pattern that the whole argument has to match.",
  },
  integer: {
    kind: "boolean",
    key: "integer",
    default: false,
    why: "Only whole numbers are accepted, within min and max where those are given.",
  },
  min: {
    kind: "integer",
    key: "min",
    unit: "",
    min: Number.MIN_SAFE_INTEGER,
    max: Number.MAX_SAFE_INTEGER,
    why: "Smallest integer accepted.",
  },
  max: {
    kind: "integer",
    key: "max",
    unit: "",
    min: Number.MIN_SAFE_INTEGER,
    max: Number.MAX_SAFE_INTEGER,
    why: "Largest integer accepted.",
  },
  maxLength: {
    kind: "integer",
    key: "max_length",
    unit: "characters",
    min: 1,
    max: Number.MAX_SAFE_INTEGER, // limits.arg_length is the bound; the reader holds it against that
    why: "Longest argument accepted; limits.arg_length without it.",
  },
  optional: { kind: "boolean", key: "optional", default: false, why: "The argument may be left out." },
  rest: {
    kind: "boolean",
    key: "rest",
    default: false,
    why: "The last rule may take all remaining arguments, each checked on its own.",
  },
} as const;

export const PROGRAM_SETTINGS = {
  argv: {
    kind: "texts",
    key: "argv",
    item: { maxLength: ARGV_ITEM_LENGTH, mayBeEmpty: true },
    minCount: 1,
    maxCount: ARGV_ITEMS,
    mayRepeat: true,
    why: "The program and its arguments; {name} and {1} are places for the arguments of the command.",
  },
  cwd: { kind: "text", key: "cwd", maxLength: 4_096, why: "The directory to start the program in." },
  timeoutMs: {
    kind: "integer",
    key: "timeout_ms",
    unit: "ms",
    min: 1,
    max: MAX_WAIT_MS,
    why: "When to stop the program; limits.run_timeout_ms without it.",
  },
  stdin: {
    kind: "choice",
    key: "stdin",
    choices: ["none", "json"],
    default: "none",
    why: "What the program can read; json is one line about the command, with a name that its sender chose.",
  },
} as const;

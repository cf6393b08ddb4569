// The keys of one token in the file of tokens. What a right allows, and why it is given or not when the file is silent,
// stands in docs/tokens.md.

import { COMMAND_NAME, COMMAND_NAME_FORM } from "../../rules/mod.ts";
import type { TextForm } from "../reader/mod.ts";

/** A token's name stands in the log, on a line of its own words. */
export const TOKEN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
export const TOKEN_NAME_FORM =
  "at most 64 letters, digits, dots, dashes and underscores, the first a letter or digit";

/** More are no list that a person keeps; each is compared for every client that comes. */
export const MAX_TOKENS = 10_000;

const SHA256_FORM: TextForm = {
  maxLength: 64,
  pattern: /^[0-9a-f]{64}$/,
  form: "the SHA-256 of the token, as 64 lower-case hexadecimal digits",
  isSecret: true,
};

export const TOKEN_SETTINGS = {
  sha256: {
    kind: "text",
    key: "sha256",
    ...SHA256_FORM,
    why: "The SHA-256 of the token; the token itself stands in no file of the server.",
  },
  issue: {
    kind: "texts",
    key: "issue",
    item: { maxLength: 64, pattern: COMMAND_NAME, form: `a command name (${COMMAND_NAME_FORM})` },
    minCount: 0,
    maxCount: 1_000,
    why: "The commands that it may send; without it, every command of the server, and with [] none.",
  },
  execute: {
    kind: "boolean",
    key: "execute",
    default: true,
    why: "Whether it is sent the commands of those above it.",
  },
  watch: {
    kind: "boolean",
    key: "watch",
    default: false,
    why: "Whether it may see who else is there: names, addresses, arrivals and departures.",
  },
  evict: {
    kind: "boolean",
    key: "evict",
    default: false,
    why: "Whether it may take the seat of any other client away.",
  },
} as const;

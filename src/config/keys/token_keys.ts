// The keys of a token in the tokens file. docs/tokens.md says what each right allows, and why it has its default.

import { boolean, text, texts } from "./builders.ts";
import { COMMAND_NAMES } from "./server_keys.ts";

/** The log prints a token's name as one word. */
export const TOKEN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
export const TOKEN_NAME_FORM =
  "at most 64 letters, digits, dots, dashes and underscores, the first a letter or digit";

/** A longer list cannot be maintained by hand, and each login compares its token with all of it. */
export const MAX_TOKENS = 10_000;

const SHA256_FORM = {
  maxLength: 64,
  pattern: /^[0-9a-f]{64}$/,
  form: "the SHA-256 of the token, as 64 lower-case hexadecimal digits",
  isSecret: true,
} as const;

// deno-fmt-ignore -- a table: one line for the key, the next for its help
export const TOKEN_SETTINGS = {
  sha256: text("sha256", SHA256_FORM,
    "The SHA-256 of the token; the server stores the token itself nowhere."),
  issue: texts("issue", COMMAND_NAMES,
    "The commands that it may send; without this key every command, with [] none."),
  execute: boolean("execute", true, "Whether it receives the commands of the clients above it."),
  watch: boolean("watch", false,
    "Whether it may see the other clients: names, addresses, arrivals and departures."),
  evict: boolean("evict", false, "Whether it may take away the seat of any other client."),
};

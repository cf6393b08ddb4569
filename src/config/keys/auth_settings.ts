// [auth]: whom the server lets in. Without a file of tokens it lets everybody in who can reach it.

import { LONGEST_WAIT_MS } from "./limits.ts";
import type { SettingValues } from "../reader/mod.ts";

export const AUTH_SETTINGS = {
  tokensFile: {
    kind: "text",
    key: "tokens_file",
    maxLength: 4_096,
    mayBeEmpty: true,
    default: "",
    why:
      "TOML file of the tokens that let clients in, see docs/tokens.md; empty: whoever reaches the port is let in.",
  },
  connectionsPerToken: {
    kind: "integer",
    key: "connections_per_token",
    unit: "connections",
    default: 8,
    min: 0,
    max: 1_000_000,
    why: "Connections that one token lets in at a time; raise it where clients share one; 0: any number.",
  },
  failureDelayMs: {
    kind: "integer",
    key: "failure_delay_ms",
    unit: "ms",
    default: 500,
    min: 0,
    max: 60_000,
    why: "How long the refusal of a token is held back, so that trying many takes long.",
  },
  failuresPerAddress: {
    kind: "integer",
    key: "failures_per_address",
    unit: "failures",
    default: 10,
    min: 1,
    max: 1_000_000,
    why: "Refused tokens of one address within a window; after more, its new connections are refused.",
  },
  failureWindowMs: {
    kind: "integer",
    key: "failure_window_ms",
    unit: "ms",
    default: 60_000,
    min: 1,
    max: LONGEST_WAIT_MS,
    why: "The window in which refused tokens of an address are counted; it begins with the first.",
  },
  failureAddresses: {
    kind: "integer",
    key: "failure_addresses",
    unit: "addresses",
    default: 10_000,
    min: 1,
    max: 1_000_000,
    why: "Addresses whose refused tokens are counted; beyond it the one counted longest is forgotten.",
  },
} as const;

export type AuthSettings = SettingValues<typeof AUTH_SETTINGS>;

// [auth]: whom the server lets in. Without a file of tokens it lets everybody in who can reach it.

import { MAX_WAIT_MS } from "./limits.ts";
import type { SettingValues } from "../reader/mod.ts";

export const AUTH_SETTINGS = {
  tokensFile: {
    kind: "text",
    key: "tokens_file",
    maxLength: 4_096,
    mayBeEmpty: true,
    default: "",
    why: "TOML file with the tokens of clients, see docs/tokens.md; empty: any client may connect.",
  },
  connectionsPerToken: {
    kind: "integer",
    key: "connections_per_token",
    unit: "connections",
    default: 8,
    min: 0,
    max: 1_000_000,
    why: "Connections with one token at a time; raise it if clients share a token; 0: no limit.",
  },
  failureDelayMs: {
    kind: "integer",
    key: "failure_delay_ms",
    unit: "ms",
    default: 500,
    min: 0,
    max: 60_000,
    why: "Delay before the server refuses a token, to slow down guessing.",
  },
  failuresPerAddress: {
    kind: "integer",
    key: "failures_per_address",
    unit: "failures",
    default: 10,
    min: 1,
    max: 1_000_000,
    why: "Refused tokens of one address per window; after more, new connections from it are refused.",
  },
  failureWindowMs: {
    kind: "integer",
    key: "failure_window_ms",
    unit: "ms",
    default: 60_000,
    min: 1,
    max: MAX_WAIT_MS,
    why: "Window for counting the refused tokens of an address; it begins with the first one.",
  },
  failureAddresses: {
    kind: "integer",
    key: "failure_addresses",
    unit: "addresses",
    default: 10_000,
    min: 1,
    max: 1_000_000,
    why: "Addresses whose refused tokens are counted; beyond it the oldest count is dropped.",
  },
} as const;

export type AuthSettings = SettingValues<typeof AUTH_SETTINGS>;

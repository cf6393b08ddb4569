// The lines that the soak feeds to a piped client with `--json`: every kind that it distinguishes, and very long ones.

import type { Random } from "../../../tests/support/random.ts";

/** The limit of the client, and by default of the server. */
const LINE_BYTES = 1_048_576;
/** For what a request to the server has around the words of a line. */
const ENVELOPE_BYTES = 1_024;
/** Each gets one answer, except the blank ones. */
const SHORT = [
  "uptime",
  "uptime",
  "@2 show hello",
  `show ${"x".repeat(4_000)}`,
  "slow",
  "/who",
  "/commands",
  "/dry uptime",
  "/watch on",
  "/watch off",
  "/help",
  "@0 uptime",
  "no such command",
  "/nothing",
  '"never closed',
  // Most of all bytes: a client that keeps what it has read is to grow fast.
  `"never closed ${"x".repeat(60_000)}`,
  `show ${"x".repeat(60_000)}`,
  "",
  "  \t ",
  '{"jsonrpc":"2.0","id":"a","method":"roster"}',
  '{"jsonrpc":"2.0","id":7,"method":"run","params":{"command":"uptime"}}',
  '{"jsonrpc":"2.0","id":8,"method":"hello"}',
  '{"jsonrpc":',
  "[1]",
] as const;

/** Below the limit, at it and above it. */
const LONG_LINES = [
  () => `show ${"x".repeat(LINE_BYTES - ENVELOPE_BYTES)}`,
  () => `{"jsonrpc":"2.0","id":9,"method":"${"x".repeat(LINE_BYTES - ENVELOPE_BYTES)}"}`,
  () => `{${"x".repeat(LINE_BYTES - 1)}`,
  () => `"${"x".repeat(LINE_BYTES - 1)}`,
  () => "x".repeat(LINE_BYTES + 1),
  () => "x".repeat(2 * LINE_BYTES),
] as const;

/** @param long the share of very long lines, from 0 to 1 */
export function nextLine(random: Random, long: number): string {
  const lines = random.chance(long) ? LONG_LINES : SHORT;
  const line = lines[random.below(lines.length)]!;
  return typeof line === "string" ? line : line();
}

/** Whether the client answers it. */
export function isAnswered(line: string): boolean {
  return line.trim() !== "";
}

/** Whether a line of the client's output is an answer, and not an event. */
export function isAnswer(printed: string): boolean {
  return printed.startsWith('{"line":') || /^\{"jsonrpc":"2\.0","id":/.test(printed);
}

// Whole lines: what is around a message, how deep it is, and which bytes it has. Those that are JSON and no message are
// `invalid_request`.

import type { Row } from "../../../support/check_table.ts";

const encoder = new TextEncoder();

/** A line without its ending, and the word for its error; "request" for one with the method "ping". */
export type LineRow = Row<string | Uint8Array, string>;

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
const bytes = (...parts: readonly (string | number)[]) =>
  Uint8Array.from(parts.flatMap((part) => typeof part === "string" ? [...encoder.encode(part)] : [part]));
const spoilt = (...values: readonly number[]) =>
  bytes('{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"', ...values, '"}}');
const nested = (depth: number, opening: string, closing: string) =>
  `{"jsonrpc":"2.0","id":1,"method":"ping","params":${opening.repeat(depth - 1)}${
    closing.repeat(depth - 1)
  }}`;

export const STRUCTURES: readonly LineRow[] = [
  ["a request", PING, "request"],
  ["a blank in front", ` ${PING}`, "request"],
  ["tabs in front and behind", `\t\t${PING}\t`, "request"],
  ["two carriage returns behind", `${PING}\r\r`, "request"],
  ["nothing", "", "parse_error"],
  ["nothing but a blank", " ", "parse_error"],
  ["nothing but a start", "{", "parse_error"],
  ["an end too many", `${PING}}`, "parse_error"],
  ["no end", PING.slice(0, -1), "parse_error"],
  ["no start", PING.slice(1), "parse_error"],
  ["two on one line", PING + PING, "parse_error"],
  ["two on one line with a blank", `${PING} ${PING}`, "parse_error"],
  ["two on one line with a comma", `${PING},${PING}`, "parse_error"],
  ["a comma behind", `${PING},`, "parse_error"],
  ["a semicolon behind", `${PING};`, "parse_error"],
  ["text behind", `${PING} x`, "parse_error"],
  ["a comment behind", `${PING} // x`, "parse_error"],
  ["a NUL behind", `${PING}\0`, "parse_error"],
  ["a NUL in front", `\0${PING}`, "parse_error"],
  ["a no-break space in front", `\u00a0${PING}`, "parse_error"],
  ["a record separator in front", `\x1e${PING}`, "parse_error"],
  ["what keeps scripts out", `)]}',${PING}`, "parse_error"],
  ["a call around it", `callback(${PING})`, "parse_error"],
  ["parentheses around it", `(${PING})`, "parse_error"],
  ["a name of an event", `data: ${PING}`, "parse_error"],
  ["a length in front", `40:${PING}`, "parse_error"],
  ["a byte order mark, not in the first line", `\ufeff${PING}`, "parse_error"],
  ["a line separator behind", `${PING}\u2028`, "parse_error"],
  ["a string", '"ping"', "invalid_request"],
  ["an empty string", '""', "invalid_request"],
  ["a number", "1", "invalid_request"],
  ["a boolean", "true", "invalid_request"],
  ["null", "null", "invalid_request"],
  ["an object in a string", JSON.stringify(PING), "invalid_request"],
  ["an empty object", "{}", "invalid_request"],
];

export const DEPTHS: readonly LineRow[] = [
  ["arrays, 32 deep", nested(32, "[", "]"), "request"],
  ["arrays, 33 deep", nested(33, "[", "]"), "too_large"],
  ["objects, 32 deep", nested(32, '{"a":', "}").replace(":}", ":0}"), "request"],
  ["objects, 33 deep", nested(33, '{"a":', "}").replace(":}", ":0}"), "too_large"],
  ["brackets in a string", nested(2, `["${"[".repeat(100)}`, '"]'), "request"],
  ["brackets behind an escaped quote", nested(2, `["\\"${"{".repeat(100)}`, '"]'), "request"],
  ["many beside each other", nested(2, `[${"[],".repeat(100)}0`, "]"), "request"],
  ["100,000 arrays without an end", "[".repeat(100_000), "too_large"],
  ["100,000 objects without an end", '{"a":'.repeat(100_000), "too_large"],
  ["100,000 ends", `${PING}${"]".repeat(100_000)}`, "parse_error"],
];

export const ENCODINGS: readonly LineRow[] = [
  ["characters of all lengths", spoilt(...bytes("aé€\u{1f600}")), "request"],
  ["a byte that only continues a character", spoilt(0x80), "parse_error"],
  ["Latin-1", spoilt(0xe9), "parse_error"],
  ["Latin-1 before the end of the string", bytes('{"a":"caf', 0xe9), "parse_error"],
  ["two bytes, the second missing", spoilt(0xc3), "parse_error"],
  ["three bytes, the last missing", spoilt(0xe2, 0x82), "parse_error"],
  ["four bytes, the last missing", spoilt(0xf0, 0x9f, 0x98), "parse_error"],
  ["a slash in two bytes", spoilt(0xc0, 0xaf), "parse_error"],
  ["a slash in three bytes", spoilt(0xe0, 0x80, 0xaf), "parse_error"],
  ["a NUL in two bytes", spoilt(0xc0, 0x80), "parse_error"],
  ["a quote in two bytes", spoilt(0xc0, 0xa2), "parse_error"],
  ["a high surrogate", spoilt(0xed, 0xa0, 0x80), "parse_error"],
  ["a low surrogate", spoilt(0xed, 0xbf, 0xbf), "parse_error"],
  ["a pair of surrogates", spoilt(0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80), "parse_error"],
  ["beyond the last character", spoilt(0xf4, 0x90, 0x80, 0x80), "parse_error"],
  ["five bytes", spoilt(0xf8, 0x88, 0x80, 0x80, 0x80), "parse_error"],
  ["0xfe", spoilt(0xfe), "parse_error"],
  ["0xff", spoilt(0xff), "parse_error"],
  ["a bad byte outside of strings", bytes(0xff, PING), "parse_error"],
  ["UTF-16", bytes(...[...PING].flatMap((letter) => [letter, 0])), "parse_error"],
  [
    "UTF-16 with a byte order mark",
    bytes(0xff, 0xfe, ...[...PING].flatMap((letter) => [letter, 0])),
    "parse_error",
  ],
];

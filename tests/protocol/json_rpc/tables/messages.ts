// JSON-RPC 2.0: every member of a message in every form, right and wrong, and batches.

import type { Row } from "../../../support/check_table.ts";

/** A message, and in short what it is: its kind, its id, and for `invalid` the word for the error. */
export type MessageRow = Row<string, readonly unknown[]>;

const request = (id: string, rest = '"method":"m"') => `{"jsonrpc":"2.0","id":${id},${rest}}`;
const notification = (rest: string) => `{"jsonrpc":"2.0",${rest}}`;
const INVALID = "invalid_request";
const ERROR = '"error":{"code":-32000,"message":"no"}';

/** In the style of the examples of the specification. */
export const EXAMPLES: readonly MessageRow[] = [
  ["params by position", '{"jsonrpc": "2.0", "method": "less", "params": [42, 23], "id": 1}', ["request", 1]],
  ["params by name", '{"jsonrpc": "2.0", "method": "less", "params": {"by": 23}, "id": 3}', ["request", 3]],
  ["a notification", '{"jsonrpc": "2.0", "method": "update", "params": [1,2,3]}', ["notification"]],
  ["a notification without params", '{"jsonrpc": "2.0", "method": "update"}', ["notification"]],
  ["a result", '{"jsonrpc": "2.0", "result": 19, "id": 1}', ["result", 1]],
  ["an error", '{"jsonrpc": "2.0", "error": {"code": -32601, "message": "No"}, "id": "1"}', ["error", "1"]],
  ["an error without an id", '{"jsonrpc": "2.0", "error": {"code": -32700, "message": "No"}, "id": null}', [
    "error",
    null,
  ]],
  ["JSON that is none", '{"jsonrpc": "2.0", "method": "m, "params": "x", "y]', [
    "invalid",
    null,
    "parse_error",
  ]],
  ["a method that is a number", '{"jsonrpc": "2.0", "method": 1, "params": "x"}', ["invalid", null, INVALID]],
  ["a batch that is no JSON", '[{"jsonrpc": "2.0", "method": "m", "id": "1"},{"jsonrpc": "2.0", "method"]', [
    ...["invalid", null, "parse_error"],
  ]],
  ["an empty batch", "[]", ["invalid", null, INVALID]],
  ["a batch of one that is none", "[1]", [["invalid", null, INVALID]]],
  ["a batch of three that are none", "[1,2,3]", Array(3).fill(["invalid", null, INVALID])],
];

export const IDS: readonly MessageRow[] = [
  ["zero", request("0"), ["request", 0]],
  ["a number", request("7"), ["request", 7]],
  ["a negative number", request("-7"), ["request", -7]],
  ["a fraction", request("0.5"), ["request", 0.5]],
  ["a text", request('"a"'), ["request", "a"]],
  ["an empty text", request('""'), ["request", ""]],
  ["a text of digits", request('"7"'), ["request", "7"]],
  ["a text of another script", request('"é\u{1f600}"'), ["request", "é\u{1f600}"]],
  ["a text with NUL", request(String.raw`"\u0000"`), ["request", "\0"]],
  ["a text with half a pair of surrogates", request(String.raw`"\ud800"`), ["request", "\ud800"]],
  ["a text like __proto__", request('"__proto__"'), ["request", "__proto__"]],
  ["null", request("null"), ["request", null]],
  ["none", notification('"method":"m"'), ["notification"]],
  ["two ids: the last one counts", request('1,"id":2'), ["request", 2]],
  ["an id with a capital letter is none", notification('"method":"m","ID":1'), ["notification"]],
  ["the last safe integer", request("9007199254740991"), ["request", 9007199254740991]],
  ["an integer that changes", request("9007199254740993"), ["invalid", null, INVALID]],
  ["a negative integer that changes", request("-9007199254740993"), ["invalid", null, INVALID]],
  ["a fraction that changes", request("0.12345678901234567890"), ["invalid", null, INVALID]],
  ["a number beyond all doubles", request("1e400"), ["invalid", null, INVALID]],
  ["true", request("true"), ["invalid", null, INVALID]],
  ["false", request("false"), ["invalid", null, INVALID]],
  ["an array", request("[1]"), ["invalid", null, INVALID]],
  ["an empty array", request("[]"), ["invalid", null, INVALID]],
  ["an object", request('{"a":1}'), ["invalid", null, INVALID]],
  ["a text of 256 characters", request(`"${"x".repeat(256)}"`), ["request", "x".repeat(256)]],
  ["a text of 257 characters", request(`"${"x".repeat(257)}"`), ["invalid", null, INVALID]],
];

export const VERSIONS: readonly MessageRow[] = [
  ...[
    '"1.0"',
    '"2"',
    '"2.0 "',
    '"02.0"',
    '"2.00"',
    '"v2.0"',
    '"2.1"',
    '"3.0"',
    '""',
    "2",
    "2.0",
    "null",
    "true",
  ].map((
    version,
  ): MessageRow => [`the version ${version}`, `{"jsonrpc":${version},"id":1,"method":"m"}`, [
    "invalid",
    1,
    INVALID,
  ]]),
  ["the version in an array", '{"jsonrpc":["2.0"],"id":1,"method":"m"}', ["invalid", 1, INVALID]],
  ["no version", '{"id":1,"method":"m"}', ["invalid", 1, INVALID]],
  ["no version and no id", '{"method":"m"}', ["invalid", null, INVALID]],
  ["a version with a capital letter", '{"JSONRPC":"2.0","id":1,"method":"m"}', ["invalid", 1, INVALID]],
  ["another key for it", '{"version":"2.0","id":1,"method":"m"}', ["invalid", 1, INVALID]],
  ["an escaped version", String.raw`{"jsonrpc":"\u0032.0","id":1,"method":"m"}`, ["request", 1]],
  ["two versions: the last one counts", '{"jsonrpc":"1.0","jsonrpc":"2.0","id":1,"method":"m"}', [
    "request",
    1,
  ]],
  ["a version in the prototype", '{"__proto__":{"jsonrpc":"2.0"},"id":1,"method":"m"}', [
    "invalid",
    1,
    INVALID,
  ]],
];

export const METHODS: readonly MessageRow[] = [
  ["an empty one", request("1", '"method":""'), ["request", 1]],
  ["one of another script", request("1", '"method":"é"'), ["request", 1]],
  ["a reserved one", request("1", '"method":"rpc.x"'), ["request", 1]],
  ["a number", request("1", '"method":1'), ["invalid", 1, INVALID]],
  ["null", request("1", '"method":null'), ["invalid", 1, INVALID]],
  ["true", request("1", '"method":true'), ["invalid", 1, INVALID]],
  ["an array", request("1", '"method":["m"]'), ["invalid", 1, INVALID]],
  ["an object", request("1", '"method":{}'), ["invalid", 1, INVALID]],
  ["none", request("1", '"params":[]'), ["invalid", 1, INVALID]],
  ["none, and no id", notification('"params":[]'), ["invalid", null, INVALID]],
  ["one with a capital letter", request("1", '"Method":"m"'), ["invalid", 1, INVALID]],
  ["one in the prototype", request("1", '"__proto__":{"method":"m"}'), ["invalid", 1, INVALID]],
  ["a method beside a result", request("1", '"method":"m","result":1'), ["request", 1]],
];

export const PARAMS: readonly MessageRow[] = [
  ["an empty object", request("1", '"method":"m","params":{}'), ["request", 1]],
  ["an empty array", request("1", '"method":"m","params":[]'), ["request", 1]],
  ["null", request("1", '"method":"m","params":null'), ["request", 1]],
  ["null in a notification", notification('"method":"m","params":null'), ["notification"]],
  ...['"x"', '""', "0", "1", "1.5", "true", "false"].map((params): MessageRow => [
    `the params ${params}`,
    request("1", `"method":"m","params":${params}`),
    ["invalid", 1, INVALID],
  ]),
  ["a text in a notification", notification('"method":"m","params":"x"'), ["invalid", null, INVALID]],
  ["members that are unknown", request("1", '"method":"m","x":1,"meta":{}'), ["request", 1]],
];

export const RESPONSES: readonly MessageRow[] = [
  ["a result that is null", request("1", '"result":null'), ["result", 1]],
  ["a result that is false", request("1", '"result":false'), ["result", 1]],
  ["a result for no request", request("null", '"result":1'), ["result", null]],
  ["a result without an id", notification('"result":1'), ["result", null]],
  ["a result beside no error", request("1", '"result":1,"error":null'), ["result", 1]],
  ["an error beside no result", request("1", `"result":null,${ERROR}`), ["error", 1]],
  ["an error with data", request("1", '"error":{"code":1,"message":"","data":[1]}'), ["error", 1]],
  ["a result and an error", request("1", `"result":1,${ERROR}`), ["bad_response", 1]],
  ["a result without a version", '{"id":1,"result":1}', ["bad_response", 1]],
  ["a result of JSON-RPC 1.0", '{"id":1,"result":1,"error":null}', ["result", 1]],
  ["an error of JSON-RPC 1.0", `{"id":1,"result":null,${ERROR}}`, ["error", 1]],
  ["a result of another version", '{"jsonrpc":"1.0","id":1,"result":1,"error":null}', ["bad_response", 1]],
  ["a result with an id that is none", request("[1]", '"result":1'), ["bad_response", null]],
  ["a result with an id that changes", request("9007199254740993", '"result":1'), ["bad_response", null]],
  ...[
    ...["null", '"boom"', "1", "true", "[]", "{}", '[-32000,"no"]', '{"code":1}', '{"message":""}'],
    ...['{"code":"1","message":""}', '{"code":1.5,"message":""}', '{"code":null,"message":""}'],
    ...['{"code":1,"message":1}', '{"code":1,"message":null}', '{"code":1e400,"message":""}'],
  ].map((error): MessageRow => [`the error ${error}`, request("1", `"error":${error}`), ["bad_response", 1]]),
];

const GOOD = request("1");

export const BATCHES: readonly MessageRow[] = [
  ["one request", `[${GOOD}]`, [["request", 1]]],
  ["requests with the same id", `[${GOOD},${GOOD}]`, [["request", 1], ["request", 1]]],
  ["a notification among them", `[${GOOD},${notification('"method":"m"')}]`, [["request", 1], [
    "notification",
  ]]],
  ["a response among them", `[${request("7", '"result":1')},${GOOD}]`, [["result", 7], ["request", 1]]],
  ["a response that cannot be read", `[${request("7", '"error":1')}]`, [["bad_response", 7]]],
  ["a batch within", `[[${GOOD}]]`, [["invalid", null, INVALID]]],
  ["an empty batch within", "[[]]", [["invalid", null, INVALID]]],
  ["null", "[null]", [["invalid", null, INVALID]]],
  ["a text", '["m"]', [["invalid", null, INVALID]]],
  ["an empty object", "[{}]", [["invalid", null, INVALID]]],
  ["one without a version", `[{"id":2,"method":"m"},${GOOD}]`, [["invalid", 2, INVALID], ["request", 1]]],
  ["an id that changes in one of them", `[${GOOD},${request("9007199254740993")}]`, [
    ["request", 1],
    ["invalid", null, INVALID],
  ]],
  ["as many as there may be", `[${Array(10).fill(GOOD).join(",")}]`, Array(10).fill(["request", 1])],
  ["one too many", `[${Array(11).fill(GOOD).join(",")}]`, ["invalid", null, "too_large"]],
  ["blanks everywhere", ` [ ${GOOD} , ${GOOD} ] `, [["request", 1], ["request", 1]]],
  ["a comma at the end", `[${GOOD},]`, ["invalid", null, "parse_error"]],
  ["a batch as an object", `{"0":${GOOD}}`, ["invalid", null, INVALID]],
];

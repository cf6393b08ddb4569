// `deno bench bench/micro/`: lines to messages and back.

import { encodeNotification, encodeResult, parseLine } from "../../src/protocol/json_rpc/json_rpc.ts";
import { METHODS, readShape } from "../../src/protocol/methods/mod.ts";
import { anyRunParamsShape } from "../../src/protocol/methods/params.ts";

const MAX_ITEMS = 100;
const params = { command: "ping", args: ["x".repeat(100)] };
const line = encodeNotification("run", params);
const summary = {
  executors: 100,
  ok: 100,
  failed: 0,
  results: Array.from({ length: 100 }, (_, rank) => ({ rank, ticket: rank + 1, name: "a", status: "ok" })),
};

Deno.bench("parse a run of 100 bytes", { group: "parse" }, () => {
  parseLine(line, MAX_ITEMS);
});

Deno.bench("JSON.parse alone", { group: "parse", baseline: true }, () => {
  JSON.parse(line);
});

Deno.bench("check its params by hand", { group: "params", baseline: true }, () => {
  readShape(METHODS.run.params, params);
});

Deno.bench("check its params by the general shape", { group: "params" }, () => {
  readShape(anyRunParamsShape, params);
});

Deno.bench("encode a notification", { group: "encode" }, () => {
  encodeNotification("execute", params);
});

Deno.bench("encode the answer of 100 executors", { group: "encode" }, () => {
  encodeResult(1, summary);
});

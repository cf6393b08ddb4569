// What the benchmark reads: the load generator's lines, the kernel's table of sockets, and the times of a start.

import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { readSteps } from "../../bench/load/load_generator.ts";
import { Measurements } from "../../bench/measuring/measurements.ts";
import { fitLine } from "../../bench/report/statistics.ts";
import type { Row } from "../../bench/rows/mod.ts";
import { listenersIn } from "../../bench/servers/listeners.ts";
import { startupParts } from "../../bench/startup/parts.ts";

Deno.test("each line of the load generator is a step with its numbers", () => {
  const output = '{"step":"seat","per_second":10}\n{"step":"closed:137","p50_us":4.5,"count":3}\n';
  assertEquals(
    readSteps(output),
    new Map([["seat", { per_second: 10 } as Record<string, number>], ["closed:137", {
      p50_us: 4.5,
      count: 3,
    }]]),
  );
  assertEquals(readSteps(""), new Map());
  assertThrows(() => readSteps("error: no such file"), SyntaxError);
});

const TABLE =
  `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1 0 100 0 0 10 0
   2: 0100007F:1F90 0100007F:D903 01 00000000:00000000 00:00000000 00000000     0        0 3 1 0 100 0 0 10 0
   3: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4 1 0 100 0 0 10 0
`;

Deno.test("every process that listens on a port is counted, and no connection is", () => {
  assertEquals([8080, 80, 8081].map((port) => listenersIn(TABLE, port)), [2, 1, 0]);
  assertEquals(listenersIn("", 80), 0);
});

Deno.test("a line through memory by clients tells what is fixed from what each client costs", () => {
  const { intercept, slope } = fitLine(
    [11, 101, 1_001].map((clients) => [clients, 800_000 + 15_000 * clients]),
  );
  assertAlmostEquals(intercept, 800_000, 1e-3);
  assertAlmostEquals(slope, 15_000, 1e-6);
  // Points that lie on no line: the sum of the squares could not be smaller.
  assertEquals(fitLine([[0, 0], [1, 3], [2, 0]]), { intercept: 1, slope: 0 });
});

Deno.test("a derived value is worked out within a repetition, and only from all of its parts", () => {
  const source = (plan: string) => ({ plan, step: "idle", field: "bytes" });
  const row: Row = {
    key: "sum",
    title: "sum",
    unit: "bytes",
    source: { from: [source("10"), source("100")], combine: ([a, b]) => a! + b! },
    peers: { redis: undefined },
  };
  const measurements = new Measurements();
  measurements.set("rankserver", 0, "10", "idle", { bytes: 1 });
  measurements.set("rankserver", 0, "100", "idle", { bytes: 2 });
  measurements.set("rankserver", 1, "10", "idle", { bytes: 3 });
  measurements.set("redis", 0, "10", "idle", { bytes: 4 });
  assertEquals(measurements.values(row, "rankserver"), [3, undefined]);
  assertEquals(measurements.values(row, "redis"), [undefined]);
});

Deno.test("the load generator's share counts in padded steps too", () => {
  const measurements = new Measurements();
  measurements.set("redis", 0, "1", "closed", { load_cpu: 0.2 });
  measurements.set("redis", 0, "1", "closed:equal", { load_cpu: 0.3 });
  measurements.set("redis", 0, "1", "pipelined", { load_cpu: 0.9 });
  assertEquals(measurements.mostLoadCpu("closed"), 0.3);
});

const MARKS = {
  started: 1_000,
  clock: 1_010,
  loaded: 1_014,
  configuring: 1_017,
  opening: 1_019,
  listening: 1_020,
  serving: 1_030,
  dropping: 0.5,
};

Deno.test("the parts of a start add up to the time until it listens", () => {
  const parts = startupParts(MARKS);
  const { process, boot, modules, config, listen, total, serve, drop } = parts;
  assertEquals([process, boot, modules, config, listen], [10, 4, 3, 2, 1]);
  assertEquals(process + boot + modules + config + listen, total);
  assertEquals([serve, drop], [10, 0.5]);
});

Deno.test("a start that no longer passes the marks, or in another order, is not reported", () => {
  assertThrows(() => startupParts({ ...MARKS, opening: NaN }), Error, "Cannot tell");
  assertThrows(() => startupParts({ ...MARKS, configuring: 1_020 }), Error, "Cannot tell");
});

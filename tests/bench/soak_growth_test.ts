// What the soak takes for growth of a client, and what for noise.

import { assertEquals, assertMatch } from "@std/assert";
import { findGrowth, renderProcesses } from "../../bench/soak/clients/growth.ts";
import { type ProcessSample, WatchedProcess } from "../../bench/soak/clients/watched_process.ts";
import { Random } from "../support/random.ts";

const MINUTES = 10;
const SAMPLE_EVERY_MS = 2_000;
const MEBI = 1_048_576;

/** Ten minutes of a level process, with what `change` makes of it. */
function soaked(change: (seconds: number, random: Random) => Partial<ProcessSample> = () => ({})) {
  const random = new Random(1);
  const process = new WatchedProcess("guard", 1, () => "renewed");
  for (let atMs = 0; atMs <= MINUTES * 60_000; atMs += SAMPLE_EVERY_MS) {
    const level = { atMs, resident: 60 * MEBI, descriptors: 18, threads: 5, children: 0 };
    process.samples.push({ ...level, ...change(atMs / 1_000, random) });
  }
  return process;
}

/** As small as a guard, and leaking. */
const growing = (bytesPerSecond: number) =>
  soaked((seconds) => ({ resident: 60 * MEBI + seconds * bytesPerSecond }));

Deno.test("a guard that leaks 95 KB a second (with a lease of 5 s) or 300 KB a second (1 s) has grown", () => {
  for (const bytesPerSecond of [95_000, 300_000]) {
    assertMatch(
      findGrowth(growing(bytesPerSecond))[0]!,
      /^guard: bytes of resident memory went from \d+ to \d+$/,
    );
  }
});

Deno.test("memory that wanders, peaks for a minute or rises at the start is level", () => {
  const level = [
    soaked((_, random) => ({ resident: (60 + random.below(60)) * MEBI })),
    soaked((seconds) => ({ resident: (seconds > 420 && seconds < 480 ? 300 : 60) * MEBI })),
    soaked((seconds) => ({ resident: (seconds < 20 ? 40 : 60) * MEBI })),
    growing(20_000),
  ];
  assertEquals(level.flatMap(findGrowth), []);
});

Deno.test("one more child, and more descriptors or threads than the runtime opens by itself, have been left behind", () => {
  assertEquals(findGrowth(soaked((seconds) => ({ children: seconds > 300 ? 1 : 0 }))), [
    "guard: children went from 0 to 1",
  ]);
  assertEquals(findGrowth(soaked((seconds) => ({ descriptors: 18 + Math.floor(seconds / 100) }))), [
    "guard: descriptors went from 18 to 22",
  ]);
  assertEquals(findGrowth(soaked((seconds) => ({ threads: seconds > 300 ? 8 : 5 }))), [
    "guard: threads went from 5 to 8",
  ]);
});

Deno.test("what comes and goes with the work is level", () => {
  const busy = soaked((seconds, random) => ({
    descriptors: 18 + 4 * random.below(2),
    children: random.below(2),
    threads: seconds > 300 ? 6 : 5,
  }));
  assertEquals(findGrowth(busy), []);
});

Deno.test("a process without samples is not taken for level", () => {
  const process = new WatchedProcess("guard", 1);
  assertEquals(findGrowth(process), ["guard: too few samples"]);
  const rows = renderProcesses([process, soaked()]).split("\n");
  assertMatch(rows.at(-2)!, /^\| guard( +\|){8}$/);
  assertMatch(rows.at(-1)!, /^\| guard +(\| 60\.00 +){3}\| 18 - 18 +\| 5 - 5 +\| 0 - 0 +\| renewed +\|$/);
});

Deno.test("a process with few samples is shown with what they are, and not taken for level", () => {
  const process = soaked();
  process.samples.splice(1, process.samples.length - 2);
  assertEquals(findGrowth(process), ["guard: too few samples"]);
  assertMatch(renderProcesses([process]), /^\| guard +(\| 60\.00 +){3}\| 18 - 18 +\| 5 - 5 +\| 0 - 0 +\|/m);
});

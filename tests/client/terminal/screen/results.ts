// Runs for the tests of the table: written by hand, and drawn at random.

import fc from "fast-check";
import {
  type RunResult,
  type RunSummary,
  type Status,
  STATUSES,
} from "../../../../src/protocol/methods/mod.ts";

/** A result whose name and ticket follow from its rank, as far as nothing else is said. */
export function result(rank: number, status: Status, more: Partial<RunResult> = {}): RunResult {
  return {
    rank,
    ticket: rank + 100,
    name: `web-${rank}`,
    status,
    ...(status === "ok" ? { code: 0 } : {}),
    ...more,
  };
}

/** The summary that the server would give for them. */
export function summaryOf(results: readonly RunResult[]): RunSummary {
  const counts = { ok: 0, failed: 0, refused: 0, delivered: 0, timed_out: 0, lost: 0, cancelled: 0 };
  for (const { status } of results) counts[status]++;
  return { executors: results.length, ...counts, results: [...results] };
}

/** Few different outputs, so that many are the same; some of them hostile, wide, long or with the name in them. */
const output = fc.oneof(
  fc.constantFrom(
    "",
    "up 3 days\n",
    "on {host}\n",
    "a\tb\nc\td\n",
    "\x1b[2J\x07\r",
    "日本語 👍🏽",
    "x".repeat(300),
  ),
  fc.string({ unit: "grapheme", maxLength: 40 }),
);

const loose = fc.record({
  status: fc.constantFrom(...STATUSES),
  name: fc.oneof(fc.constant(undefined), fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 })),
  code: fc.option(fc.constantFrom(1, 2, 255, Number.MAX_SAFE_INTEGER), { nil: undefined }),
  signal: fc.option(fc.constantFrom("SIGTERM", "SIGKILL", "a signal\nof any length"), { nil: undefined }),
  reason: fc.option(fc.constantFrom("not allowed here", "no\nreason"), { nil: undefined }),
  stdout: fc.option(output, { nil: undefined }),
  stderr: fc.option(output, { nil: undefined }),
  cut: fc.option(fc.boolean(), { nil: undefined }),
});

/** Results of different ranks in any order, with gaps between the ranks. */
export const anyResults: fc.Arbitrary<RunResult[]> = fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 40 })
  .chain(
    (ranks) =>
      fc.tuple(...ranks.map((rank) => loose.map((drawn) => toResult(rank, drawn)))).map((
        results,
      ) => [...results]),
  );

function toResult(
  rank: number,
  drawn: typeof loose extends fc.Arbitrary<infer Drawn> ? Drawn : never,
): RunResult {
  const { status, name = `web-${rank}`, ...rest } = drawn;
  const present = Object.entries(rest).filter(([, value]) => value !== undefined);
  const made = { rank, ticket: rank + 100, name, status, ...Object.fromEntries(present) } as RunResult;
  if (status === "ok") made.code = 0;
  if (made.stdout !== undefined) made.stdout = made.stdout.replaceAll("{host}", name);
  return made;
}

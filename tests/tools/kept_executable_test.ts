import { assertEquals, assertThrows } from "@std/assert";
import { CompileError } from "../../tools/compile_job.ts";
import { type ExecutableState, keptExecutable, type Stamp } from "../../tools/compile_stamp.ts";

const OWN = "Deno 2.9.6";
const GIVEN = "DENORT_BIN=/denort";
const stamp: Stamp = { sources: "sum", requested: GIVEN, runtime: "2.9.4", bytes: 1, modifiedMs: 1 };

/** "kept", "made", or the message that says why neither. */
function decide(state: ExecutableState, requested: string, forTests: boolean): string {
  try {
    return keptExecutable("dist/x", state, { requested, forTests }) === undefined ? "made" : "kept";
  } catch (error) {
    if (error instanceof CompileError) return error.message;
    throw error;
  }
}

Deno.test("compiling keeps an executable of these sources and this runtime, and makes every other", () => {
  assertEquals(decide({ kind: "current", stamp }, GIVEN, false), "kept");
  for (
    const [state, requested] of [
      [{ kind: "current", stamp }, OWN],
      [{ kind: "outdated", stamp }, GIVEN],
      [{ kind: "outdated", stamp }, OWN],
      [{ kind: "missing" }, GIVEN],
      [{ kind: "foreign" }, GIVEN],
    ] as const
  ) {
    assertEquals(decide(state, requested, false), "made", JSON.stringify(state));
  }
});

Deno.test("before the tests a missing or outdated executable is made, and one of these sources kept", () => {
  assertEquals(decide({ kind: "missing" }, OWN, true), "made");
  assertEquals(decide({ kind: "outdated", stamp }, GIVEN, true), "made");
  assertEquals(decide({ kind: "current", stamp }, GIVEN, true), "kept");
});

Deno.test("before the tests no executable is replaced by one with another runtime", () => {
  assertEquals(decide({ kind: "current", stamp }, OWN, true), "kept");
  assertEquals(
    decide({ kind: "outdated", stamp }, OWN, true),
    "Cannot test dist/x: it is older than its sources and was compiled with DENORT_BIN=/denort, current value is " +
      "Deno 2.9.6. Run `deno task compile` with the runtime to be tested",
  );
  assertThrows(
    () => keptExecutable("dist/x", { kind: "foreign" }, { requested: OWN, forTests: true }),
    CompileError,
    "it was not made by `deno task compile`",
  );
});

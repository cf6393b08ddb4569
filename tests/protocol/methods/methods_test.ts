import { assert, assertEquals } from "@std/assert";
import {
  CLOSE_REASONS,
  costOf,
  costOfWord,
  isMethodName,
  isOperatorMethodName,
  METHODS,
  OPERATOR_METHODS,
  type ParamsOf,
  readShape,
  type ResultOf,
  slashCompletions,
  slashHelp,
  STATUSES,
} from "../../../src/protocol/methods/mod.ts";
import { runResultShape } from "../../../src/protocol/methods/run_shapes.ts";

Deno.test("the summary of a run has a count for each status", () => {
  const counts = Object.fromEntries(STATUSES.map((status) => [status, 1]));
  const summary = { executors: STATUSES.length, ...counts, results: [] };
  assertEquals(readShape<unknown>(METHODS.run.result, summary), { ok: true, value: summary });
  for (const status of STATUSES) {
    const { [status]: _, ...others } = summary as Record<string, unknown>;
    assert(!readShape(METHODS.run.result, others).ok, `${status} is not counted`);
    assert(readShape(runResultShape, { rank: 1, ticket: 2, name: "", status }).ok);
  }
});

Deno.test("the words for the end of a connection are each there once", () => {
  assertEquals(new Set(CLOSE_REASONS).size, CLOSE_REASONS.length);
});

Deno.test("only what is in the table is a method, and the operator's are not the clients'", () => {
  for (const name of ["hello", "run", "cancel", "roster", "watch", "yield", "leave", "evict", "ping"]) {
    assert(isMethodName(name), name);
  }
  for (const name of ["status", "raise", "", "Run", "welcome", "__proto__", "constructor", "toString"]) {
    assert(!isMethodName(name), name);
  }
  assertEquals(OPERATOR_METHODS, ["status", "evict", "raise", "ping"]);
  for (const name of ["run", "hello", "constructor"]) assert(!isOperatorMethodName(name), name);
});

Deno.test("what reports all members costs more, a dry run too, and what does not exist costs one", () => {
  for (const name of ["hello", "roster", "watch", "yield", "evict"]) {
    assertEquals(costOf(name, undefined), "all members", name);
  }
  assertEquals(costOf("run", { command: "x", dry_run: true }), "all members");
  for (const params of [undefined, {}, [], { dry_run: "true" }, { dry_run: false }]) {
    assertEquals(costOf("run", params), "one");
  }
  assertEquals(costOf("ping", { dry_run: true }), "one");
  for (const name of ["nothing", "__proto__", "constructor"]) assertEquals(costOf(name, {}), "one");
  for (const word of ["roster", "dry", "watch", "yield", "name"] as const) {
    assertEquals(costOfWord(word), "all members");
  }
  for (const word of ["commands", "cancel", "login", "help", "quit"] as const) {
    assertEquals(costOfWord(word), "one");
  }
});

Deno.test("every word of a face is in its help, save the one that logs in", () => {
  for (const face of ["server", "terminal", "pipe"] as const) {
    const help = slashHelp(face).map(({ usage }) => usage.split(/[ ,]/)[0]!);
    assertEquals([...slashCompletions(face).keys()].filter((word) => word !== "/login"), help);
  }
  assert(!slashCompletions("terminal").has("/login") && !slashCompletions("pipe").has("/cancel"));
});

Deno.test("the types of params and results follow from the table", () => {
  // Checked by the compiler: none of these lines would compile with another type.
  const run: ParamsOf<"run"> = { command: "uptime", to: [1] };
  const roster: Pick<ResultOf<"roster">, "you"> = { you: 0 };
  const dryRun: Pick<Extract<ResultOf<"run">, { dry_run: true }>, "accepted"> = { accepted: true };
  const nothing: ParamsOf<"yield"> = undefined;
  // @ts-expect-error: a command is required
  const wrong: ParamsOf<"run"> = {};
  assertEquals([run.to, roster.you, dryRun.accepted, nothing, wrong], [[1], 0, true, undefined, {}]);
});

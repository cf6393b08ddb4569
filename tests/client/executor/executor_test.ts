import { assert, assertEquals, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import type { ClientEvent } from "../../../src/client/session/client_event.ts";
import { Executor } from "../../../src/client/executor/executor.ts";
import type { ExecuteAnswer } from "../../../src/client/connection/conversation/execute_port.ts";
import { ProgramRunner } from "../../../src/client/executor/program_runner.ts";
import { settlesWithin } from "../../../src/time/settles_within.ts";
import { CLIENT_BOUNDS } from "../../../src/config/keys/client_bounds.ts";
import type { ExecuteParams } from "../../../src/protocol/methods/mod.ts";
import type { Program } from "../../../src/rules/program_rule.ts";
import { isRunning, pidsIn, program, script, untilGone } from "../../support/client/processes.ts";
import { SERVER_LIMITS } from "../../support/client/server_limits.ts";

const PLACE = {
  ...{ rank: 2, ticket: 17, epoch: 5, members: 3, capacity: 9, commands: [] },
  limits: { ...SERVER_LIMITS, output_bytes: 1_000_000 },
};

const LIMITS = {
  ...CLIENT_BOUNDS,
  argsCount: 64,
  argBytes: 4_096,
  outputBytes: 65_536,
  killAfterMs: 100,
  programsAtOnce: 4,
  programsQueued: 100,
};

function setUp(
  programs: [string, Program][] | undefined,
  { limits = {}, isDryRun = false, place = PLACE }: {
    limits?: Partial<typeof LIMITS>;
    isDryRun?: boolean;
    place?: typeof PLACE;
  } = {},
) {
  const events: ClientEvent[] = [];
  const all = { ...LIMITS, ...limits };
  const runner = new ProgramRunner(programs && new Map(programs), all, isDryRun);
  const executor = new Executor({
    runner,
    limits: all,
    report: (event) => events.push(event),
    place: () => place,
  });
  let lastId = 0;
  /** Asks for an execution; resolves with its answer. */
  function execute(command: string, args: string[] = [], from: Partial<ExecuteParams["from"]> = {}) {
    const { promise, resolve } = Promise.withResolvers<ExecuteAnswer>();
    const issuer = { rank: 0, ticket: 3, name: "boss", ...from };
    const id = ++lastId;
    executor.execute({ id, params: { command, args, from: issuer, epoch: 6 }, answer: resolve });
    return { id, answer: promise };
  }
  async function result(command: string, args: string[] = []) {
    const answer = await execute(command, args).answer;
    assert(answer.kind === "result" && "code" in answer.result, JSON.stringify(answer));
    return answer.result;
  }
  async function error(command: string, args: string[] = []) {
    const answer = await execute(command, args).answer;
    assert(answer.kind === "error", JSON.stringify(answer));
    return answer.error;
  }
  return { executor, runner, events, execute, result, error };
}

/** A named pipe from a program to the test: says when a program that is to be stopped has come so far. */
class Signpost implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync();
  readonly path = `${this.folder}/signpost`;

  constructor() {
    const { success } = new Deno.Command("mkfifo", { args: [this.path] }).outputSync();
    assert(success);
  }

  /** What was written to the pipe until its last writer closed it. */
  read(): Promise<string> {
    return Deno.readTextFile(this.path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

Deno.test("delivery called execution: without a [run] table a command is delivered, never executed", async () => {
  const { execute, events } = setUp(undefined);
  assertEquals(await execute("uptime", ["x"]).answer, {
    kind: "result",
    result: { delivered: true, reason: undefined },
  });
  assertEquals(events.map((event) => event.kind === "executed" && event.execution), [
    { status: "delivered", reason: undefined },
  ]);
});

Deno.test("delivery called execution: a command that the [run] table does not name is refused", async () => {
  for (const programs of [[], [program("uptime", ["true"])]]) {
    const { error, events } = setUp(programs);
    const refused = await error("restart");
    assertEquals([refused.code, refused.message], [
      -32003,
      "this machine's [run] table has no program for restart",
    ]);
    assertEquals(events.map((event) => event.kind === "executed" && event.execution.status), ["refused"]);
  }
});

Deno.test("a program gets its arguments as they are, its place in the environment, and the command on stdin if it wants", async () => {
  const argv = ["sh", "-c", 'printf "%s|" "$@"; env | grep "^RANK" | sort; cat', "show", "{1}", "{2}"];
  const { execute } = setUp([program("show", argv, { stdin: "json" })]);
  const { answer } = execute("show", ["$(id) `id`; * \"'", "b c"], { name: "bo\0ss\n" });
  const got = await answer;
  assert(got.kind === "result" && "code" in got.result);
  const [args, ...lines] = got.result.stdout!.split("\n");
  assertEquals(args, "$(id) `id`; * \"'|b c|RANK=2");
  assertEquals(lines.slice(0, 4), [
    "RANK_COMMAND=show",
    "RANK_EPOCH=6",
    "RANK_ISSUER=bo\\x00ss\\n",
    "RANK_TICKET=17",
  ]);
  assertEquals(JSON.parse(lines[4]!), {
    command: "show",
    args: ["$(id) `id`; * \"'", "b c"],
    from: { rank: 0, ticket: 3, name: "bo\0ss\n" },
    epoch: 6,
    rank: 2,
    ticket: 17,
  });
});

Deno.test("G12: a program reads nothing by default: what an issuer is called is no script for a shell", async () => {
  const folder = await Deno.makeTempDir();
  const name = "$(touch pwned)";
  const { execute } = setUp([program("s", ["sh"], { cwd: folder }), program("count", ["wc", "-c"])]);
  assertEquals(await execute("s", [], { name }).answer, {
    kind: "result",
    result: { code: 0, stdout: "", stderr: "" },
  });
  assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
  const counted = await execute("count", [], { name }).answer;
  assertEquals(counted.kind === "result" && "code" in counted.result && counted.result.stdout?.trim(), "0");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("the answer has the true exit code, both outputs, and the signal that ended it", async () => {
  const { result, events } = setUp([
    script("fail", "echo out; echo err >&2; exit 7"),
    script("die", "kill -9 $$"),
  ]);
  assertEquals(await result("fail"), { code: 7, stdout: "out\n", stderr: "err\n" });
  assertEquals(await result("die"), { code: 137, signal: "SIGKILL", stdout: "", stderr: "" });
  assertEquals(events.map((event) => event.kind === "executed" && event.execution.status), [
    "failed",
    "failed",
  ]);
});

Deno.test("what its own rules do not allow is refused with the rule, and nothing is started", async () => {
  const rule = {
    name: "service",
    optional: false,
    rest: false,
    kind: { type: "one_of", values: ["nginx"] },
    maxBytes: 20,
  } as const;
  const { error } = setUp([program("restart", ["/does/not/exist", "{service}"], { args: [rule] })]);
  const refused = await error("restart", ["sshd"]);
  assertEquals([refused.code, refused.data], [-32003, { reason: "not_allowed", rule: "one_of" }]);
  assertStringIncludes(refused.message, "nginx");
  assertEquals((await error("restart", [])).code, -32003);
});

Deno.test("an argument that the program has no place for is refused, not dropped", async () => {
  const { error } = setUp([program("uptime", ["true"])]);
  assertEquals((await error("uptime", ["extra"])).code, -32003);
});

Deno.test("a program that cannot be started is a failure with its reason", async () => {
  const { error, events } = setUp([
    program("gone", ["/does/not/exist"]),
    program("nowhere", ["true"], { cwd: "/does/not/exist" }),
  ]);
  const failed = await error("gone");
  assertEquals(failed.code, -32007);
  assertStringIncludes(failed.message, "cannot start /does/not/exist");
  assertEquals((await error("nowhere")).code, -32007);
  assertEquals(events.map((event) => event.kind === "executed" && event.execution.status), [
    "failed",
    "failed",
  ]);
});

Deno.test("output over the limit is cut on a whole character and says so; the program is not held up", async () => {
  const { result } = setUp([script("flood", "yes € | head -c 3000000; echo err >&2")], {
    limits: { outputBytes: 1_000 },
  });
  const { code, stdout, stderr } = await result("flood");
  assertEquals([code, stderr], [0, "err\n"]);
  assertMatch(stdout!, /^(€\n)+€?\n\[output truncated: it had 3000000 bytes, the limit is 1000\]\n$/);
  assertLess(new TextEncoder().encode(stdout).length, 1_001);
});

Deno.test("an answer fits the server's line, however much JSON makes of the output", async () => {
  const { result } = setUp([script("zeros", "head -c 600000 /dev/zero; head -c 600000 /dev/zero >&2")], {
    limits: { outputBytes: 700_000 },
  });
  const answer = await result("zeros");
  assertLess(JSON.stringify(answer).length, 1_048_576);
  assertStringIncludes(answer.stdout!, "[truncated to fit the answer]");
  assertStringIncludes(answer.stderr!, "[truncated to fit the answer]");
});

Deno.test("an answer fits a server that reads shorter lines and keeps less output", async () => {
  const limits = { ...SERVER_LIMITS, line_bytes: 1_024, output_bytes: 200 };
  const reason = "\u0001".repeat(2_000);
  const { execute, result } = setUp([
    script("flood", "yes | head -c 600000"),
    script("zeros", "yes | head -c 150; head -c 150 /dev/zero >&2"),
    program("gone", [`/${reason}`]),
  ], { place: { ...PLACE, limits } });
  assertStringIncludes((await result("flood")).stdout!, "the limit is 200]");
  const zeros = await result("zeros");
  assertStringIncludes(zeros.stderr!, "[truncated to fit the answer]");
  assertLess(JSON.stringify({ jsonrpc: "2.0", id: 2, result: zeros }).length, 1_025);
  const failed = await execute("gone").answer;
  assert(failed.kind === "error");
  assertStringIncludes(failed.error.message, "cannot start /");
  assertLess(JSON.stringify({ jsonrpc: "2.0", id: 3, error: failed.error }).length, 1_025);
});

Deno.test("a server without room for any answer is answered nevertheless", async () => {
  const limits = { line_bytes: 0, output_bytes: 0, timeout_ms: 0 };
  const { result } = setUp([script("say", "echo hi")], { place: { ...PLACE, limits } });
  assertEquals((await result("say")).code, 0);
});

Deno.test("a program that does not read a long input is not waited for", async () => {
  const { result } = setUp([program("deaf", ["sh", "-c", "exec 0<&-; : {1} {2} {3} {4} {5}"])], {
    limits: { argBytes: 100_000 },
  });
  const args = Array.from({ length: 5 }, () => "x".repeat(20_000));
  assertEquals((await result("deaf", args)).code, 0);
});

Deno.test("what a program leaves behind holds up neither its answer nor anything else", async () => {
  const { result } = setUp([script("fork", 'sleep 1000 & echo "pid $!"; exit 3')], {
    limits: { outputAfterExitMs: 50 },
  });
  const { code, stdout } = await result("fork");
  assertEquals(code, 3);
  const [left] = pidsIn(stdout);
  assert(isRunning(left!), "a program that ended by itself may leave something running");
  Deno.kill(left!, "SIGKILL");
});

/** Ignores TERM, closes its input, and has a child and a grandchild that do the same; each says its process id. */
function stubborn(signpost: Signpost): [string, Program] {
  return script(
    "stubborn",
    `exec 0<&-; trap '' TERM
     echo "pid $$"
     sh -c 'trap "" TERM; echo "pid $$"; sleep 1000 & echo "pid $!"; echo ready > ${signpost.path}; wait; sleep 1000' &
     while :; do sleep 1000; done`,
    { timeoutMs: 60_000 },
  );
}

function assertAllGone(output: string | undefined, count: number): void {
  const pids = pidsIn(output);
  assertEquals(pids.length, count, output);
  assertEquals(pids.filter(isRunning), []);
}

Deno.test("a program that ignores TERM is gone after the kill delay, its children included: on cancel", async () => {
  await using signpost = new Signpost();
  const { executor, execute, events } = setUp([stubborn(signpost)]);
  const { id, answer } = execute("stubborn");
  await signpost.read();
  executor.cancel(id);
  const got = await answer;
  assert(got.kind === "result" && "code" in got.result);
  assertEquals([got.result.code, got.result.signal], [137, "SIGKILL"]);
  assertStringIncludes(got.result.stderr!, "[stopped: the server no longer waits for it]");
  assertAllGone(got.result.stdout, 3);
  assertEquals(events.map((event) => event.kind === "executed" && event.execution.status), ["cancelled"]);
});

Deno.test("the same when the connection is lost, and when the client leaves", async () => {
  for (const stop of ["abandon", "stop"] as const) {
    await using signpost = new Signpost();
    const { executor, execute } = setUp([stubborn(signpost)]);
    const { answer } = execute("stubborn");
    await signpost.read();
    await executor[stop]();
    const got = await answer;
    assert(got.kind === "result" && "code" in got.result);
    assertAllGone(got.result.stdout, 3);
  }
});

Deno.test("the same at its own time-out", async () => {
  await using signpost = new Signpost();
  const [name, stubbornProgram] = stubborn(signpost);
  const { execute, events } = setUp([[name, { ...stubbornProgram, timeoutMs: 1_500 }]]);
  const { answer } = execute("stubborn");
  await signpost.read();
  const got = await answer;
  assert(got.kind === "result" && "code" in got.result);
  assertStringIncludes(got.result.stderr!, "[stopped: it ran longer than 1500 ms]");
  assertEquals(got.result.timed_out, true);
  assertAllGone(got.result.stdout, 3);
  assertEquals(events.map((event) => event.kind === "executed" && event.execution.status), ["timed_out"]);
});

Deno.test("a program that obeys TERM ends its own way, but being stopped is no success", async () => {
  await using signpost = new Signpost();
  const { executor, execute } = setUp([
    script(
      "polite",
      `trap 'echo bye; exit 0' TERM; echo ready > ${signpost.path}; while :; do sleep 0.01; done`,
    ),
  ], { limits: { killAfterMs: 30_000 } });
  const { id, answer } = execute("polite");
  await signpost.read();
  executor.cancel(id);
  const got = await answer;
  assert(got.kind === "result" && "code" in got.result);
  assertEquals([got.result.code, got.result.stdout], [124, "bye\n"]);
});

Deno.test("a child that ignores TERM is killed although the program itself has ended at once", async () => {
  await using signpost = new Signpost();
  const { executor, execute } = setUp([
    script(
      "parent",
      `sh -c 'trap "" TERM; exec >&- 2>&-; echo "$$" > ${signpost.path}; while :; do sleep 1000; done' &
       wait`,
    ),
  ]);
  const { id, answer } = execute("parent");
  const child = Number(await signpost.read());
  assert(isRunning(child));
  executor.cancel(id);
  const got = await answer;
  assert(got.kind === "result" && "code" in got.result);
  assertEquals([got.result.signal, isRunning(child)], ["SIGTERM", false]);
});

Deno.test("so many programs run at once, so many wait, and one more is a failure", async () => {
  await using signpost = new Signpost();
  const { executor, execute, error } = setUp(
    [script("hold", `echo ready > ${signpost.path}; exec sleep 1000`), script("echo", "echo hi")],
    { limits: { programsAtOnce: 1, programsQueued: 1 } },
  );
  const first = execute("hold");
  await signpost.read();
  const second = execute("echo");
  const third = await execute("echo").answer;
  assert(third.kind === "error");
  assertEquals([third.error.code, third.error.message], [
    -32007,
    "1 program is running and 1 is waiting, which is the limit",
  ]);
  // What needs no program is not held up by those that do.
  assertEquals((await error("unknown")).code, -32003);
  executor.cancel(first.id);
  await first.answer;
  const got = await second.answer;
  assert(got.kind === "result" && "code" in got.result);
  assertEquals(got.result.stdout, "hi\n");
});

Deno.test("what waits for its turn and is cancelled is never started", async () => {
  await using signpost = new Signpost();
  const { executor, execute } = setUp(
    [script("hold", `echo ready > ${signpost.path}; exec sleep 1000`)],
    { limits: { programsAtOnce: 1 } },
  );
  const first = execute("hold");
  await signpost.read();
  const second = execute("hold");
  executor.cancel(second.id);
  const got = await second.answer;
  assert(got.kind === "error");
  assertEquals(got.error.message, "cancelled before it was started");
  await executor.stop();
  await first.answer;
});

Deno.test("a dry run says what would be started, and starts nothing", async () => {
  await using signpost = new Signpost();
  const file = `${signpost.folder}/made`;
  const { execute } = setUp([program("touch", ["touch", "{1}"], { cwd: "/" })], { isDryRun: true });
  const reason = `dry run: would start ["touch","${file}"] in "/"`;
  assertEquals(await execute("touch", [file]).answer, {
    kind: "result",
    result: { delivered: true, reason },
  });
  assertEquals([...Deno.readDirSync(signpost.folder)].map((entry) => entry.name), ["signpost"]);
});

Deno.test("what a program leaves behind may hold a full stdin for ever: neither slot nor end wait for it", async () => {
  const placeholders = Array.from({ length: 20 }, (_, index) => `{${index + 1}}`);
  const source = 'exec 3<&0; sleep 1000 <&3 & echo "pid $!"; exit 3';
  const argv = ["sh", "-c", source, "hold", ...placeholders];
  const { executor, execute } = setUp([program("hold", argv, { stdin: "json" })], {
    limits: { outputAfterExitMs: 50 },
  });
  const { answer } = execute("hold", placeholders.map(() => "x".repeat(4_096)));
  const isAnswered = await settlesWithin(answer, 5_000);
  const isStopped = await settlesWithin(executor.stop(), 5_000);
  assertEquals([isAnswered, isStopped], [true, true]);
  const got = await answer;
  assert(got.kind === "result" && "code" in got.result);
  assertEquals(got.result.code, 3);
  const left = pidsIn(got.result.stdout);
  assertEquals(left.filter(isRunning).length, 1);
  // The write that was left behind ends with it.
  for (const pid of left) Deno.kill(pid, "SIGKILL");
  await untilGone(left);
});

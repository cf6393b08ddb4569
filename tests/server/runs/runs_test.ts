import { assert, assertEquals, assertLessOrEqual, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { ServerEvent } from "../../../src/log/server_event.ts";
import type { Id } from "../../../src/protocol/json_rpc/json_rpc.ts";
import {
  type RunCounts,
  type RunResult,
  type RunSummary,
  STATUSES,
} from "../../../src/protocol/methods/mod.ts";
import type { Seat } from "../../../src/ranks/rank_manager.ts";
import type { Member } from "../../../src/server/connection/member.ts";
import { type RunLimits, Runs } from "../../../src/server/runs/runs.ts";
import { acts } from "../../support/acting_text.ts";
import { holds } from "../../support/seed.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { type FakeSession, seatMembers } from "../../support/server/fake_session.ts";

const LIMITS: RunLimits = {
  runsPerIssuer: 3,
  answerGraceMs: 0,
  runsTotal: 5,
  outputBytes: 20,
  runOutputBytes: 50,
  runsOutputBytes: 1_000,
};
const TIMEOUT_MS = 1_000;

/** Runs among `count` members, with everything around them faked. */
class Scene {
  readonly clock = new FakeClock();
  readonly events: ServerEvent[] = [];
  readonly members: (FakeSession & { seat: Seat<Member> })[];
  readonly runs: Runs;
  /** Numbers of the runs in the order they were sent to their executors. */
  readonly sent: number[] = [];
  /** How often the writes of what was queued were started. */
  flushes = 0;
  onSend: (executors: readonly Seat<Member>[]) => void = () => {};

  constructor(count: number, limits: Partial<RunLimits> = {}) {
    this.members = seatMembers(count).members;
    const fanOut = {
      toChosen: (
        _issuer: Seat<Member>,
        executors: readonly Seat<Member>[],
        _command: string,
        _args: readonly string[],
        run: number,
      ) => {
        this.sent.push(run);
        this.onSend(executors);
      },
    };
    const report = (event: ServerEvent) => void this.events.push(event);
    this.runs = new Runs({ ...LIMITS, ...limits }, fanOut, report, this.clock, () => {
      this.flushes++;
    });
  }

  /** Begins a run of `issuer` (a rank) for all members below it. */
  begin(issuer = 0, key: Id = "key", timeoutMs = TIMEOUT_MS): Told {
    const { seat } = this.members[issuer]!;
    const told = new Told();
    this.runs.begin({
      issuer: seat,
      key,
      command: "uptime",
      args: [],
      executors: this.members.slice(issuer + 1).map((member) => member.seat),
      timeoutMs,
      results: "all",
      onResult: (result, index) => told.onResult(result, index),
      onEnd: (counts) => told.onEnd(counts),
    });
    return told;
  }

  answer(rank: number, run = this.sent.at(-1)!): void {
    this.runs.answer(this.members[rank]!, run, { status: "ok", code: 0 });
  }

  leave(rank: number): void {
    const member = this.members[rank]!;
    member.isOpen = false;
    this.runs.memberLeft(member);
    (member as FakeSession).seat = undefined;
  }

  /** Nothing of any run is kept anywhere. */
  isEmpty(): void {
    assertEquals([this.runs.inFlight, this.clock.timers], [0, 0]);
    for (const member of this.members) assertEquals(this.runs.cancelAllOf(member), 0);
  }
}

/** What an issuer received of one run. */
class Told {
  readonly results: RunResult[] = [];
  readonly summaries: RunSummary[] = [];
  /** By index of the executor. */
  readonly #byIndex: RunResult[] = [];
  then = () => {};

  onResult(result: RunResult, index: number): void {
    assertEquals(this.summaries.length, 0, "a result after the end");
    assertEquals(this.#byIndex[index], undefined, "two results for one executor");
    this.results.push(result);
    this.#byIndex[index] = result;
    this.then();
  }

  onEnd(counts: RunCounts): void {
    this.summaries.push({ ...counts, results: this.#byIndex });
  }

  get summary(): RunSummary {
    assertEquals(this.summaries.length, 1, "the run has not ended exactly once");
    return this.summaries[0]!;
  }

  get statuses(): string[] {
    return this.summary.results.map((result) => result.status);
  }
}

Deno.test("G8: the answer comes with the last status, not at a time-out", () => {
  const scene = new Scene(4);
  const told = scene.begin();
  scene.answer(3);
  scene.answer(1);
  assertEquals(told.summaries, []);
  scene.answer(2);
  assertEquals(scene.clock.now(), 0);
  assertEquals(told.results.map((result) => result.rank), [3, 1, 2], "results come as they are known");
  assertEquals(told.summary.results.map((result) => result.rank), [1, 2, 3], "the summary is in rank order");
  scene.isEmpty();
});

Deno.test("G7: each way to end gives each executor exactly one status, and the counts add up", () => {
  const scene = new Scene(8);
  scene.members[7]!.mode = "text";
  const told = scene.begin();
  const run = scene.sent[0]!;
  scene.runs.answer(scene.members[1]!, run, { status: "ok", code: 0 });
  scene.runs.answer(scene.members[2]!, run, { status: "failed", code: 2 });
  scene.runs.answer(scene.members[3]!, run, { status: "refused", reason: "not here" });
  scene.leave(4);
  scene.clock.advance(TIMEOUT_MS - 1);
  assertEquals(told.summaries, []);
  scene.clock.advance(1);
  assertEquals(told.statuses, ["ok", "failed", "refused", "lost", "timed_out", "timed_out", "delivered"]);
  const { results: _, ...counts } = told.summary;
  assertEquals(counts, {
    ...{ executors: 7, ok: 1, failed: 1, refused: 1, lost: 1, timed_out: 2, delivered: 1, cancelled: 0 },
  });
  scene.isEmpty();
});

Deno.test("G7: any history of answers, departures, cancellations and time ends every run with one status each", () => {
  const size = 6;
  const rank = fc.nat(size - 1);
  const step = fc.oneof(
    fc.record({ begin: rank, timeoutMs: fc.constantFrom(10, 50, 1_000), key: fc.nat(3) }),
    fc.record({ answer: rank, run: fc.nat(20) }),
    fc.record({ leave: rank }),
    fc.record({ cancel: rank, key: fc.nat(3) }),
    fc.record({ wait: fc.nat(40) }),
    fc.record({ text: rank }),
  );
  holds(
    fc.property(
      fc.array(step, { maxLength: 60, size: "max" }),
      fc.constantFrom(0, 5, 100),
      (steps, answerGraceMs) => {
        const scene = new Scene(size, { answerGraceMs });
        const begun: { told: Told; executors: number[] }[] = [];
        const gone = new Set<number>();
        const member = (rank: number) => scene.members[rank]!;
        for (const step of steps) {
          if ("begin" in step) {
            if (gone.has(step.begin) || scene.runs.mayBegin(member(step.begin), step.key)) continue;
            const { seat } = scene.members[step.begin]!;
            const executors = scene.members.filter((_, i) => i > step.begin && !gone.has(i)).map((each) =>
              each.seat
            );
            if (executors.length === 0) continue;
            const told = new Told();
            const tell = { onResult: told.onResult.bind(told), onEnd: told.onEnd.bind(told) };
            const request = { issuer: seat, key: step.key, command: "uptime", args: [], executors };
            scene.runs.begin({ ...request, timeoutMs: step.timeoutMs, results: "all", ...tell });
            begun.push({ told, executors: executors.map((each) => each.ticket) });
          } else if ("answer" in step) scene.answer(step.answer, step.run);
          else if ("cancel" in step) scene.runs.cancel(member(step.cancel), step.key);
          else if ("wait" in step) scene.clock.advance(step.wait);
          else if ("text" in step) {
            scene.members[step.text]!.mode = "text";
            scene.runs.memberReadsText(member(step.text));
          } else if (!gone.has(step.leave)) {
            gone.add(step.leave);
            scene.leave(step.leave);
          }
          assertLessOrEqual(scene.clock.timers, 1);
        }
        scene.clock.advance(1_000);
        scene.clock.advance(answerGraceMs);
        for (const { told, executors } of begun) {
          const { results, executors: count, ...counts } = told.summary;
          assertEquals(results.map((result) => result.ticket), executors);
          assertEquals(new Set(told.results.map((result) => result.ticket)), new Set(executors));
          assertEquals(told.results.length, executors.length);
          assertEquals(Object.values(counts).reduce((sum, n) => sum + n, 0), count);
          assertEquals(count, executors.length);
          for (const status of STATUSES) {
            assertEquals(counts[status], results.filter((result) => result.status === status).length);
          }
        }
        assertEquals(scene.events.length, begun.length, "one run_ended for each run");
        scene.isEmpty();
      },
    ),
    { numRuns: 500 },
  );
});

const GRACE_MS = 200;

/** A run of three executors whose time is over. */
function overdue(): { scene: Scene; told: Told } {
  const scene = new Scene(4, { answerGraceMs: GRACE_MS });
  const told = scene.begin();
  scene.clock.advance(TIMEOUT_MS);
  assertEquals([told.results, told.summaries], [[], []]);
  return { scene, told };
}

const cancelsOf = (member: FakeSession) => member.notes.filter(({ method }) => method === "cancel").length;

Deno.test("a time-out keeps what the program had printed: the answer within the grace belongs to timed_out", () => {
  const { scene, told } = overdue();
  const [run] = scene.sent;
  const cut = { code: 143, signal: "SIGTERM", stdout: "half", stderr: "" };
  scene.runs.answer(scene.members[1]!, run!, { status: "failed", ...cut });
  assertEquals(told.results, [
    {
      rank: 1,
      ticket: 2,
      name: scene.members[1]!.name,
      status: "timed_out",
      ...cut,
      reason: undefined,
      cut: undefined,
    },
  ]);
  scene.runs.answer(scene.members[2]!, run!, { status: "ok", code: 0 });
  scene.runs.answer(scene.members[3]!, run!, { status: "failed", reason: "was not started" });
  assertEquals(scene.clock.now(), TIMEOUT_MS, "the end waits for no more than the last answer");
  assertEquals(told.statuses, ["timed_out", "timed_out", "timed_out"]);
  assertEquals([told.summary.results[1]!.code, told.summary.results[2]!.reason], [0, "was not started"]);
  assertEquals(scene.members.slice(1).map(cancelsOf), [1, 1, 1]);
  scene.isEmpty();
});

Deno.test("G7, G8: a time-out is final for executors that do not answer, leave, or are cancelled within the grace", () => {
  const ends: Record<string, (scene: Scene) => void> = {
    "nothing more comes": (scene) => scene.clock.advance(1),
    "all leave": (scene) => [1, 2, 3].forEach((rank) => scene.leave(rank)),
    "its issuer cancels it": (scene) => void scene.runs.cancel(scene.members[0]!, "key"),
    "its issuer leaves": (scene) => scene.leave(0),
    "the server stops": (scene) => scene.runs.cancelAll(),
  };
  for (const [name, end] of Object.entries(ends)) {
    const { scene, told } = overdue();
    scene.clock.advance(GRACE_MS - 1);
    assertEquals(told.summaries, [], name);
    end(scene);
    assertEquals(told.statuses, ["timed_out", "timed_out", "timed_out"], name);
    assertEquals(scene.members.slice(1).map(cancelsOf), [1, 1, 1], name);
    scene.isEmpty();
  }
});

Deno.test("delivery called execution: a text client's status is delivered, never ok", () => {
  const scene = new Scene(3);
  scene.members[1]!.mode = "text";
  const told = scene.begin();
  assertEquals(told.results.map((result) => result.status), ["delivered"]);
  scene.answer(1);
  assertEquals(scene.runs.lateAnswers, 1);
  scene.answer(2);
  assertEquals(told.statuses, ["delivered", "ok"]);
});

Deno.test("delivery called execution: a member that turns out to be a text client was shown the command", () => {
  const scene = new Scene(3);
  scene.members[2]!.mode = "undecided";
  const told = scene.begin();
  assertEquals(told.results, []);
  scene.members[2]!.mode = "text";
  scene.runs.memberReadsText(scene.members[2]!);
  scene.answer(1);
  assertEquals(told.statuses, ["ok", "delivered"]);
});

Deno.test("a run of text clients alone ends as soon as it is sent, not before", () => {
  const scene = new Scene(3);
  for (const member of scene.members) member.mode = "text";
  const told = scene.begin();
  assertEquals(scene.sent.length, 1);
  assertEquals(told.statuses, ["delivered", "delivered"]);
  scene.isEmpty();
});

Deno.test("late, double, foreign and nonsense answers are dropped and counted", () => {
  const scene = new Scene(4);
  const told = scene.begin(1);
  const run = scene.sent[0]!;
  const dropped = (rank: number, number: Id) => {
    const before = scene.runs.lateAnswers;
    scene.runs.answer(scene.members[rank]!, number, { status: "failed", code: 66 });
    assertEquals(scene.runs.lateAnswers, before + 1);
  };
  dropped(0, run); // ranks above: was never asked
  dropped(1, run); // the issuer
  dropped(2, run + 1); // no such run
  dropped(2, `${run}`); // an id is kept as it was, kind and all
  dropped(2, null);
  dropped(2, NaN);
  scene.answer(2);
  dropped(2, run); // answered already
  scene.answer(3);
  dropped(3, run); // over
  assertEquals(told.statuses, ["ok", "ok"]);
});

Deno.test("a client that has left and returned is another member: its answer to the old run is ignored", () => {
  const scene = new Scene(2);
  const told = scene.begin();
  const run = scene.sent[0]!;
  scene.leave(1);
  assertEquals(told.statuses, ["lost"]);
  (scene.members[1] as FakeSession).seat = { ticket: 3, rank: 1, member: scene.members[1]! };
  scene.answer(1, run);
  assertEquals(scene.runs.lateAnswers, 1);
});

Deno.test("the rank in a result is the one the executor had when the run was accepted", () => {
  const scene = new Scene(4);
  const told = scene.begin();
  Object.assign(scene.members[3]!.seat, { rank: 1 });
  for (const rank of [1, 2, 3]) scene.answer(rank);
  assertEquals(told.summary.results.map((result) => result.rank), [1, 2, 3]);
});

Deno.test("cancelling ends the run immediately and sends a cancel to executors that have not answered", () => {
  const scene = new Scene(4);
  const told = scene.begin(0, 7);
  const run = scene.sent[0]!;
  scene.answer(2);
  assert(scene.runs.cancel(scene.members[0]!, 7));
  assertEquals(told.statuses, ["cancelled", "ok", "cancelled"]);
  const notes = scene.members.map((member) => member.notes);
  const note = { method: "cancel", params: { id: run } } as const;
  assertEquals(notes, [[], [note], [], [note]]);
  assert(!scene.runs.cancel(scene.members[0]!, 7), "cancelled twice");
  scene.isEmpty();
});

Deno.test("a run can be cancelled by its own issuer alone, and by the exact id", () => {
  const scene = new Scene(3);
  const told = scene.begin(0, 7);
  for (const rank of [1, 2]) assert(!scene.runs.cancel(scene.members[rank]!, 7));
  for (const key of ["7", 8, null]) assert(!scene.runs.cancel(scene.members[0]!, key));
  assertEquals(told.results, []);
  assert(scene.runs.cancel(scene.members[0]!, 7));
});

Deno.test("after the timeout, executors that have not answered have timed out and are sent a cancel", () => {
  const scene = new Scene(3);
  const told = scene.begin();
  scene.answer(1);
  scene.clock.advance(TIMEOUT_MS);
  assertEquals(told.statuses, ["ok", "timed_out"]);
  assertEquals(scene.members.map((member) => member.notes.length), [0, 0, 1]);
  const ended = scene.events.at(-1)!;
  assert(ended.event === "run_ended");
  assertEquals([ended.ms, ended.counts.timed_out], [TIMEOUT_MS, 1]);
  assertEquals(scene.flushes, 1, "the answer is queued, and nothing sends it");
});

Deno.test("when the issuer leaves, its runs are cancelled, and those of others go on", () => {
  const scene = new Scene(4);
  const [first, second, other] = [scene.begin(0, 1), scene.begin(0, 2), scene.begin(1)];
  const run = scene.sent[2]!;
  scene.leave(0);
  assertEquals([first.statuses, second.statuses], [
    ["cancelled", "cancelled", "cancelled"],
    ["cancelled", "cancelled", "cancelled"],
  ]);
  assertEquals(other.summaries, []);
  for (const rank of [2, 3]) scene.answer(rank, run);
  assertEquals(other.statuses, ["ok", "ok"]);
  scene.isEmpty();
});

Deno.test("a member that yields while it works is sent a cancel, once for each run", () => {
  const scene = new Scene(4);
  const [answered, pending] = [scene.begin(0, 1), scene.begin(0, 2)];
  scene.answer(1, scene.sent[0]);
  scene.runs.memberLeft(scene.members[1]!);
  assertEquals(scene.members[1]!.notes, [{ method: "cancel", params: { id: scene.sent[1]! } }]);
  assertEquals(pending.results.map((result) => result.status), ["lost"]);
  assertEquals(answered.results.map((result) => result.status), ["ok"]);
  scene.runs.memberReadsText(scene.members[2]!);
  assertEquals(scene.members[2]!.notes, [], "who was shown a command is told that it is not wanted");
  scene.leave(3);
  assertEquals(scene.members[3]!.notes, [], "a closed session is told something");
});

Deno.test("a member that is closed by the cancel while it yields is lost once", () => {
  const scene = new Scene(3);
  scene.members[1]!.onNote = () => {
    scene.members[1]!.onNote = () => {};
    scene.leave(1);
  };
  const told = scene.begin();
  scene.runs.memberLeft(scene.members[1]!);
  assertEquals(told.results.map((result) => result.status), ["lost"]);
  scene.answer(2);
  assertEquals(told.statuses, ["lost", "ok"]);
  scene.isEmpty();
});

Deno.test("an executor that is lost while the command is being sent does not end the run early", () => {
  const scene = new Scene(3);
  scene.onSend = () => scene.leave(1);
  const told = scene.begin();
  assertEquals(told.results.map((result) => result.status), ["lost"]);
  assertEquals(told.summaries, []);
  scene.answer(2);
  assertEquals(told.statuses, ["lost", "ok"]);
});

Deno.test("all executors lost while the command is being sent: the run ends once", () => {
  const scene = new Scene(3);
  scene.onSend = () => [1, 2].forEach((rank) => scene.leave(rank));
  assertEquals(scene.begin().statuses, ["lost", "lost"]);
  scene.isEmpty();
});

Deno.test("an issuer that is lost while the command is being sent ends the run once, and keeps nothing", () => {
  const scene = new Scene(3);
  scene.members[2]!.mode = "text";
  scene.onSend = () => scene.leave(0);
  assertEquals(scene.begin().statuses, ["cancelled", "cancelled"]);
  scene.isEmpty();
});

Deno.test("an issuer that is closed by a result ends the run once", () => {
  const scene = new Scene(4);
  const told = scene.begin();
  told.then = () => {
    told.then = () => {};
    scene.leave(0);
  };
  scene.answer(2);
  assertEquals(told.statuses, ["cancelled", "ok", "cancelled"]);
  scene.isEmpty();
});

Deno.test("an executor that is closed by the cancel is lost, once", () => {
  const scene = new Scene(3);
  scene.members[1]!.onNote = () => {
    scene.members[1]!.onNote = () => {};
    scene.leave(1);
  };
  const told = scene.begin();
  scene.runs.cancelAll();
  assertEquals(told.statuses, ["lost", "cancelled"]);
  scene.isEmpty();
});

Deno.test("an issuer whose seat another one holds by now has ended its runs, and nothing of them is kept", () => {
  const scene = new Scene(3);
  const told = scene.begin();
  const issuer = scene.members[0]!;
  (issuer.seat as { member: Member }).member = scene.members[2]!;
  scene.runs.memberLeft(issuer);
  assertEquals(told.summaries.map(({ cancelled }) => cancelled), [2]);
  assertEquals([scene.runs.inFlight, scene.runs.cancel(issuer, "key")], [0, false]);
});

Deno.test("a member that is disconnected when a run begins is lost immediately, and the run waits for the others", () => {
  const scene = new Scene(3);
  scene.members[1]!.isOpen = false;
  const told = scene.begin();
  assertEquals(told.results.map(({ rank, status }) => [rank, status]), [[1, "lost"]]);
  assertEquals(told.summaries, []);
});

Deno.test("an issuer has a bounded number of runs, and so has the server", () => {
  const scene = new Scene(4);
  const refusalOf = (rank: number, key: Id) => scene.runs.mayBegin(scene.members[rank]!, key);
  for (let i = 0; i < 3; i++) {
    assertEquals(refusalOf(0, i), undefined);
    scene.begin(0, i);
  }
  assertEquals(refusalOf(0, 3)?.reason, "rate_limited");
  assertEquals(refusalOf(0, 3)?.data, { limit: 3 });
  for (let i = 0; i < 2; i++) {
    assertEquals(refusalOf(1, i), undefined);
    scene.begin(1, i);
  }
  assertEquals(refusalOf(1, 2)?.data, { limit: 5 });
  scene.runs.cancel(scene.members[0]!, 0);
  assertEquals([refusalOf(0, 0), refusalOf(1, 2)], [undefined, undefined]);
});

Deno.test("G9: a member without a run may begin one, however many others have", () => {
  const scene = new Scene(4);
  const begin = (issuer: number, key: number) => {
    const refusal = scene.runs.mayBegin(scene.members[issuer]!, key);
    if (refusal === undefined) scene.begin(issuer, key);
    return refusal?.data;
  };
  const all = [0, 1].flatMap((issuer) => [1, 2, 3].map((key) => begin(issuer, key)));
  assertEquals(all.at(-1), { limit: LIMITS.runsTotal }, "the two have taken all there are");
  assertEquals([begin(2, 1), begin(2, 2)], [undefined, { limit: LIMITS.runsTotal }]);
});

Deno.test("an id names one run at a time, and is free again afterwards", () => {
  const scene = new Scene(2);
  const issuer = scene.members[0]!;
  scene.begin(0, 1);
  assertEquals(scene.runs.mayBegin(issuer, 1)?.reason, "invalid_request");
  assertEquals(scene.runs.mayBegin(issuer, "1"), undefined, '1 and "1" are two ids');
  scene.answer(1);
  assertEquals(scene.runs.mayBegin(issuer, 1), undefined);
});

Deno.test("the refusal of an id that is in use repeats it short and harmless", () => {
  const scene = new Scene(2);
  const key = "\u009b2J\u202e" + "x".repeat(100_000);
  scene.begin(0, key);
  const { message } = scene.runs.mayBegin(scene.members[0]!, key)!;
  assert(!acts(message) && message.length < 200, message.slice(0, 300));
  assertStringIncludes(message, "\\x9b2J");
});

Deno.test("an executor's output is cut at its limit, stdout and stderr each, and the result says so", () => {
  const scene = new Scene(4, { runOutputBytes: 1_000 });
  const told = scene.begin();
  const run = scene.sent[0]!;
  const outputs = [
    { stdout: "x".repeat(20), stderr: "y".repeat(20) },
    { stdout: "x".repeat(21), stderr: "y" },
    { stdout: "ä€\u{1f600}".repeat(10), stderr: "" },
  ];
  for (const [i, output] of outputs.entries()) {
    scene.runs.answer(scene.members[i + 1]!, run, { status: "ok", code: 0, ...output });
  }
  const kept = told.summary.results.map(({ stdout, stderr, cut }) => ({ stdout, stderr, cut }));
  assertEquals(kept, [
    { stdout: "x".repeat(20), stderr: "y".repeat(20), cut: undefined },
    { stdout: "x".repeat(20), stderr: "y", cut: true },
    { stdout: "ä€\u{1f600}ä€\u{1f600}ä", stderr: "", cut: true },
  ]);
});

Deno.test("G9: the outputs of one run together are cut at the run's limit, and up to it none is", () => {
  const scene = new Scene(8);
  const told = scene.begin();
  const run = scene.sent[0]!;
  for (let rank = 1; rank < 8; rank++) {
    const output = { stdout: "x".repeat(5), stderr: "y".repeat(5) };
    scene.runs.answer(scene.members[rank]!, run, { status: "ok", code: 0, ...output });
  }
  const { results } = told.summary;
  const bytes = results.map(({ stdout, stderr }) => stdout!.length + stderr!.length);
  assertEquals(bytes, [10, 10, 10, 10, 10, 0, 0]);
  assertEquals(results.map((result) => result.cut), [...new Array(5).fill(undefined), true, true]);
});

Deno.test("G9: the run's limit holds for what the answer takes on the wire, where some characters take six bytes", () => {
  const scene = new Scene(4, { outputBytes: 1_000, runOutputBytes: 1_000, runsOutputBytes: 10_000 });
  const told = scene.begin();
  for (const rank of [1, 2, 3]) {
    const output = { stdout: "\0".repeat(150), stderr: '"\n'.repeat(50) };
    scene.runs.answer(scene.members[rank]!, scene.sent[0]!, { status: "ok", code: 0, ...output });
  }
  const { results } = told.summary;
  assertEquals(results[0]!.stdout?.length, 150);
  assertEquals(results.map((result) => result.cut), [true, true, true]);
  assertLessOrEqual(JSON.stringify(results.map(({ stdout, stderr }) => [stdout, stderr])).length, 1_030);
});

Deno.test("G9: what else an executor may write into its answer is bounded", () => {
  const scene = new Scene(2);
  const told = scene.begin();
  const endless = "x".repeat(1_000_000);
  scene.runs.answer(scene.members[1]!, scene.sent[0]!, {
    ...{ status: "failed", code: 1, signal: endless, reason: endless, stdout: endless, stderr: endless },
  });
  assertLessOrEqual(JSON.stringify(told.summary).length, 2_000);
});

Deno.test("a reason and a signal are cut to bytes, never within a character", () => {
  for (const [character, bytes] of [["é", 2], ["\u{1f600}", 4], ["日", 3], ["e\u0301", 3]] as const) {
    const scene = new Scene(2);
    const told = scene.begin();
    const text = character.repeat(1_000);
    scene.runs.answer(scene.members[1]!, scene.sent[0]!, {
      status: "failed",
      code: 1,
      signal: text,
      reason: text,
    });
    const { signal, reason } = told.summary.results[0]!;
    for (const [cut, limit] of [[signal!, 32], [reason!, 200]] as const) {
      assert(text.startsWith(cut) && cut.isWellFormed(), cut);
      const length = new TextEncoder().encode(cut).length;
      assert(length <= limit && length > limit - bytes, `${length} of ${limit}`);
    }
  }
});

Deno.test("an executor whose seat is lost is lost, once, and the others are not", () => {
  const scene = new Scene(4);
  const told = scene.begin();
  const { seat } = scene.members[2]!;
  scene.runs.seatLost(seat);
  scene.runs.seatLost(seat);
  scene.runs.seatLost({ ...scene.members[3]!.seat });
  assertEquals(told.results.map(({ rank, status }) => [rank, status]), [[2, "lost"]]);
  scene.answer(1);
  scene.answer(3);
  assertEquals(told.statuses, ["ok", "lost", "ok"]);
  scene.isEmpty();
});

Deno.test("what is settled from outside counts once, and only for executors of a run in flight", () => {
  const scene = new Scene(3);
  const told = scene.begin();
  const [run] = scene.sent;
  const settle = (number: number, ticket: number) =>
    scene.runs.settle(number, ticket, { status: "ok", code: 0 });
  settle(run!, scene.members[1]!.seat.ticket);
  settle(run!, scene.members[1]!.seat.ticket);
  settle(run!, scene.members[0]!.seat.ticket);
  settle(run!, 999);
  settle(run! + 1, scene.members[2]!.seat.ticket);
  assertEquals(told.results.map(({ rank, status }) => [rank, status]), [[1, "ok"]]);
  assertEquals([scene.runs.isTimely(run!), scene.runs.isTimely(run! + 1)], [true, false]);
  scene.answer(2);
  assertEquals(told.statuses, ["ok", "ok"]);
  assertEquals(scene.runs.isTimely(run!), false);
});

Deno.test("idle resolves when the last run has ended, and immediately when there is none", async () => {
  const scene = new Scene(2);
  await scene.runs.idle();
  scene.begin(0, 1);
  scene.begin(0, 2);
  let isIdle = false;
  const idle = scene.runs.idle().then(() => isIdle = true);
  scene.answer(1, scene.sent[0]);
  await new Promise((resolve) => setTimeout(resolve));
  assert(!isIdle, "idle with a run in flight");
  scene.runs.cancelAll();
  await idle;
});

// The guard with a real program, orders from the test, and a clock that the test moves.

import { assert, assertEquals } from "@std/assert";
import { Guard } from "../../../../src/client/lead/guard/guard.ts";
import type {
  GuardEnd,
  GuardOrder,
  GuardReport,
  GuardStart,
} from "../../../../src/client/lead/guard/guard_messages.ts";
import { WAITED_FOR } from "../../../../src/client/processes/process_group.ts";
import { DENO_SIGNALS } from "../../../../src/client/processes/signal_system.ts";
import { FakeClock } from "../../../support/fake_clock.ts";
import { argumentsOf, childrenOf, isThere } from "../../../system/lead/world/process_tree.ts";
import { within } from "../../../system/lead/world/within.ts";

const LEASE_MS = 1_000;
const KILL_AFTER_MS = 100;
const PATIENCE_MS = 10_000;

/** A guard under test: its orders, and what it did. */
class Guarded {
  readonly clock = new FakeClock();
  readonly reports: GuardReport[] = [];
  readonly left: string[] = [];
  readonly end: Promise<void>;
  readonly #guard: Guard;
  readonly #orders = new TransformStream<GuardOrder, GuardOrder>();
  readonly #writer = this.#orders.writable.getWriter();
  program: Deno.ChildProcess | undefined;
  leave = (token: string, _signal: AbortSignal): Promise<void> => Promise.resolve(void this.left.push(token));

  constructor() {
    this.#guard = new Guard({
      orders: this.#orders.readable,
      startProgram: ({ argv: [program, ...args] }) => {
        this.program = new Deno.Command(program!, {
          args,
          stdin: "null",
          stdout: "null",
          stderr: "null",
          detached: true,
        }).spawn();
        return this.program;
      },
      now: () => ({ running: this.clock.now(), wall: this.clock.now() }),
      after: (ms, callback) => this.clock.after(ms, callback),
      signals: DENO_SIGNALS,
      deadBeside: () => WAITED_FOR,
      leave: (_server, token, _ms, signal) => this.leave(token, signal),
      report: (report) => this.reports.push(report),
      bounds: { groupPollMs: 5, groupGoneMs: 500 },
    });
    this.end = this.#guard.run();
  }

  get starts(): number {
    return this.reports.filter(({ report }) => report === "started").length;
  }

  get said(): string[] {
    return this.reports.flatMap((report) => report.report === "say" ? [report.line] : []);
  }

  tell(order: GuardOrder): Promise<void> {
    return this.#writer.write(order);
  }

  start(argv: readonly string[], more: Partial<GuardStart> = {}): Promise<void> {
    return this.tell({
      do: "start",
      run: 1,
      argv,
      env: {},
      goneBy: this.clock.now() + LEASE_MS,
      leftMs: LEASE_MS,
      leaseMs: LEASE_MS,
      killAfterMs: KILL_AFTER_MS,
      server: { host: "127.0.0.1", port: 1 },
      token: "first",
      ...more,
    });
  }

  renew(goneBy: number, run = 1): Promise<void> {
    return this.tell({ do: "renew", run, goneBy, leftMs: goneBy - this.clock.now() });
  }

  ended(run = 1): Promise<GuardEnd> {
    return within(PATIENCE_MS, `run ${run} has ended`, () => {
      const report = this.reports.find((report) => report.report === "ended" && report.run === run);
      return report?.report === "ended" && report.end;
    });
  }

  /** The client is gone. */
  async hangUp(): Promise<void> {
    await this.#writer.close();
    await this.end;
  }

  interrupt(): void {
    this.#guard.interrupt();
  }
}

const FOREVER = ["sleep", "60"];
/** Longer than any test waits. */
const LONG_TIMES = { killAfterMs: 60_000, leaseMs: 120_000, leftMs: 120_000, goneBy: 120_000 };
const TERM_PROOF = ["sh", "-c", "trap '' TERM; while :; do sleep 1; done"];

Deno.test("a guard reports the program's code, also when a signal ended it", async () => {
  const ends = [["exit 7", { code: 7, signal: undefined }], ["kill -9 $$", {
    code: 137,
    signal: "SIGKILL",
  }]] as const;
  for (const [script, end] of ends) {
    const guarded = new Guarded();
    await guarded.start(["sh", "-c", script]);
    assertEquals(await guarded.ended(), { kind: "ended", ...end });
    await guarded.hangUp();
    assertEquals(guarded.left, []);
  }
});

Deno.test("a program that cannot be found gives 127, one that cannot be executed 126", async () => {
  for (const [program, code] of [["/no/such/program", 127], ["/dev/null", 126]] as const) {
    const guarded = new Guarded();
    await guarded.start([program]);
    assertEquals(await guarded.ended(), { kind: "ended", code });
    assertEquals(guarded.said.length, 1);
    await guarded.hangUp();
  }
});

Deno.test("a guard reports the program's process group, and runs one program after the other", async () => {
  const guarded = new Guarded();
  for (const run of [1, 2]) {
    await guarded.start(FOREVER, { run });
    const started = guarded.reports.findLast(({ report }) => report === "started");
    assertEquals(started, { report: "started", run, group: guarded.program!.pid });
    // An order for the program before it is void.
    if (run === 2) await guarded.tell({ do: "stop", run: 1 });
    assert(isThere(guarded.program!.pid));
    await guarded.tell({ do: "stop", run });
    assertEquals(await guarded.ended(run), { kind: "stopped" });
  }
  await guarded.hangUp();
});

Deno.test("when the client has ended, the program is stopped and the seat released with the newest token", async () => {
  const guarded = new Guarded();
  await guarded.start(FOREVER);
  await guarded.tell({ do: "keep_token", run: 1, token: "second" });
  await guarded.hangUp();
  assertEquals([await guarded.ended(), guarded.left], [{ kind: "stopped" }, ["second"]]);
});

Deno.test("a guard without a program ends with its client, and releases nothing", async () => {
  const guarded = new Guarded();
  guarded.interrupt();
  await guarded.hangUp();
  assertEquals([guarded.reports, guarded.left], [[{ report: "ready" }], []]);
});

Deno.test("a signal ends a guard that is releasing the seat, however long that would take", async () => {
  const guarded = new Guarded();
  const leaving = Promise.withResolvers<void>();
  guarded.leave = (_token, signal) => {
    leaving.resolve();
    return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
  };
  await guarded.start(FOREVER);
  guarded.interrupt();
  const end = guarded.hangUp();
  await leaving.promise;
  guarded.interrupt();
  await end;
});

Deno.test("a seat that is already lost is not released", async () => {
  const guarded = new Guarded();
  await guarded.start(FOREVER);
  await guarded.tell({ do: "keep_token", run: 1 });
  await guarded.hangUp();
  assertEquals([await guarded.ended(), guarded.left], [{ kind: "stopped" }, []]);
});

Deno.test("without a renewal the program is stopped when the lease has only the kill delay left", async () => {
  const guarded = new Guarded();
  await guarded.start(FOREVER);
  guarded.clock.advance(500);
  await guarded.renew(500 + LEASE_MS);
  guarded.clock.advance(LEASE_MS - KILL_AFTER_MS - 1);
  assertEquals(guarded.said, []);
  guarded.clock.advance(1);
  assertEquals([await guarded.ended(), guarded.said], [
    { kind: "stopped" },
    ["Cannot prove rank 0, stopping the program"],
  ]);
  await guarded.hangUp();
  assertEquals(guarded.left, []);
});

Deno.test("a renewal that comes when the guard has begun to stop changes nothing", async () => {
  const guarded = new Guarded();
  await guarded.start(FOREVER);
  guarded.clock.advance(LEASE_MS);
  await guarded.renew(9 * LEASE_MS);
  assertEquals([await guarded.ended(), guarded.starts], [{ kind: "stopped" }, 1]);
  await guarded.hangUp();
});

Deno.test("a start that comes too late starts nothing, until there is a newer proof", async () => {
  const guarded = new Guarded();
  guarded.clock.advance(LEASE_MS);
  await guarded.start(FOREVER, { goneBy: LEASE_MS });
  assertEquals(guarded.starts, 0);
  await guarded.renew(2 * LEASE_MS);
  await guarded.tell({ do: "stop", run: 1 });
  assertEquals([await guarded.ended(), guarded.starts], [{ kind: "stopped" }, 1]);
  await guarded.hangUp();
});

Deno.test("a signal to the guard stops the program, a second one kills it, and the guard stays until it is gone", async () => {
  const guarded = new Guarded();
  await guarded.start(TERM_PROOF, LONG_TIMES);
  const { pid } = guarded.program!;
  await within(PATIENCE_MS, "TERM is ignored", () => ignoresTerm(pid));
  guarded.interrupt();
  assert(isThere(pid));
  guarded.interrupt();
  assertEquals([await guarded.ended(), isThere(pid)], [{ kind: "stopped" }, false]);
  await guarded.hangUp();
});

Deno.test("a machine that sleeps between TERM and KILL does not give the program more time than its lease", async () => {
  const guarded = new Guarded();
  await guarded.start(TERM_PROOF, LONG_TIMES);
  const { pid } = guarded.program!;
  await within(PATIENCE_MS, "TERM is ignored", () => ignoresTerm(pid));
  await guarded.tell({ do: "stop", run: 1 });
  // The wait for KILL is on a clock that does not move meanwhile.
  guarded.clock.advance(119_999);
  assert(isThere(pid));
  guarded.clock.advance(1);
  assertEquals([await guarded.ended(), isThere(pid)], [{ kind: "stopped" }, false]);
  await guarded.hangUp();
});

Deno.test("a program that KILL does not end keeps the guard, which says so", async () => {
  const guarded = new Guarded();
  // The parent of the dead process leaves the group, and does not wait for it.
  await guarded.start(["sh", "-c", "sh -c 'sleep 0 & exec setsid sleep 60' & wait"]);
  const outside = await within(PATIENCE_MS, "a process has left", () => {
    return childrenOf(guarded.program!.pid).find((pid) => argumentsOf(pid)[0] === "sleep");
  });
  await within(PATIENCE_MS, "its child is dead", () => childrenOf(outside).some((pid) => !isThere(pid)));
  await guarded.tell({ do: "stop", run: 1 });
  assertEquals([await guarded.ended(), guarded.said], [
    { kind: "unsure" },
    ["KILL did not end the whole program; keeping the seat until the lease expires"],
  ]);
  const end = guarded.hangUp();
  Deno.kill(outside, "SIGKILL");
  await end;
  assertEquals(guarded.left, []);
});

function ignoresTerm(pid: number): boolean {
  const [, mask] = /^SigIgn:\s+([0-9a-f]+)$/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))!;
  return (BigInt(`0x${mask}`) & (1n << 14n)) !== 0n;
}

// The guard with a real program, orders from the test, and a clock that the test moves.

import { assertEquals } from "@std/assert";
import { Guard, type GuardEnd } from "../../src/client/guard.ts";
import type { GuardOrder, GuardStart } from "../../src/client/guard_order.ts";
import { FakeClock } from "../units/fake_clock.ts";

const LEASE_MS = 1_000;
const KILL_AFTER_MS = 100;

/** A guard under test: what it is told, what it did. */
class Guarded {
  readonly clock = new FakeClock();
  readonly said: string[] = [];
  readonly left: string[] = [];
  readonly end: Promise<GuardEnd>;
  readonly #orders = new TransformStream<GuardOrder, GuardOrder>();
  readonly #writer = this.#orders.writable.getWriter();
  readonly #aborting = new AbortController();
  starts = 0;
  program: Deno.ChildProcess | undefined;
  leave = (token: string): Promise<void> => Promise.resolve(void this.left.push(token));
  isGroupRunning = (_group: number): Promise<boolean | undefined> => Promise.resolve(false);

  /** @param groupGoneMs how long a group is looked at after KILL. */
  constructor(groupGoneMs = 500) {
    this.end = new Guard({
      orders: this.#orders.readable,
      startProgram: ({ argv: [program, ...args] }) => {
        this.starts++;
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
      leave: (_server, token) => this.leave(token),
      isGroupRunning: (group) => this.isGroupRunning(group),
      say: (line) => this.said.push(line),
      signal: this.#aborting.signal,
      bounds: { groupPollMs: 5, groupGoneMs },
    }).run();
  }

  tell(order: GuardOrder): Promise<void> {
    return this.#writer.write(order);
  }

  start(argv: readonly string[], more: Partial<GuardStart> = {}): Promise<void> {
    return this.tell({
      do: "start",
      argv,
      env: {},
      goneBy: LEASE_MS,
      leaseMs: LEASE_MS,
      killAfterMs: KILL_AFTER_MS,
      server: { host: "127.0.0.1", port: 1 },
      token: "first",
      ...more,
    });
  }

  /** The client is gone. */
  hangUp(): Promise<void> {
    return this.#writer.close();
  }

  abort(): void {
    this.#aborting.abort();
  }
}

const FOREVER = ["sleep", "60"];

Deno.test("a guard ends with the program's code, also when a signal ended it", async () => {
  for (const [script, code] of [["exit 7", 7], ["kill -9 $$", 137]] as const) {
    const guarded = new Guarded();
    await guarded.start(["sh", "-c", script]);
    assertEquals(await guarded.end, { kind: "ended", code });
    assertEquals(guarded.left, []);
    await guarded.hangUp();
  }
});

Deno.test("a program that cannot be found gives 127, one that cannot be executed 126", async () => {
  for (const [program, code] of [["/no/such/program", 127], ["/dev/null", 126]] as const) {
    const guarded = new Guarded();
    await guarded.start([program]);
    assertEquals(await guarded.end, { kind: "ended", code });
    assertEquals(guarded.said.length, 1);
    await guarded.hangUp();
  }
});

Deno.test("when the client is gone, the program is stopped and the seat given up with the newest token", async () => {
  const guarded = new Guarded();
  await guarded.start(FOREVER);
  await guarded.tell({ do: "keep_token", token: "second" });
  await guarded.hangUp();
  assertEquals([await guarded.end, guarded.left], [{ kind: "stopped" }, ["second"]]);
});

Deno.test("a signal ends a guard that is giving the seat up, however long that would take", async () => {
  const guarded = new Guarded();
  const leaving = Promise.withResolvers<void>();
  guarded.leave = () => {
    leaving.resolve();
    return new Promise(() => {});
  };
  await guarded.start(FOREVER);
  await guarded.hangUp();
  await leaving.promise;
  guarded.abort();
  assertEquals(await guarded.end, { kind: "stopped" });
});

Deno.test("a seat that is lost already is not given up", async () => {
  const guarded = new Guarded();
  await guarded.start(FOREVER);
  await guarded.tell({ do: "keep_token" });
  await guarded.hangUp();
  assertEquals([await guarded.end, guarded.left], [{ kind: "stopped" }, []]);
});

Deno.test("without a renewal the program is stopped when the lease has only the kill delay left", async () => {
  const guarded = new Guarded();
  await guarded.start(FOREVER);
  guarded.clock.advance(500);
  await guarded.tell({ do: "renew", goneBy: 500 + LEASE_MS });
  guarded.clock.advance(LEASE_MS - KILL_AFTER_MS - 1);
  assertEquals(guarded.said, []);
  guarded.clock.advance(1);
  assertEquals([await guarded.end, guarded.said.length, guarded.left], [{ kind: "stopped" }, 1, []]);
  await guarded.hangUp();
});

Deno.test("a renewal that comes when the guard has begun to stop changes nothing", async () => {
  const guarded = new Guarded();
  await guarded.start(FOREVER);
  guarded.clock.advance(LEASE_MS);
  await guarded.tell({ do: "renew", goneBy: 9 * LEASE_MS });
  assertEquals([await guarded.end, guarded.starts], [{ kind: "stopped" }, 1]);
  await guarded.hangUp();
});

Deno.test("a start that comes too late starts nothing, until there is a newer proof", async () => {
  const guarded = new Guarded();
  guarded.clock.advance(LEASE_MS);
  await guarded.start(FOREVER);
  assertEquals(guarded.starts, 0);
  await guarded.tell({ do: "renew", goneBy: 2 * LEASE_MS });
  await guarded.tell({ do: "stop" });
  assertEquals([await guarded.end, guarded.starts], [{ kind: "stopped" }, 1]);
  await guarded.hangUp();
});

Deno.test("told to stop before it began, a guard starts nothing", async () => {
  const guarded = new Guarded();
  await guarded.tell({ do: "stop" });
  await guarded.start(FOREVER);
  assertEquals([await guarded.end, guarded.starts], [{ kind: "stopped" }, 0]);
  await guarded.hangUp();
});

Deno.test("a signal to the guard stops the program", async () => {
  const guarded = new Guarded();
  await guarded.start(FOREVER);
  guarded.abort();
  assertEquals(await guarded.end, { kind: "stopped" });
  await guarded.hangUp();
});

for (
  const [isRunning, kind, left] of [[true, "unsure", []], [undefined, "unsure", []], [false, "stopped", [
    "first",
  ]]] as const
) {
  Deno.test(`a group that a signal still finds after KILL and that runs: ${isRunning}; the seat is ${left.length ? "" : "not "}given up`, async () => {
    const guarded = new Guarded(0);
    guarded.isGroupRunning = () => Promise.resolve(isRunning);
    await guarded.start(FOREVER, { killAfterMs: 0 });
    await guarded.hangUp();
    assertEquals([(await guarded.end).kind, guarded.left], [kind, left]);
    await guarded.program!.status;
  });
}

// When a client under --lead starts and stops its program: with a session, a guard and a clock of the test.

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { ClientEvent } from "../../../src/client/session/client_event.ts";
import type { GuardHandle, GuardListener, RunEnd } from "../../../src/client/lead/guard/guard_process.ts";
import { Lead } from "../../../src/client/lead/lead.ts";
import type { LeadEnd } from "../../../src/client/lead/lead_parts.ts";
import { notAnswered, notSent, RequestError } from "../../../src/client/session/request_error.ts";
import { ErrorCode, type ErrorReason } from "../../../src/protocol/json_rpc/errors.ts";
import { FakeClock } from "../../support/fake_clock.ts";

const TIMES = { leaseMs: 6_000, killAfterMs: 500, marginMs: 100 };
const GROUP = 4_711;
const GUARD_END_MS = 5_000;

/** A member of the roster, as the server sends it. */
function member(rank: number, hasLease: boolean) {
  const lease = hasLease ? { lease_ms: TIMES.leaseMs } : {};
  const away = false;
  return {
    rank,
    ticket: rank + 5,
    name: `n${rank}`,
    address: "127.0.0.1:1",
    since: "2026-01-01T00:00:00Z",
    away,
    ...lease,
  };
}

/** One guard of the test, which does what it is told when the test says so. */
class FakeGuard implements GuardHandle {
  readonly pid = 4_711;
  isReady = true;
  readonly told: string[] = [];
  readonly #ended = Promise.withResolvers<string>();
  readonly ended = this.#ended.promise;
  #run = Promise.withResolvers<RunEnd>();
  readonly #group: number | undefined;

  constructor(group: number | undefined) {
    this.#group = group;
  }

  begin(): ReturnType<GuardHandle["begin"]> {
    this.told.push("begin");
    const run = this.#run = Promise.withResolvers<RunEnd>();
    return {
      group: this.#group,
      ended: run.promise,
      renew: () => this.told.push("renew"),
      keepToken: () => this.told.push("keep_token"),
      stop: () => this.told.push("stop"),
    };
  }

  endProgram(end: RunEnd): void {
    this.#run.resolve(end);
  }

  die(): void {
    this.#ended.resolve("SIGKILL");
    this.#run.resolve({ kind: "lost" });
  }

  check(): void {}

  kill(): void {
    this.told.push("killed");
    this.die();
  }

  close(): void {
    this.told.push("closed");
  }
}

interface LeadingOptions {
  readonly maxWaitMs?: number;
  readonly isGuardReady?: boolean;
  /** The guard does not do what it is told. */
  readonly startsNothing?: boolean;
}

class Leading {
  readonly clock = new FakeClock();
  readonly said: string[] = [];
  readonly dropped: string[] = [];
  readonly killed: number[] = [];
  readonly requests: string[] = [];
  readonly guards: FakeGuard[] = [];
  readonly lead: Lead;
  readonly end: Promise<LeadEnd>;
  readonly leaving = new AbortController();
  members: ReturnType<typeof member>[] = [member(0, true), member(1, true)];
  answerYield: () => Promise<unknown> = () => Promise.resolve({});
  #listener: GuardListener | undefined;

  constructor(options: LeadingOptions = {}) {
    this.lead = new Lead({
      times: TIMES,
      session: () => ({
        request: (method) => this.#answer(method),
        drop: (why) => void this.dropped.push(why),
      }),
      spawnGuard: (listener) => {
        this.#listener = listener;
        const guard = new FakeGuard(options.startsNothing ? undefined : GROUP);
        guard.isReady = options.isGuardReady ?? true;
        this.guards.push(guard);
        return guard;
      },
      orderFor: ({ goneBy, leftMs, leaseMs }, token) => ({
        argv: [],
        env: {},
        goneBy,
        leftMs,
        leaseMs,
        killAfterMs: TIMES.killAfterMs,
        server: { host: "127.0.0.1", port: 1 },
        token,
      }),
      release: () => Promise.resolve(),
      killGroup: (group) => void this.killed.push(group),
      killLeftBehind: () => Promise.resolve("remaining processes killed"),
      signalProgram: (pid, signal) => void this.said.push(`${signal} to ${pid}`),
      now: () => ({ running: this.clock.now(), wall: this.clock.now() }),
      after: (ms, callback) => this.clock.after(ms, callback),
      say: (line) => void this.said.push(line),
      guardEndMs: GUARD_END_MS,
      leaveMs: 1,
      ...options,
    });
    this.end = this.lead.run(this.leaving.signal);
  }

  get guard(): FakeGuard {
    return this.guards.at(-1)!;
  }

  guardIsReady(): void {
    this.guard.isReady = true;
    this.#listener!.onReady();
  }

  #answer(method: string): Promise<unknown> {
    this.requests.push(method);
    if (method === "yield") return this.answerYield();
    return Promise.resolve(
      method === "roster" ? { epoch: 1, capacity: 9, members: this.members, you: 0 } : {},
    );
  }

  async happen(...events: ClientEvent[]): Promise<void> {
    for (const event of events) this.lead.observe(event);
    // The ping and its answer take a few turns, and no time.
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }

  async lost(answer: () => Promise<unknown>): Promise<void> {
    this.answerYield = answer;
    const yielded = this.lead.yield();
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    this.guard.endProgram({ kind: "stopped" });
    await assertRejects(() => yielded, RequestError);
  }
}

function welcome(rank: number, ticket = 5): ClientEvent {
  const times = {
    heartbeat_ms: 1,
    silence_ms: 2,
    resume_grace_ms: 0,
    lease_ms: TIMES.leaseMs,
    lead_after_ms: 0,
  };
  return {
    kind: "welcome",
    welcome: { rank, ticket, epoch: 1, members: 9, capacity: 9, commands: [], protocol: 1, times },
  };
}

const CONNECTED: ClientEvent = { kind: "connected", host: "127.0.0.1", port: 1 };
const BROKEN: ClientEvent = { kind: "disconnected", why: "test", retryInMs: 1 };

async function leading(options: LeadingOptions = {}): Promise<Leading> {
  const led = new Leading(options);
  await led.happen(CONNECTED, welcome(0));
  assertEquals(led.guard.told[0], "begin");
  return led;
}

function refusal(reason: ErrorReason): RequestError {
  return new RequestError("answered", { code: ErrorCode[reason], message: "test", data: { reason } });
}

Deno.test("a program is not started before there is a guard that takes orders", async () => {
  const led = new Leading({ isGuardReady: false });
  await led.happen(CONNECTED, welcome(0));
  assertEquals(led.guard.told, []);
  led.guardIsReady();
  assertEquals(led.guard.told, ["begin"]);
});

const LOST_ANSWERS: [string, () => Promise<unknown>][] = [
  ["is lost with the connection", () => Promise.reject(notAnswered("disconnected", "test"))],
  ["is an internal error", () => Promise.reject(refusal("internal_error"))],
];
for (const [what, answer] of LOST_ANSWERS) {
  Deno.test(`when the answer to yield ${what}, the old seat leads again only if the server gives it back`, async () => {
    const led = await leading();
    await led.lost(answer);
    assertEquals(led.dropped, ["the server's answer to yield is not known"]);
    await led.happen(CONNECTED);
    led.clock.advance(1_000);
    await led.happen();
    assertEquals(led.guard.told.filter((word) => word === "begin").length, 1);
    await led.happen(BROKEN, CONNECTED, welcome(0));
    assertEquals(led.guard.told.filter((word) => word === "begin").length, 2);
  });
}

const DEFINITE: [string, RequestError][] = [
  ["was refused", refusal("no_recipient")],
  ["was not sent", notSent("disconnected", "test")],
];
for (const [what, error] of DEFINITE) {
  Deno.test(`after a yield that ${what}, the program is started again, without a new connection`, async () => {
    const led = await leading();
    await led.lost(() => Promise.reject(error));
    await led.happen();
    assertEquals([led.dropped, led.guard.told.at(-1)], [[], "begin"]);
  });
}

Deno.test("a yield with no client behind that could lead is refused, and the program goes on", async () => {
  const led = await leading();
  led.members = [member(0, true), member(1, false), { ...member(2, true), away: true }];
  const error = await assertRejects(() => led.lead.yield(), RequestError);
  assertEquals([error.reason, led.requests.includes("yield")], ["no_recipient", false]);
  assertEquals([led.guard.told.includes("stop"), led.lead.status.state], [false, "leading"]);
});

Deno.test("a server that does not say who has a lease is sent the yield", async () => {
  const led = await leading();
  led.members = [member(0, false)];
  await led.lost(() => Promise.reject(refusal("no_recipient")));
  assert(led.requests.includes("yield"));
});

Deno.test("a guard that does not stop the program when its proof is over has its program killed by the client", async () => {
  const led = await leading();
  await led.happen(BROKEN);
  led.clock.advance(TIMES.leaseMs - TIMES.marginMs - 1);
  assertEquals([led.guard.told.at(-1), led.killed], ["stop", []]);
  led.clock.advance(1);
  assertEquals(led.killed, [GROUP]);
  led.guard.endProgram({ kind: "stopped" });
});

Deno.test("an evicted leader's program is killed after the kill delay, whatever its guard does", async () => {
  const led = await leading();
  await led.happen({ kind: "closing", closing: { reason: "evicted" } });
  led.clock.advance(TIMES.killAfterMs);
  assertEquals([led.guard.told.at(-1), led.killed], ["stop", [GROUP]]);
  led.guard.endProgram({ kind: "stopped" });
});

Deno.test("a lost guard: the program's group is killed first, and the client ends without giving up its seat", async () => {
  const led = await leading();
  led.guard.die();
  const end = await led.end;
  assertEquals([end.kind, led.killed], ["unsure", [GROUP]]);
});

Deno.test("a guard that does not start the program in time is killed, and the client ends", async () => {
  const led = await leading({ startsNothing: true });
  led.clock.advance(GUARD_END_MS);
  assertEquals([led.guard.told.at(-1), (await led.end).kind], ["killed", "unsure"]);
});

Deno.test("a guard that dies while no program runs is replaced, until three in a row were never ready", async () => {
  const led = new Leading();
  for (const isReady of [true, false, false, true, false, false]) {
    led.guard.isReady = isReady;
    led.guard.die();
    await led.happen();
  }
  assertEquals(led.guards.length, 7);
  led.guard.isReady = false;
  led.guard.die();
  assertEquals((await led.end).kind, "unfit");
  assertEquals(led.guards.length, 7);
});

Deno.test("--max-wait ends a client that does not lead in time, or whose program was stopped, and no other", async () => {
  const waiting = new Leading({ maxWaitMs: 1_000 });
  await waiting.happen(CONNECTED, welcome(1));
  waiting.clock.advance(1_000);
  assertEquals((await waiting.end).kind, "waited");

  const led = await leading({ maxWaitMs: 1_000 });
  led.clock.advance(1_000);
  await led.happen();
  assertEquals([led.lead.status.state, led.guard.told.includes("stop")], ["leading", false]);
  // One that was stopped is not started again.
  await led.happen({ kind: "seat_lost", why: "test" });
  led.guard.endProgram({ kind: "stopped" });
  assertEquals((await led.end).kind, "waited");
});

Deno.test("the status tells whether the program runs, since when and with which ticket", async () => {
  const led = new Leading();
  assertEquals(led.lead.status, { state: "not connected" });
  led.clock.advance(50);
  await led.happen(CONNECTED, welcome(1));
  assertEquals(led.lead.status, { state: "following" });
  await led.happen({ kind: "promoted", promoted: { rank: 0, was: 1, epoch: 2, members: 1 } });
  assertEquals(led.lead.status, { state: "leading", program: { pid: GROUP, ticket: 5, since: 50 } });
});

Deno.test("the end of the program is told: how it ended, and who is next", async () => {
  const led = await leading();
  led.guard.endProgram({ kind: "ended", code: 139, signal: "SIGSEGV" });
  assertEquals(await led.end, { kind: "ended", code: 139, signal: "SIGSEGV" } as LeadEnd);
  const told = led.said.slice(-2);
  assertEquals(told, ["the program has ended (SIGSEGV, exit code 139)", "next to lead: rank 1 n1"]);
});

Deno.test("a signal is passed on to a program that runs, and to nothing else", async () => {
  const led = new Leading();
  led.lead.signalProgram("SIGUSR1");
  await led.happen(CONNECTED, welcome(0));
  led.lead.signalProgram("SIGUSR2");
  assertEquals(led.said.filter((line) => line.startsWith("SIG")), [`SIGUSR2 to ${GROUP}`]);
});

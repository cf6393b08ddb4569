// When a client under --lead starts and stops its program: with a session, a guard and a clock of the test.

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { ClientEvent } from "../../../src/client/session/client_event.ts";
import type { GuardHandle, GuardListener, RunEnd } from "../../../src/client/lead/guard/guard_process.ts";
import { Lead } from "../../../src/client/lead/lead.ts";
import type { LeadEnd } from "../../../src/client/lead/lead_parts.ts";
import { notAnswered, notSent, RequestError } from "../../../src/client/session/request_error.ts";
import { ErrorCode, type ErrorReason } from "../../../src/protocol/json_rpc/errors.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { welcomeEvent } from "../../support/client/welcome_event.ts";

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
      keepToken: (token) => this.told.push(`keep_token ${token}`),
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
  /** What the running clock did not count. */
  sleptMs = 0;
  readonly requests: string[] = [];
  readonly released: string[] = [];
  /** What a guard would start with. */
  readonly orderTokens: (string | undefined)[] = [];
  readonly guards: FakeGuard[] = [];
  readonly lead: Lead;
  readonly end: Promise<LeadEnd>;
  readonly leaving = new AbortController();
  members: ReturnType<typeof member>[] = [member(0, true), member(1, true)];
  answerPing: () => Promise<unknown> = () => Promise.resolve({});
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
      orderFor: ({ goneBy, leftMs, leaseMs }, token) => {
        this.orderTokens.push(token);
        return {
          argv: [],
          env: {},
          goneBy,
          leftMs,
          leaseMs,
          killAfterMs: TIMES.killAfterMs,
          server: { host: "127.0.0.1", port: 1 },
          token,
        };
      },
      release: (token) => {
        this.released.push(token);
        return Promise.resolve();
      },
      killGroup: (group) => void this.killed.push(group),
      killLeftBehind: () => Promise.resolve("remaining processes killed"),
      signalProgram: (pid, signal) => void this.said.push(`${signal} to ${pid}`),
      now: () => ({ running: this.clock.now(), wall: this.clock.now() + this.sleptMs }),
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
    if (method === "ping") return this.answerPing();
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
  return welcomeEvent({ rank, ticket, leaseMs: TIMES.leaseMs });
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
  assertEquals(led.guard.told.filter((word) => word !== "check"), ["begin"]);
});

for (const greeted of [welcome(1), { kind: "waiting", waiting: { position: 1 } } as const]) {
  Deno.test(`a server may take longer than a share of the lease to greet; silence counts from the ${greeted.kind}`, async () => {
    const led = new Leading();
    led.answerPing = () => new Promise(() => {});
    await led.happen(CONNECTED);
    led.clock.advance(TIMES.leaseMs);
    assertEquals([led.requests, led.dropped], [[], []]);
    await led.happen(greeted);
    assertEquals([led.requests, led.dropped], [["ping"], []]);
    led.clock.advance(TIMES.leaseMs / 3);
    assertEquals(led.dropped, ["no answer to a ping for 2000 ms"]);
    led.leaving.abort();
    await led.end;
  });
}

const LOST_ANSWERS: [string, () => Promise<unknown>][] = [
  ["is lost with the connection", () => Promise.reject(notAnswered("disconnected", "test"))],
  ["is an internal error", () => Promise.reject(refusal("internal_error"))],
];
for (const [what, answer] of LOST_ANSWERS) {
  Deno.test(`when the answer to yield ${what}, the old seat leads again only if the server gives it back`, async () => {
    const led = await leading();
    await led.lost(answer);
    assertEquals(led.dropped, ["no answer to yield"]);
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
  assertEquals(
    error.message,
    "Cannot yield: no client below this one could lead; the program keeps running",
  );
  assertEquals([led.guard.told.includes("stop"), led.lead.status.state], [false, "leading"]);
});

Deno.test("a leader that is requested to yield stops its program, and then yields", async () => {
  const led = await leading();
  await led.happen({ kind: "yield_requested", request: { within_ms: TIMES.leaseMs } });
  await led.happen();
  assertEquals([led.guard.told.at(-1), led.requests.includes("yield")], ["stop", false]);
  led.guard.endProgram({ kind: "stopped" });
  await led.happen();
  await led.happen();
  assertEquals(led.requests.filter((method) => method === "yield").length, 1);
});

Deno.test("a request to yield that cannot be met leaves the program alone, and the client says so", async () => {
  const led = await leading();
  led.members = [member(0, true)];
  await led.happen({ kind: "yield_requested", request: { within_ms: TIMES.leaseMs } });
  await led.happen();
  assertEquals([led.guard.told.includes("stop"), led.lead.status.state], [false, "leading"]);
  assert(
    led.said.some((line) => line.startsWith("Did not yield: Cannot yield: no client below")),
    `${led.said}`,
  );
});

// The server seats every connection before its hello, without a lease. A yield was answered with a seat that had none
// when it overtook a hello that had to be said again, and the client ended with 2.
Deno.test("a yield is not sent before the answer to hello names the seat", async () => {
  const led = new Leading();
  led.members = [];
  await led.happen(CONNECTED, welcome(1), BROKEN, CONNECTED);
  const error = await assertRejects(() => led.lead.yield(), RequestError);
  assertEquals([error.hasNoEffect, led.requests.includes("yield")], [true, false]);
  await led.happen({ kind: "seat_lost", why: "test" });
  await assertRejects(() => led.lead.yield(), RequestError);
  await led.happen(welcome(1, 6));
  await led.lead.yield();
  assertEquals(led.requests.filter((method) => method === "yield").length, 1);
  led.leaving.abort();
  await led.end;
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

Deno.test("a leader that loses rank 0 after a sleep longer than its lease has its program killed immediately", async () => {
  const led = await leading();
  led.sleptMs = TIMES.leaseMs;
  await led.happen({ kind: "seat_lost", why: "test" });
  led.clock.advance(0);
  assertEquals([led.guard.told.at(-1), led.killed], ["stop", [GROUP]]);
  led.guard.endProgram({ kind: "stopped" });
  led.leaving.abort();
  await led.end;
});

Deno.test("a client that is about to end sends no more pings", async () => {
  const led = new Leading();
  await led.happen(CONNECTED, welcome(1), BROKEN);
  led.leaving.abort();
  const asked = led.requests.length;
  await led.happen(CONNECTED, { kind: "waiting", waiting: { position: 1 } });
  assertEquals((await led.end).kind, "asked");
  assertEquals([led.requests.length, led.clock.timers], [asked, 0]);
});

Deno.test("an evicted leader's program is killed after the kill delay, whatever its guard does", async () => {
  const led = await leading();
  await led.happen({ kind: "closing", closing: { reason: "evicted" } });
  led.clock.advance(TIMES.killAfterMs);
  assertEquals([led.guard.told.at(-1), led.killed], ["stop", [GROUP]]);
  led.guard.endProgram({ kind: "stopped" });
});

Deno.test("the token of a new seat never releases anything for the seat of the program", async () => {
  const led = new Leading();
  led.lead.keepToken({ ticket: 5, token: "of 5" });
  await led.happen(CONNECTED, welcome(0));
  await led.happen(BROKEN, CONNECTED);
  // It comes before its welcome, and the program still runs.
  led.lead.keepToken({ ticket: 9, token: "of 9" });
  await led.happen(welcome(1, 9));
  led.guard.endProgram({ kind: "stopped" });
  await led.happen();
  assertEquals([led.orderTokens, led.released], [["of 5"], ["of 5"]]);
  assertEquals(led.guard.told.filter((word) => word.startsWith("keep_token")), []);
  // Nor is the token of another seat handed to a guard that starts the program.
  led.lead.keepToken({ ticket: 11, token: "of 11" });
  await led.happen({ kind: "promoted", promoted: { rank: 0, was: 1, epoch: 2, members: 1 } });
  assertEquals(led.orderTokens, ["of 5", undefined]);
});

Deno.test("a new token of the program's own seat is handed to its guard, and so is its end", async () => {
  const led = new Leading();
  led.lead.keepToken({ ticket: 5, token: "first" });
  await led.happen(CONNECTED, welcome(0));
  led.lead.keepToken({ ticket: 5, token: "second" });
  led.lead.keepToken(undefined);
  assertEquals(led.guard.told.slice(1).filter((word) => word.startsWith("keep_token")), [
    "keep_token second",
    "keep_token undefined",
  ]);
  await led.happen({ kind: "closing", closing: { reason: "revoked" } });
  led.guard.endProgram({ kind: "stopped" });
  await led.happen();
  assertEquals(led.released, []);
});

Deno.test("the end of a later seat's token leaves that of the program's seat alone", async () => {
  const led = new Leading();
  led.lead.keepToken({ ticket: 5, token: "of 5" });
  await led.happen(CONNECTED, welcome(0));
  await led.happen({ kind: "closing", closing: { reason: "evicted" } }, BROKEN);
  led.lead.keepToken({ ticket: 9, token: "of 9" });
  led.lead.keepToken(undefined);
  led.guard.endProgram({ kind: "stopped" });
  await led.happen();
  assertEquals(led.released, ["of 5"]);
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
  assertEquals(await waiting.end, {
    kind: "waited",
    why: "Did not reach rank 0 within 1000 ms (--max-wait)",
  });

  const led = await leading({ maxWaitMs: 1_000 });
  led.clock.advance(1_000);
  await led.happen();
  assertEquals([led.lead.status.state, led.guard.told.includes("stop")], ["leading", false]);
  // One that was stopped is not started again.
  await led.happen({ kind: "seat_lost", why: "test" });
  led.guard.endProgram({ kind: "stopped" });
  assertEquals((await led.end).kind, "waited");
  assertEquals(led.said.slice(-2), [
    "Lost rank 0, stopping the program (ticket 5)",
    "The program has ended (stopped); this client ends",
  ]);
});

const FULL = "all seats are taken";
const NOT_IN_LINE: [string, ClientEvent[], string][] = [
  ["a server that cannot be reached", [BROKEN], "test"],
  ["a server without room", [
    CONNECTED,
    { kind: "closing", closing: { reason: "full", message: FULL } },
    { kind: "disconnected", why: FULL, retryInMs: 1 },
  ], FULL],
  ["a server that has not answered yet", [CONNECTED], "no answer from the server"],
];
for (const [what, events, reason] of NOT_IN_LINE) {
  Deno.test(`--max-wait tells ${what} from a wait in line`, async () => {
    const led = new Leading({ maxWaitMs: 1_000 });
    await led.happen(...events);
    led.clock.advance(1_000);
    const why = `Did not get in line within 1000 ms (--max-wait): ${reason}`;
    assertEquals(await led.end, { kind: "unreached", why });
  });
}

Deno.test("a place in the waiting room is one in line, also when the connection breaks later", async () => {
  const led = new Leading({ maxWaitMs: 1_000 });
  await led.happen(CONNECTED, { kind: "waiting", waiting: { position: 1 } }, BROKEN);
  led.clock.advance(1_000);
  assertEquals((await led.end).kind, "waited");
});

Deno.test("the status tells whether the program runs, since when and with which ticket", async () => {
  const led = new Leading();
  assertEquals(led.lead.status, { state: "not connected" });
  led.clock.advance(50);
  await led.happen(CONNECTED, welcome(1));
  assertEquals(led.lead.status, { state: "following", lead_after_ms: undefined });
  await led.happen({ kind: "promoted", promoted: { rank: 0, was: 1, epoch: 2, members: 1 } });
  assertEquals(led.lead.status, { state: "leading", program: { pid: GROUP, ticket: 5, since: 50 } });
});

Deno.test("the end of the program is told: how it ended, and who is next", async () => {
  const led = await leading();
  led.guard.endProgram({ kind: "ended", code: 139, signal: "SIGSEGV" });
  assertEquals(await led.end, { kind: "ended", code: 139, signal: "SIGSEGV" } as LeadEnd);
  const told = led.said.slice(-2);
  assertEquals(told, [
    "The program has ended (SIGSEGV, exit code 139); this client ends",
    "Next to lead: rank 1 n1",
  ]);
});

Deno.test("a program that is stopped is told with what its client does next", async () => {
  const led = await leading();
  await led.happen({ kind: "closing", closing: { reason: "evicted" } });
  led.guard.endProgram({ kind: "stopped" });
  await led.happen();
  assertEquals(led.said, [
    "Leading with ticket 5, starting the program",
    "Lost rank 0, stopping the program (ticket 5)",
    "The program has ended (stopped); following",
  ]);

  const leaving = await leading();
  leaving.leaving.abort();
  await leaving.happen();
  leaving.guard.endProgram({ kind: "stopped" });
  assertEquals((await leaving.end).kind, "asked");
  assertEquals(leaving.said.at(-1), "The program has ended (stopped); this client ends");
});

Deno.test("a yield that the guard does not carry out says what becomes of the program, the client and the seat", async () => {
  const led = await leading();
  const yielded = led.lead.yield();
  const refused = assertRejects(() => yielded, RequestError);
  // The guard is asked to stop the program, and does not.
  while (!led.guard.told.includes("stop")) await led.happen();
  led.guard.die();
  const { message } = await refused;
  assertEquals(
    message,
    "Cannot yield: the guard did not stop the program in time; this client kills the program and ends, and the " +
      "next client leads when the lease expires",
  );
  assertEquals(await led.end, {
    kind: "unsure",
    why: "Guard ended early: remaining processes killed; keeping the seat until the lease expires",
  });
});

Deno.test("the status says for how long no client may lead yet", async () => {
  const led = new Leading();
  const early = welcome(0) as ClientEvent & { kind: "welcome" };
  const times = { ...early.welcome.times, lead_after_ms: 5_000 };
  await led.happen(CONNECTED, { ...early, welcome: { ...early.welcome, times } });
  led.clock.advance(1_000);
  assertEquals(led.lead.status, { state: "following", lead_after_ms: 4_000 });
  led.leaving.abort();
  await led.end;
});

Deno.test("a signal is passed on to a program that runs, and to nothing else", async () => {
  const led = new Leading();
  led.lead.signalProgram("SIGUSR1");
  await led.happen(CONNECTED, welcome(0));
  led.lead.signalProgram("SIGUSR2");
  assertEquals(led.said.filter((line) => line.startsWith("SIG")), [`SIGUSR2 to ${GROUP}`]);
});

import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  LogDriver,
  type LogEvent,
  LogFault,
  LogRequestError,
  SUSPEND_MS,
} from "../../../../../src/journal/engines/nats/log/mod.ts";
import { FakeClock } from "../../../../support/fake_clock.ts";
import { advance, FakeLog, IDENTITY, recordText, settle } from "./fake_log.ts";

class DriverGround {
  readonly clock = new FakeClock();
  readonly log = new FakeLog(this.clock);
  readonly applied: number[] = [];
  readonly restored: string[] = [];
  readonly events: LogEvent[] = [];
  /** Throws instead of applying this record. */
  unknownSequence = 0;
  readonly driver = new LogDriver<string>({
    log: this.log,
    snapshots: this.log.snapshots,
    system: { clock: this.clock, random: () => 1 },
    identity: IDENTITY,
    node: "me",
    rules: {
      apply: (sequence) => {
        if (sequence === this.unknownSequence) throw new Error("what is this?");
        this.applied.push(sequence);
        return `outcome of ${sequence}`;
      },
      restore: ({ state }) => void this.restored.push(state),
      beat: () => ({ t: "beat" }),
    },
    onEvent: (event) => void this.events.push(event),
  });

  async start(): Promise<void> {
    await this.driver.start();
  }

  /** "suspended", "resumed", or the reason of a fault. */
  get told(): string[] {
    return this.events.map((event) => event.kind === "fault" ? event.fault.reason : event.kind);
  }

  get beats(): number {
    return this.log.records.filter((record) => JSON.parse(record).t === "beat").length;
  }
}

Deno.test("an append is done when its record has been applied here", async () => {
  const ground = new DriverGround();
  await ground.start();
  ground.log.losesTail = true;
  let outcome = "";
  void ground.driver.append({ t: "x" }).then((result) => outcome = result);
  await settle();
  assertEquals([ground.log.last, outcome], [1, ""]);
  await advance(ground.clock, 50);
  assertEquals(outcome, "outcome of 1");
  assertEquals(ground.clock.timers, 0);
});

Deno.test("a record whose acknowledgment is lost is in the log once, and its append is done", async () => {
  const ground = new DriverGround();
  await ground.start();
  ground.log.losesAcknowledgments = true;
  ground.log.losesTail = true;
  const done = ground.driver.append({ t: "x" });
  await advance(ground.clock, 1_500);
  assert(ground.log.appends.length >= 2, "it was tried once only");
  assertEquals(new Set(ground.log.appends), new Set(["me.1"]));
  ground.log.losesAcknowledgments = false;
  await advance(ground.clock, 2_000);
  assertEquals(await done, "outcome of 1");
  assertEquals([ground.log.last, ground.applied.length], [1, 1]);
});

Deno.test("an attempt ends after 500 ms, and those after it wait longer, up to a second", async () => {
  const ground = new DriverGround();
  await ground.start();
  ground.log.hanging.add("append");
  const give = new AbortController();
  const done = ground.driver.append({ t: "x" }, give.signal);
  const times: number[] = [];
  for (let passed = 0; passed < 8_000; passed += 5) {
    while (times.length < ground.log.appends.length) times.push(ground.clock.now());
    await advance(ground.clock, 5);
  }
  const waits = times.slice(1).map((time, index) => time - times[index]! - 500);
  assertEquals(waits, [100, 200, 400, 800, 1_000, 1_000]);
  const attempts = ground.log.appends.length;
  give.abort(new Error("enough"));
  await assertRejects(() => done, Error, "enough");
  await advance(ground.clock, 2_000);
  assertEquals(ground.log.appends.length, attempts);
});

Deno.test("an acknowledgment that the node had passed already means that the log has lost records", async () => {
  for (const [identity, reason] of [[IDENTITY, "lost"], ["log-2", "recreated"]] as const) {
    const ground = new DriverGround();
    await ground.start();
    for (let count = 0; count < 5; count++) ground.log.add();
    ground.log.records.length = 2;
    ground.log.identity = identity;
    ground.log.losesTail = true;
    const rejected = assertRejects(() => ground.driver.append({ t: "x" }));
    await advance(ground.clock, 50);
    await rejected;
    assertEquals(ground.told, [reason]);
    assertEquals(ground.clock.timers, 0);
  }
});

Deno.test("a record that the rules do not know stops the driver", async () => {
  const ground = new DriverGround();
  await ground.start();
  ground.unknownSequence = 2;
  const done = ground.driver.append({ t: "a" });
  await settle();
  assertEquals(await done, "outcome of 1");
  await assertRejects(() => ground.driver.append({ t: "b" }));
  await assertRejects(() => ground.driver.append({ t: "c" }));
  ground.log.add();
  assertEquals(ground.told, ["unknown"]);
  assertEquals(ground.applied, [1]);
});

Deno.test("a node is suspended until its first beat is applied, and beats every 500 ms", async () => {
  const ground = new DriverGround();
  await ground.start();
  assert(ground.driver.isSuspended);
  ground.driver.startBeats();
  await settle();
  assert(!ground.driver.isSuspended);
  assertEquals(ground.told, ["resumed"]);
  await advance(ground.clock, 5_000);
  assertEquals(ground.beats, 11);
  assertEquals(ground.told, ["resumed"]);
  ground.driver.stop();
  assertEquals(ground.clock.timers, 0);
});

Deno.test("what counts is when a beat was sent, not when it was applied", async () => {
  const ground = new DriverGround();
  await ground.start();
  ground.log.losesTail = true;
  ground.log.hanging.add("replica").add("leader");
  ground.driver.startBeats();
  await advance(ground.clock, SUSPEND_MS + 100);
  assertEquals(ground.told, []);
  // The records come late, all at once; the newest beat is from 1,000 ms.
  ground.log.hanging.clear();
  ground.log.hanging.add("append");
  await advance(ground.clock, 400);
  assertEquals(ground.applied.length, 2);
  assertEquals(ground.told, ["resumed"]);
  await advance(ground.clock, 1_000 + SUSPEND_MS - ground.clock.now());
  assert(!ground.driver.isSuspended);
  await advance(ground.clock, 5);
  assert(ground.driver.isSuspended);
  assertEquals(ground.told, ["resumed", "suspended"]);
  ground.driver.stop();
});

Deno.test("a fault of the connection stops the driver", async () => {
  const ground = new DriverGround();
  await ground.start();
  ground.log.report({ kind: "fault", fault: new LogFault("denied", "not allowed") });
  await assertRejects(() => ground.driver.append({ t: "x" }), LogFault, "not allowed");
  assertEquals(ground.told, ["denied"]);
});

Deno.test("a node that was stopped is suspended before anything else happens, and says so", async () => {
  const ground = new DriverGround();
  await ground.start();
  ground.driver.startBeats();
  await settle();
  const now = ground.clock.now.bind(ground.clock);
  // As after SIGSTOP: the time has passed, and no timer has fired.
  ground.clock.now = () => now() + 9_000;
  assert(ground.driver.isSuspended);
  await advance(ground.clock, 500);
  assert(!ground.driver.isSuspended);
  assertEquals(ground.told, ["resumed", "suspended", "resumed"]);
  ground.driver.stop();
});

Deno.test("without a connection, no beat is sent; with it, the node resumes directly", async () => {
  const ground = new DriverGround();
  await ground.start();
  ground.driver.startBeats();
  await advance(ground.clock, 1_000);
  const sent = ground.log.appends.length;
  ground.log.isConnected = false;
  await advance(ground.clock, 4_200);
  assertEquals(ground.log.appends.length, sent);
  assertEquals(ground.told, ["resumed", "suspended"]);
  ground.log.isConnected = true;
  ground.log.report({ kind: "connected" });
  await settle();
  assertEquals(ground.told, ["resumed", "suspended", "resumed"]);
  assertEquals(ground.log.appends.length, sent + 1);
  ground.driver.stop();
});

Deno.test("a beat without an answer is followed by another one after a second, and never repeated", async () => {
  const ground = new DriverGround();
  await ground.start();
  ground.log.hanging.add("append");
  ground.driver.startBeats();
  await advance(ground.clock, 4_000);
  assertEquals(ground.log.appends, ["me.1", "me.2", "me.3", "me.4", "me.5"]);
  ground.driver.stop();
});

Deno.test("a suspended node notices that the log was created again, although nothing comes from it", async () => {
  const ground = new DriverGround();
  await ground.start();
  ground.driver.startBeats();
  await settle();
  ground.log.hanging.add("append");
  ground.log.identity = "log-2";
  await advance(ground.clock, 3_000);
  assertEquals(ground.told, ["resumed", "suspended", "recreated"]);
});

Deno.test("a node that goes on under another name is suspended until a beat of that one is applied", async () => {
  const ground = new DriverGround();
  await ground.start();
  ground.driver.startBeats();
  await settle();
  ground.log.losesTail = true;
  ground.driver.renew("me again");
  assert(ground.driver.isSuspended);
  await advance(ground.clock, 50);
  assert(!ground.driver.isSuspended);
  assertEquals(ground.told, ["resumed", "suspended", "resumed"]);
  assertEquals(ground.log.appends, ["me.1", "me again.1"]);
  ground.driver.stop();
});

Deno.test("a driver starts from a snapshot, and applies what came later", async () => {
  const ground = new DriverGround();
  for (let count = 0; count < 8; count++) ground.log.add();
  ground.log.snapshot = { position: 5, state: "state at 5" };
  ground.log.first = 4;
  await ground.start();
  const done = ground.driver.append({ t: "config" });
  await advance(ground.clock, 100);
  await done;
  assertEquals(ground.restored, ["state at 5"]);
  assertEquals(ground.applied, [6, 7, 8, 9]);
});

Deno.test("records that were purged while a node was away are replaced by a snapshot", async () => {
  const ground = new DriverGround();
  await ground.start();
  ground.log.add();
  ground.log.losesTail = true;
  ground.log.losesAcknowledgments = true;
  const unknown = assertRejects(() => ground.driver.append({ t: "x" }), LogRequestError, "snapshot");
  await settle();
  for (let count = 0; count < 8; count++) ground.log.add();
  ground.log.snapshot = { position: 8, state: "state at 8" };
  ground.log.first = 7;
  ground.log.losesTail = ground.log.losesAcknowledgments = false;
  ground.log.add();
  await advance(ground.clock, 2_000);
  assertEquals(ground.restored, ["state at 8"]);
  assertEquals(ground.applied, [1, 9, 10, 11]);
  await unknown;
  ground.driver.stop();
});

Deno.test("a purged log without a snapshot cannot be used", async () => {
  const ground = new DriverGround();
  for (let count = 0; count < 8; count++) ground.log.add();
  ground.log.first = 4;
  await assertRejects(() => ground.start(), Error, "no snapshot");
});

Deno.test("a driver that was stopped applies nothing, and rejects what was under way", async () => {
  const ground = new DriverGround();
  await ground.start();
  ground.log.losesTail = true;
  const done = assertRejects(() => ground.driver.append({ t: "x" }), Error, "stopped");
  ground.log.losesTail = false;
  ground.driver.stop(new Error("stopped"));
  await done;
  ground.log.add(recordText(1));
  assertEquals([ground.applied, ground.events], [[], []]);
  assertEquals(ground.clock.timers, 0);
});

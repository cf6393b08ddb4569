import { assert, assertEquals, assertRejects } from "@std/assert";
import { LogFault, LogRequestError } from "../../../../../src/journal/engines/nats/log/mod.ts";
import { DriverGround } from "./driver_ground.ts";
import { advance, IDENTITY, recordText, settle } from "./fake_log.ts";

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

Deno.test("a record that has been applied is not appended again, although no acknowledgment comes", async () => {
  const ground = new DriverGround();
  await ground.start();
  ground.log.losesAcknowledgments = true;
  assertEquals(await ground.driver.append({ t: "x" }), "outcome of 1");
  await advance(ground.clock, 3_000);
  assertEquals(ground.log.appends, ["me.1"]);
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

Deno.test("a log that has lost records and has taken others in their place is noticed with the connection", async () => {
  const ground = new DriverGround();
  await ground.start();
  for (let count = 0; count < 5; count++) ground.log.add();
  ground.log.report({ kind: "connected" });
  await settle();
  assertEquals(ground.told, []);
  ground.log.records.length = 2;
  ground.log.losesTail = true;
  for (let count = 3; count < 9; count++) ground.log.add(recordText(count, { id: `another.${count}` }));
  ground.log.report({ kind: "connected" });
  await settle();
  assertEquals(ground.told, ["lost"]);
  assertEquals(ground.applied, [1, 2, 3, 4, 5]);
});

Deno.test("nothing is applied after a connection until the log is known to contain what was applied", async () => {
  const ground = new DriverGround();
  await ground.start();
  ground.driver.startBeats();
  await settle();
  assertEquals(ground.applied, [1]);
  ground.log.report({ kind: "disconnected" });
  ground.log.hanging.add("leader");
  ground.log.report({ kind: "connected" });
  ground.log.add();
  await advance(ground.clock, 1_000);
  assertEquals([ground.applied, ground.beats], [[1], 1]);
  ground.log.hanging.clear();
  await advance(ground.clock, 1_000);
  assertEquals(ground.applied.slice(0, 2), [1, 2]);
  assert(ground.beats > 1);
  ground.driver.stop();
});

Deno.test("records that replace lost ones are not applied by a node that had the lost ones", async () => {
  const ground = new DriverGround();
  await ground.start();
  for (let count = 0; count < 5; count++) ground.log.add();
  ground.log.report({ kind: "disconnected" });
  ground.log.records.length = 2;
  ground.log.report({ kind: "connected" });
  // Its own last record is not there yet when the node asks, and what it appends then does not come.
  ground.log.hanging.add("append");
  await settle();
  for (let count = 3; count < 9; count++) ground.log.add(recordText(count, { id: `another.${count}` }));
  await advance(ground.clock, 600);
  assertEquals([ground.applied, ground.told], [[1, 2, 3, 4, 5], ["lost"]]);
});

Deno.test("a log that is too short has lost records if a record gets a sequence that was used before", async () => {
  const ground = new DriverGround();
  await ground.start();
  for (let count = 0; count < 5; count++) ground.log.add();
  await settle();
  ground.log.report({ kind: "disconnected" });
  ground.log.records.length = 2;
  ground.log.report({ kind: "connected" });
  await settle();
  assertEquals(ground.told, ["lost"]);
});

Deno.test("a record that is lost after it was acknowledged, and before it was applied, is appended again", async () => {
  const ground = new DriverGround();
  await ground.start();
  ground.log.losesTail = true;
  let outcome = "";
  void ground.driver.append({ t: "x" }).then((result) => outcome = result);
  await settle();
  ground.log.records.length = 0;
  ground.log.losesTail = false;
  ground.log.add();
  await settle();
  assertEquals([ground.log.appends, outcome], [["me.1", "me.1"], "outcome of 2"]);
});

Deno.test("a stream that was created again before the node's first record is noticed", async () => {
  const ground = new DriverGround();
  await ground.start();
  ground.log.identity = "log-2";
  await ground.driver.append({ t: "x" });
  ground.driver.startBeats();
  await settle();
  assertEquals(ground.told.at(-1), "recreated");
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

Deno.test("a fault of the connection stops the driver", async () => {
  const ground = new DriverGround();
  await ground.start();
  ground.log.report({ kind: "fault", fault: new LogFault("denied", "not allowed") });
  await assertRejects(() => ground.driver.append({ t: "x" }), LogFault, "not allowed");
  assertEquals(ground.told, ["denied"]);
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

for (const isAcknowledged of [true, false]) {
  const name = isAcknowledged ? "an acknowledged append" : "an append without an acknowledgment";
  Deno.test(`records that were purged are replaced by a snapshot, and what came of ${name} is not known`, async () => {
    const ground = new DriverGround();
    await ground.start();
    ground.log.add();
    ground.log.losesTail = true;
    ground.log.losesAcknowledgments = !isAcknowledged;
    ground.log.absent.add(2);
    const unknown = assertRejects(() => ground.driver.append({ t: "x" }), LogRequestError, "snapshot");
    await settle();
    for (let count = 0; count < 8; count++) ground.log.add();
    ground.log.snapshot = { position: 8, state: "state at 8" };
    ground.log.first = 7;
    ground.log.losesTail = ground.log.losesAcknowledgments = false;
    ground.log.add();
    await advance(ground.clock, 2_000);
    assertEquals(ground.restored, ["state at 8"]);
    assertEquals(ground.applied.slice(0, 2), [1, 9]);
    await unknown;
    ground.driver.stop();
  });
}

Deno.test("a purged log without a snapshot cannot be used", async () => {
  const ground = new DriverGround();
  for (let count = 0; count < 8; count++) ground.log.add();
  ground.log.first = 4;
  const rejected = assertRejects(() => ground.start(), Error, "no snapshot");
  await advance(ground.clock, 10_000);
  await rejected;
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

import { assert, assertEquals } from "@std/assert";
import { SUSPEND_MS } from "../../../../../src/journal/engines/nats/log/mod.ts";
import { DriverGround } from "./driver_ground.ts";
import { advance, settle } from "./fake_log.ts";

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
  await settle();
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
  await settle();
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
  await advance(ground.clock, 1_000);
  assert(ground.driver.isSuspended);
  assertEquals(ground.log.appends, ["me.1"]);
  ground.driver.startBeats();
  await advance(ground.clock, 50);
  assert(!ground.driver.isSuspended);
  assertEquals(ground.told, ["resumed", "suspended", "resumed"]);
  assertEquals(ground.log.appends, ["me.1", "me again.1"]);
  ground.driver.stop();
});

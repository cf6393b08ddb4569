// When a caller is told that a beat which was sent after its question has been applied.

import { assertEquals } from "@std/assert";
import { DriverGround } from "./driver_ground.ts";
import { advance, settle } from "./fake_log.ts";

Deno.test("a beat that was sent before does not count, although it is applied after", async () => {
  const ground = new DriverGround();
  await ground.start();
  const echoed: string[] = [];
  ground.log.losesTail = true;
  ground.log.hanging.add("replica").add("leader");
  ground.driver.startBeats();
  await settle();
  assertEquals(ground.log.appends, ["me.1"]);
  ground.driver.whenEchoed(() => echoed.push(`first, at ${ground.applied.length}`));
  ground.log.hanging.clear();
  await advance(ground.clock, 400);
  assertEquals([ground.applied.length, echoed], [1, []]);
  ground.driver.whenEchoed(() => echoed.push(`second, at ${ground.applied.length}`));
  await advance(ground.clock, 500);
  assertEquals([ground.applied.length, echoed], [2, ["first, at 2", "second, at 2"]]);
  await advance(ground.clock, 2_000);
  assertEquals(echoed.length, 2);
  ground.driver.stop();
});

Deno.test("of beats that were sent at the same time, only the later one counts", async () => {
  const ground = new DriverGround();
  await ground.start();
  const echoed: number[] = [];
  const append = ground.log.append.bind(ground.log);
  let isFirst = true;
  // While the first beat is being sent.
  ground.log.append = (...args) => {
    if (isFirst) ground.driver.whenEchoed(() => echoed.push(ground.applied.length));
    isFirst = false;
    return append(...args);
  };
  ground.driver.startBeats();
  await settle();
  assertEquals([ground.applied.length, echoed], [1, []]);
  await advance(ground.clock, 500);
  assertEquals(echoed, [2]);
  ground.driver.stop();
});

Deno.test("one who asks again when called back waits for another beat", async () => {
  const ground = new DriverGround();
  await ground.start();
  const echoed: number[] = [];
  ground.driver.startBeats();
  await settle();
  ground.driver.whenEchoed(() => {
    echoed.push(ground.applied.length);
    ground.driver.whenEchoed(() => echoed.push(ground.applied.length));
  });
  await advance(ground.clock, 1_200);
  assertEquals(echoed, [2, 3]);
  ground.driver.stop();
});

Deno.test("a beat that is lost is no echo, and the next one is", async () => {
  const ground = new DriverGround();
  await ground.start();
  const echoed: number[] = [];
  ground.driver.startBeats();
  await settle();
  ground.log.hanging.add("append");
  ground.driver.whenEchoed(() => echoed.push(ground.clock.now()));
  await advance(ground.clock, 1_200);
  assertEquals(echoed, []);
  ground.log.hanging.clear();
  await advance(ground.clock, 1_000);
  assertEquals(echoed.length, 1);
  ground.driver.stop();
});

Deno.test("when the name ends, those who wait are not called back any more", async () => {
  const ground = new DriverGround();
  await ground.start();
  const echoed: string[] = [];
  ground.driver.startBeats();
  await settle();
  ground.driver.whenEchoed(() => echoed.push("before"));
  ground.driver.renew("me again");
  ground.driver.whenEchoed(() => echoed.push("after"));
  ground.driver.startBeats();
  await advance(ground.clock, 600);
  assertEquals(echoed, ["after"]);
  ground.driver.stop();
});

// The pure parts of a fair comparison: how long a padded message is, and which steps a peer goes through for it.

import { assertEquals, assertThrows } from "@std/assert";
import { DELIVERY_BYTES, paddedPayload } from "../../bench/load/padding.ts";
import {
  AT_EQUAL_BYTES,
  GROUPS,
  natsServersFor,
  needsTls,
  PLANS,
  sourceFor,
  sourcesOf,
  stepsFor,
} from "../../bench/rows/mod.ts";
import { PEERS } from "../../bench/servers/peers.ts";

const ROWS = GROUPS.flatMap(({ rows }) => rows);
const keyed = (...keys: string[]) => ROWS.filter(({ key }) => keys.includes(key));

Deno.test("a delivery of each protocol has its message and what stands around it", () => {
  const encoded = {
    redis: "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$3\r\nabc\r\n",
    nats: "MSG c 1 3\r\nabc\r\n",
    raw: "abc\n",
  };
  for (const [peer, text] of Object.entries(encoded)) {
    assertEquals(DELIVERY_BYTES[peer as keyof typeof encoded](3), text.length, peer);
  }
});

Deno.test("a padded message has a delivery of just the bytes that are wanted", () => {
  for (const deliveryBytes of Object.values(DELIVERY_BYTES)) {
    for (const wanted of [60, 173, 256, 258, 1_400]) {
      assertEquals(deliveryBytes(paddedPayload(deliveryBytes, wanted)), wanted);
    }
  }
});

Deno.test("where no message fits, because its length takes a digit more, that is said", () => {
  const withLength = (bytes: number) => `${bytes}`.length + bytes;
  assertEquals(paddedPayload(withLength, 101), 99);
  assertThrows(() => paddedPayload(withLength, 102), Error, "exactly 102 bytes");
  assertThrows(() => paddedPayload(DELIVERY_BYTES.redis, 10), Error, "exactly 10 bytes");
});

Deno.test("at equal bytes the peers' messages are padded, and rankserver's step is measured once for both tables", () => {
  const rows = keyed("pipelined-20", "equal-pipelined-20", "equal-closed-20");
  assertEquals(stepsFor(rows, "20", "rankserver"), ["seat", "closed", "pipelined"]);
  assertEquals(stepsFor(rows, "20", "redis"), [
    "seat",
    `closed${AT_EQUAL_BYTES}`,
    `pipelined${AT_EQUAL_BYTES}`,
    "pipelined",
  ]);
  assertEquals(stepsFor(rows, "100", "redis"), []);
});

Deno.test("a row of several values goes through the steps of all of them", () => {
  const rows = keyed("memory-fixed");
  for (const plan of ["10", "100", "1000"]) assertEquals(stepsFor(rows, plan, "nats"), ["seat", "idle"]);
});

Deno.test("every row names plans that there are, and no key comes twice", () => {
  assertEquals(new Set(ROWS.map(({ key }) => key)).size, ROWS.length);
  for (const row of ROWS) {
    for (const { plan } of PEERS.flatMap((peer) => sourcesOf(sourceFor(row, peer)))) {
      assertEquals(Object.hasOwn(PLANS, plan), true, `${row.key}: ${plan}`);
    }
  }
});

Deno.test("certificates are made only where a row needs them", () => {
  assertEquals(needsTls(keyed("tls-memory"), ["rankserver"]), true);
  assertEquals(needsTls(keyed("fairness-tls-p99"), ["rankserver"]), true);
  assertEquals(needsTls(keyed("fairness-p99", "seats"), PEERS), false);
});

Deno.test("rows of a cluster need NATS servers, and what they are compared with needs none", () => {
  const needed = (key: string) => keyed(key).map(natsServersFor);
  assertEquals(needed("cluster-closed-ratio-20"), [1]);
  assertEquals(needed("cluster-joins-2-r3-100-rate"), [3]);
  assertEquals(needed("cluster-joins-0-r1-1-rate"), [0]);
  assertEquals(needed("pipelined-20"), [0]);
});

Deno.test("where the time of each join is measured, no seat is taken before", () => {
  assertEquals(stepsFor(ROWS, "cluster-joins-1-r1-100", "rankserver"), ["joins:100"]);
  assertEquals(stepsFor(ROWS, "cluster-joins-1-r1-100", "redis"), []);
  assertEquals(stepsFor(ROWS, "cluster-1-20", "rankserver"), ["seat", "closed", "pipelined"]);
});

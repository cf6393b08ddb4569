// What one record of a cluster does, where the model test does not look.

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  applyCluster,
  CLUSTER_RULES,
  type ClusterRecord,
  ClusterState,
  decodeEntry,
  encodeEntry,
  hasLostRecords,
  MAX_LAPSES,
  messageIdOf,
  TICKETS_PER_RECORD,
} from "../../../src/journal/cluster/mod.ts";
import { ClusterScene, CONFIG, joinOf, LOG } from "./cluster_scene.ts";

Deno.test("what cannot be applied stops the program, and changes nothing: it stops it again", () => {
  const scene = new ClusterScene();
  const before = scene.saved();
  const stops = (record: unknown, message: string) => {
    for (let i = 0; i < 2; i++) {
      assertThrows(() => scene.append("a", record as ClusterRecord), Error, message);
      assertEquals(scene.saved(), before);
    }
  };
  stops({ kind: "reboot" }, '"reboot"');
  stops({ kind: "toString" }, '"toString"');
  stops({ kind: "start" }, '"start"');
  stops({ kind: "config", ...CONFIG, version: 2, rules: CLUSTER_RULES + 1 }, `rules ${CLUSTER_RULES + 1}`);
  const entry = { log: LOG, node: "a", counter: 100, pos: 1, record: { kind: "complete" } } as const;
  for (const position of [before.position, before.position + 2]) {
    assertThrows(() => applyCluster(scene.state, position, entry), Error, `at ${before.position}`);
  }
  assertEquals(scene.saved(), before);
});

Deno.test("a snapshot of later rules is refused", () => {
  const saved = new ClusterScene().saved();
  const config = { ...saved.config!, rules: CLUSTER_RULES + 1 };
  assertThrows(() => ClusterState.fromSnapshot({ ...saved, config }, undefined), Error, "rules");
});

Deno.test("in a new log, leases of the configured length may be unknown, and a shorter length does not change that", () => {
  const scene = new ClusterScene({ leaseMaxMs: 5_000 });
  assertEquals(scene.state.roster.unknownLeaseMs, 5_000);
  scene.append("a", { kind: "config", ...CONFIG, version: 2, leaseMaxMs: 2_000 });
  assertEquals(scene.state.roster.unknownLeaseMs, 5_000);
  scene.append("b", { kind: "complete" });
  assertEquals(scene.state.roster.unknownLeaseMs, 0);
  scene.append("b", { kind: "config", ...CONFIG, version: 3, leaseMaxMs: 8_000 });
  assertEquals(scene.state.roster.unknownLeaseMs, 0);
  // Records were lost, and leases with them.
  scene.append("c", { kind: "complete" }, { pos: 1_000 });
  assertEquals(scene.state.roster.unknownLeaseMs, 8_000);
});

Deno.test("the address of a live node is known, also after a snapshot", () => {
  const scene = new ClusterScene();
  assertEquals(scene.state.nodes.get("b")?.address, "b:6000");
  assertEquals(ClusterState.fromSnapshot(scene.saved(), "nobody").nodes.get("b")?.address, "b:6000");
});

Deno.test("later rules in a configuration that is void stop no node: a newer node may start among older ones", () => {
  const scene = new ClusterScene();
  const config = { kind: "config", ...CONFIG, rules: CLUSTER_RULES + 1 } as const;
  assertEquals(scene.voidReason("newer", config), "not the next version");
});

Deno.test("what is no entry is refused, and an entry is the same after it was written and read", () => {
  for (const text of ["", "{", "null", "1", "{}", '{"log":"","node":"","counter":0,"pos":0}']) {
    assertThrows(() => decodeEntry(text), Error, "Cannot read a record of the cluster");
  }
  const entry = { log: LOG, node: "a-01", counter: 7, pos: 12, record: joinOf("one") };
  assertEquals(decodeEntry(encodeEntry(entry)), entry);
  assertThrows(() => decodeEntry(encodeEntry({ ...entry, counter: -1 })), Error);
  assertThrows(() => decodeEntry(encodeEntry({ ...entry, pos: 0.5 })), Error);
  assertEquals(messageIdOf(entry), "a-01.7");
});

Deno.test("a record whose author has applied its position already shows that the log lost records", () => {
  const scene = new ClusterScene();
  scene.append("a", { kind: "complete" });
  assert(scene.state.roster.isComplete);
  const next = scene.state.position + 1;
  assertEquals(hasLostRecords(next, { pos: next - 1 }), false);
  assertEquals(hasLostRecords(next, { pos: next }), true);
  assertEquals(scene.voidReason("b", joinOf("one"), { pos: next }), "records were lost");
  assertEquals(scene.state.roster.size, 0);
  // The lost records may have contained leases.
  assertEquals(scene.state.roster.isComplete, false);
});

Deno.test("each record of a node counts once, in whatever order they come, and one that is very old not at all", () => {
  const scene = new ClusterScene();
  const { ticket } = scene.join("a", "one");
  const rename = (name: string, counter: number) =>
    scene.voidReason("a", { kind: "rename", ticket, n: 0, name }, { counter });
  assertEquals(rename("late", 5_000), undefined);
  assertEquals(rename("earlier", 4_998), undefined);
  assertEquals(rename("earlier", 4_998), "repeated");
  assertEquals(rename("late", 5_000), "repeated");
  assertEquals(rename("old", 5_000 - 4_095), undefined);
  assertEquals(rename("too old", 5_000 - 4_096), "repeated");
  scene.state = ClusterState.fromSnapshot(scene.saved(), "nobody");
  assertEquals(rename("earlier", 4_998), "repeated");
  assertEquals(rename("between", 4_999), undefined);
  // A leap forgets what is below the window, and costs no more than the window.
  assertEquals(rename("leap", 2 ** 40), undefined);
  assertEquals(rename("behind the leap", 4_997), "repeated");
  assertEquals(rename("within the window", 2 ** 40 - 4_095), undefined);
  assertEquals(scene.state.toSnapshot().nodes[0]!.missing.length, 4_094);
});

Deno.test("a fence makes the seats of a node away, and its clients wait no more; what it sends later is void", () => {
  const scene = new ClusterScene();
  const seat = scene.join("b", "one");
  scene.join("a", "two");
  scene.join("b", "three");
  scene.append("b", joinOf("waits"));
  scene.beats("a", 2);
  assertEquals(scene.voidReason("a", { kind: "fence", of: "b" }), "node not silent");
  scene.beats("a", 1);
  assertEquals(scene.voidReason("c", { kind: "fence", of: "b" }), "node not silent", "c has sent no beats");
  assertEquals(scene.voidReason("a", { kind: "fence", of: "a" }), "node not silent");
  const [gone] = scene.append("a", { kind: "fence", of: "b" });
  assert(gone?.kind === "node gone" && gone.isFenced);
  assertEquals(gone.away.map(({ client }) => client.id), ["one", "three"]);
  assertEquals(gone.withdrawn.map(({ id }) => id), ["waits"]);
  assertEquals(scene.state.roster.seats.map(({ client }) => client.isAway), [true, false, true]);
  assertEquals(scene.state.roster.waiting.size, 0);
  assertEquals(scene.voidReason("b", joinOf("late")), "author not live");
  assertEquals(
    scene.voidReason("b", { kind: "hello", name: "b", address: "", version: "", configHash: "" }),
    "author not live",
  );
  assertEquals(
    scene.voidReason("b", { kind: "leave", ticket: seat.ticket, n: 0 }),
    "author not live",
  );
  // Its clients take their seats back elsewhere.
  const claim = { kind: "claim", ticket: seat.ticket, n: 0, id: "back", presented: "hash one" } as const;
  assertEquals(scene.voidReason("c", { ...claim, hash: "next" }), undefined);
  assertEquals(seat.client.node, "c");
  assertEquals(scene.voidReason("a", { ...claim, hash: "other" }), "resumed since", "one claim wins");
});

Deno.test("a node that stops is gone as if it were fenced, without silence", () => {
  const scene = new ClusterScene();
  scene.join("b", "one");
  scene.beats("a", 1);
  const [gone] = scene.append("b", { kind: "bye" });
  assert(gone?.kind === "node gone" && !gone.isFenced);
  assertEquals(scene.state.nodes.ids, ["a", "c"]);
  scene.beats("a", 1);
  assertEquals(scene.state.toSnapshot().nodes[0]!.silences, [["c", 2]], "nothing of it is left");
  assertEquals([scene.state.nodes.placeOf("c"), scene.state.nodes.placeOf("b")], [1, -1]);
});

Deno.test("seats that lapse together seat as many waiting clients, each with a ticket of its own", () => {
  const scene = new ClusterScene({ capacity: MAX_LAPSES, waitingCapacity: MAX_LAPSES });
  for (let i = 0; i < MAX_LAPSES; i++) scene.join("a", `old ${i}`);
  for (let i = 0; i < MAX_LAPSES; i++) scene.append("b", joinOf(`new ${i}`));
  const { roster } = scene.state;
  const seats = roster.seats.map(({ ticket }) => ({ ticket, n: 0 }));
  for (const seat of seats) scene.append("a", { kind: "away", ...seat });
  assertEquals(
    scene.voidReason("c", { kind: "lapse", seats: [...seats, { ticket: 1, n: 0 }] }),
    "number of seats",
  );
  assertEquals(scene.append("c", { kind: "lapse", seats }).length, 2 * MAX_LAPSES);
  const sequence = scene.state.position;
  assertEquals(
    roster.seats.map(({ ticket, client }) => [ticket, client.id]),
    seats.map((_, i) => [sequence * TICKETS_PER_RECORD + i, `new ${i}`]),
  );
});

Deno.test("a higher capacity seats the clients that wait, as many as one record has tickets for, then the others", () => {
  const count = TICKETS_PER_RECORD + 10;
  const scene = new ClusterScene({ capacity: 1, waitingCapacity: count });
  scene.join("a", "first");
  for (let i = 0; i < count; i++) scene.append("b", joinOf(`new ${i}`));
  const { roster } = scene.state;
  const config = { ...CONFIG, version: 2, capacity: 10_000 };
  scene.append("c", { kind: "config", ...config });
  assertEquals(roster.size, 1 + TICKETS_PER_RECORD);
  // A void record also seats them: a client that comes later is seated below them.
  scene.append("c", { kind: "withdraw", id: "nobody" });
  assertEquals([roster.size, roster.waiting.size], [1 + count, 0]);
  assertEquals(
    roster.seats.map(({ client }) => client.id).slice(1),
    [...Array(count).keys()].map((i) => `new ${i}`),
  );
});

Deno.test("without a configuration, there are no nodes and no seats", () => {
  const scene = new ClusterScene();
  scene.state = new ClusterState(LOG, "nobody");
  assertEquals(
    scene.voidReason("a", { kind: "hello", name: "a", address: "", version: "", configHash: "" }),
    "no configuration",
  );
  assertEquals(scene.voidReason("a", joinOf("one")), "author not live");
});

Deno.test("only a live node changes the configuration", () => {
  const config = { kind: "config", ...CONFIG, version: 2 } as const;
  const scene = new ClusterScene();
  assertEquals(scene.voidReason("stranger", config), "author not live");
  assertEquals(scene.voidReason("b", config), undefined);
  assertEquals(scene.voidReason("b", config), "not the next version");
});

Deno.test("a lower capacity takes no seat from a member, and no new one is given until there is room", () => {
  const scene = new ClusterScene({ waitingCapacity: 0 });
  const seats = ["one", "two", "three"].map((id) => scene.join("a", id));
  scene.append("a", { kind: "config", ...CONFIG, version: 2, capacity: 2, waitingCapacity: 0 });
  assertEquals(scene.state.roster.size, 3);
  scene.append("a", { kind: "leave", ticket: seats[0]!.ticket, n: 0 });
  assertEquals(scene.append("a", joinOf("four"))[0]?.kind, "full");
  scene.append("a", { kind: "leave", ticket: seats[1]!.ticket, n: 0 });
  assertEquals(scene.append("a", joinOf("five"))[0]?.kind, "seated");
});

Deno.test("only nodes that are gone for very long are forgotten", () => {
  const scene = new ClusterScene({}, ["a"]);
  for (let i = 0; i <= 1_000; i++) {
    scene.hello(`node ${i}`);
    scene.append(`node ${i}`, { kind: "bye" });
  }
  assertEquals([0, 1, 1_000].map((i) => scene.state.nodes.isGone(`node ${i}`)), [false, true, true]);
});

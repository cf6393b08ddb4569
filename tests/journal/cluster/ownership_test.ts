// What a node must append about seats whose connections are gone.

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type ClusterEffect, recordsOwed, recordsOwedAfterLoad } from "../../../src/journal/cluster/mod.ts";
import { holds } from "../../support/seed.ts";
import { ClusterScene, joinOf } from "./cluster_scene.ts";
import { makeRecord } from "./random_records.ts";

const NONE: ReadonlySet<string> = new Set();

Deno.test("a join whose client is gone is given up, and one whose client is there is not", () => {
  const scene = new ClusterScene();
  const effects = scene.append("a", joinOf("one"));
  const { ticket } = scene.state.roster.seatById("one")!;
  assertEquals(recordsOwed(scene.state, "a", effects, NONE), [{ kind: "leave", ticket, n: 0 }]);
  assertEquals(recordsOwed(scene.state, "a", effects, new Set(["one"])), []);
  assertEquals(recordsOwed(scene.state, "b", effects, NONE), [], "another node's");
});

Deno.test("G11: a seat with a lease is never given up: it is away until it lapses", () => {
  const scene = new ClusterScene();
  const effects = scene.append("a", joinOf("leader", 5_000));
  const { ticket } = scene.state.roster.seatById("leader")!;
  assertEquals(recordsOwed(scene.state, "a", effects, NONE), [{ kind: "away", ticket, n: 0 }]);
  // It may have got its lease since.
  const joined = scene.append("a", joinOf("other"));
  const other = scene.state.roster.seatById("other")!;
  scene.append("a", { kind: "lease", ticket: other.ticket, n: 0, leaseMs: 5_000 });
  assertEquals(recordsOwed(scene.state, "a", joined, NONE), [{ kind: "away", ticket: other.ticket, n: 0 }]);
});

Deno.test("a claim and a yield whose client is gone are away", () => {
  const scene = new ClusterScene();
  const { ticket } = scene.join("a", "one");
  const claim = { kind: "claim", ticket, n: 0, id: "back", presented: "hash one", hash: "next" } as const;
  const claimed = scene.append("b", claim);
  assertEquals(recordsOwed(scene.state, "b", claimed, NONE), [{ kind: "away", ticket, n: 1 }]);
  assertEquals(recordsOwed(scene.state, "a", claimed, NONE), [], "it has moved");
  const yielded = scene.append("b", { kind: "yield", ticket, n: 1 });
  const { ticket: moved } = scene.state.roster.seatById("back")!;
  assertEquals(recordsOwed(scene.state, "b", yielded, NONE), [{ kind: "away", ticket: moved, n: 0 }]);
  scene.append("b", { kind: "away", ticket: moved, n: 0 });
  assertEquals(recordsOwed(scene.state, "b", [...claimed, ...yielded], NONE), [], "it is away already");
});

Deno.test("a waiting client that is gone waits no more, and gives up the seat that it is given meanwhile", () => {
  const scene = new ClusterScene({ capacity: 1 });
  const first = scene.join("a", "first");
  const waits = scene.append("b", joinOf("waits"));
  assertEquals(recordsOwed(scene.state, "b", waits, NONE), [{ kind: "withdraw", id: "waits" }]);
  assertEquals(recordsOwedAfterLoad(scene.state, "b", NONE), [{ kind: "withdraw", id: "waits" }]);
  assertEquals(recordsOwed(scene.state, "b", waits, new Set(["waits"])), []);
  const left = scene.append("a", { kind: "leave", ticket: first.ticket, n: 0 });
  const { ticket } = scene.state.roster.seatById("waits")!;
  assertEquals(recordsOwed(scene.state, "b", [...waits, ...left], NONE), [{ kind: "leave", ticket, n: 0 }]);
  assertEquals(recordsOwed(scene.state, "a", left, NONE), []);
});

Deno.test("after a snapshot, every seat of a node without its client is away", () => {
  const scene = new ClusterScene();
  scene.join("a", "one");
  const two = scene.join("a", "two");
  scene.join("b", "three");
  assertEquals(recordsOwedAfterLoad(scene.state, "a", new Set(["one"])), [
    { kind: "away", ticket: two.ticket, n: 0 },
  ]);
});

const outage = fc.array(
  fc.record({
    kind: fc.constantFrom(
      "join",
      "join",
      "join",
      "claim",
      "claim",
      "away",
      "leave",
      "yield",
      "lease",
      "lapse",
    ),
    node: fc.constantFrom("a", "b"),
    who: fc.nat(1_000),
    value: fc.nat(3),
    isHere: fc.boolean(),
    isApplied: fc.boolean(),
  }),
  { maxLength: 80 },
);

Deno.test("whichever clients leave while records are under way, no seat is left without its client, and none is lost", () => {
  holds(
    fc.property(outage, (steps) => {
      const scene = new ClusterScene({ capacity: 10, waitingCapacity: 2 }, ["a", "b"]);
      const clients = { a: new Set<string>(), b: new Set<string>() };
      let effects: ClusterEffect<string>[] = [];
      const catchUp = () => {
        const batch = effects;
        effects = [];
        for (const node of ["a", "b"] as const) {
          for (const record of recordsOwed(scene.state, node, batch, clients[node])) {
            assert(record.kind !== "yield", "G11");
            if (record.kind === "leave") {
              assertEquals(scene.state.roster.seatOf(record.ticket)?.client.leaseMs, 0, "G11");
            }
            effects.push(...scene.append(node, record));
          }
        }
      };
      for (const { node, isHere, isApplied, ...step } of steps) {
        const record = makeRecord(scene.state as never, node, { ...step, kind: step.kind as "join" });
        if (isHere && (record.kind === "join" || record.kind === "claim")) clients[node].add(record.id);
        effects.push(...scene.append(node, record));
        if (isApplied) catchUp();
      }
      while (effects.length > 0) catchUp();
      for (const { client } of scene.state.roster.seats) {
        const here = clients[client.node as "a" | "b"];
        assertEquals(client.isAway || here.has(client.id), true, "a seat without its client is away");
      }
      for (const { id, node } of scene.state.roster.waiting.values()) {
        assertEquals(clients[node as "a" | "b"].has(id), true);
      }
    }),
    { numRuns: 300 },
  );
});

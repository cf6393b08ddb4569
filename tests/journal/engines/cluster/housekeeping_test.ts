import { assertEquals } from "@std/assert";
import { Housekeeping } from "../../../../src/journal/engines/cluster/housekeeping.ts";
import { ClusterScene } from "../../cluster/cluster_scene.ts";

/** In which clients may come back after this node was out of contact. */
const RETURN_MS = 5_000;
const GRACE_MS = 10_000;

/** Node "a" has heard "b" at 0, and the others never; it is in touch with the log since then. */
function scene(fenceBeats = 3): { cluster: ClusterScene; house: Housekeeping } {
  const cluster = new ClusterScene({ fenceBeats });
  const house = new Housekeeping(GRACE_MS);
  house.resumed(0);
  for (const node of ["b", "c"]) house.heard(node, 0);
  return { cluster, house };
}

Deno.test("a node is given up when it is silent by the rules, and by the clock", () => {
  const { cluster, house } = scene();
  assertEquals(house.due(cluster.state, "a", 6_000), []);
  cluster.beats("a", 2);
  assertEquals(house.due(cluster.state, "a", 6_000), []);
  cluster.beats("a", 1);
  house.heard("c", 1_000);
  assertEquals(house.due(cluster.state, "a", 5_499), []);
  assertEquals(house.due(cluster.state, "a", 5_500), [{ kind: "fence", of: "b" }]);
  assertEquals(house.due(cluster.state, "a", 6_500).length, 2);
  cluster.beats("b", 1);
  assertEquals(house.due(cluster.state, "a", 6_500), [{ kind: "fence", of: "c" }]);
});

Deno.test("the time counts from when the node is in touch with the log again", () => {
  const { cluster, house } = scene();
  cluster.beats("a", 3);
  house.resumed(4_000);
  assertEquals(house.due(cluster.state, "a", 9_499), []);
  assertEquals(house.due(cluster.state, "a", 9_500).length, 2);
});

Deno.test("before a node is in touch with the log, it gives nobody up", () => {
  const { cluster } = scene();
  cluster.beats("a", 3);
  assertEquals(new Housekeeping(GRACE_MS).due(cluster.state, "a", 100_000), []);
});

Deno.test("a seat lapses when it was away for long enough, a second later at each further node", () => {
  const { cluster } = scene();
  const { ticket } = cluster.join("b", "x");
  cluster.append("b", { kind: "away", ticket, n: 0 });
  const lapse = [{ kind: "lapse" as const, seats: [{ ticket, n: 0 }] }];
  for (const [place, node] of ["a", "b", "c"].entries()) {
    const { house } = scene();
    const due = (now: number) => house.due(cluster.state, node, now);
    assertEquals(due(2_000), []);
    assertEquals(due(2_000 + GRACE_MS + place * 1_000 - 1), []);
    assertEquals(due(2_000 + GRACE_MS + place * 1_000), lapse);
    house.resumed(20_000);
    assertEquals(due(20_000 + RETURN_MS - 1), []);
    assertEquals(due(20_000 + RETURN_MS), lapse);
  }
});

Deno.test("G11: a seat is kept for its lease, although seats are kept for less", () => {
  const { cluster, house } = scene();
  const { ticket } = cluster.join("b", "x", 30_000);
  cluster.append("b", { kind: "away", ticket, n: 0 });
  assertEquals(house.due(cluster.state, "a", 0), []);
  assertEquals(house.due(cluster.state, "a", 29_999), []);
  assertEquals(house.due(cluster.state, "a", 30_000), [{ kind: "lapse", seats: [{ ticket, n: 0 }] }]);
});

Deno.test("a seat that was evicted is not kept, unless it has a lease", () => {
  const { cluster, house } = scene();
  const tickets = [cluster.join("b", "x"), cluster.join("b", "leased", 5_000), cluster.join("b", "stays")]
    .map(
      ({ ticket }) => ticket,
    );
  for (const ticket of tickets) cluster.append("a", { kind: "evict", ticket, n: 0 });
  assertEquals(house.due(cluster.state, "a", 100_000), [], "they are not away");
  for (const ticket of tickets.slice(0, 2)) cluster.append("b", { kind: "away", ticket, n: 0 });
  const lapse = (...of: number[]) => of.map((i) => ({ ticket: tickets[i]!, n: 0 }));
  assertEquals(house.due(cluster.state, "a", 100_000), [{ kind: "lapse", seats: lapse(0) }]);
  assertEquals(house.due(cluster.state, "a", 100_000 + GRACE_MS - 1), [{ kind: "lapse", seats: lapse(0) }]);
  assertEquals(house.due(cluster.state, "a", 100_000 + GRACE_MS), [{ kind: "lapse", seats: lapse(0, 1) }]);
  const { house: further } = scene();
  assertEquals(further.due(cluster.state, "b", 100_000), [], "a further node waits");
  assertEquals(further.due(cluster.state, "b", 101_000), [{ kind: "lapse", seats: lapse(0) }]);
});

Deno.test("a seat that was claimed and is away again has its whole time once more", () => {
  const { cluster, house } = scene();
  const { ticket } = cluster.join("b", "x");
  cluster.append("b", { kind: "away", ticket, n: 0 });
  assertEquals(house.due(cluster.state, "a", 1_000), []);
  cluster.append("b", { kind: "claim", ticket, n: 0, id: "y", presented: "hash x", hash: "h" });
  cluster.append("b", { kind: "away", ticket, n: 1 });
  assertEquals(house.due(cluster.state, "a", 9_000), []);
  assertEquals(house.due(cluster.state, "a", 1_000 + GRACE_MS), []);
  assertEquals(house.due(cluster.state, "a", 9_000 + GRACE_MS), [
    { kind: "lapse", seats: [{ ticket, n: 1 }] },
  ]);
});

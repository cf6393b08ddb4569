// The chain that nodes compare.

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { extendChain, NO_CHAIN, readChain } from "../../../src/journal/cluster/chain.ts";
import { ChainHistory, chainText, ClusterState } from "../../../src/journal/cluster/mod.ts";
import type { RosterSeat } from "../../../src/journal/mod.ts";
import { ClusterScene, joinOf } from "./cluster_scene.ts";

/** With whole numbers of any size. */
function fnv1a(bytes: readonly number[]): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(16).padStart(16, "0");
}

Deno.test("the chain is FNV-1a of 64 bits, over all texts one after the other", () => {
  // Test vectors of draft-eastlake-fnv.
  assertEquals(chainText(NO_CHAIN), "cbf29ce484222325");
  assertEquals(chainText(extendChain(NO_CHAIN, "a")), "af63dc4c8601ec8c");
  assertEquals(chainText(extendChain(NO_CHAIN, "foobar")), "85944171f73967e8");
  assertEquals(extendChain(extendChain(NO_CHAIN, "foo"), "bar"), extendChain(NO_CHAIN, "foobar"));
  const text = "0123456789 the quick brown fox \u0000\u007f\u00ff".repeat(50);
  assertEquals(chainText(extendChain(NO_CHAIN, text)), fnv1a([...text].map((one) => one.charCodeAt(0))));
  assertEquals(chainText(extendChain(NO_CHAIN, "\u20ac")), fnv1a([0xac, 0x20]));
  const chain = extendChain(NO_CHAIN, "foobar");
  assertEquals(readChain(chainText(chain)), chain);
  assertEquals(chainText({ high: 0, low: 1 }), "0000000000000001");
});

Deno.test("the chain differs after another record, another author, and another outcome", () => {
  const scenes = [0, 1, 2, 3, 4].map(() => new ClusterScene());
  scenes[0]!.append("a", joinOf("one"));
  scenes[1]!.append("a", { kind: "complete" });
  scenes[2]!.append("b", joinOf("one"));
  scenes[3]!.append("a", joinOf("one"), { counter: 100 });
  scenes[4]!.append("a", joinOf("one"), { log: "another" });
  const chains = scenes.map(({ state }) => chainText(state.chain));
  assertEquals(new Set(chains).size, chains.length);
});

Deno.test("the chain differs where one state has lost something that only the next outcome shows", () => {
  const scenes = [0, 1].map(() => new ClusterScene());
  for (const scene of scenes) {
    const { ticket } = scene.join("a", "one");
    scene.append("a", { kind: "claim", ticket, n: 0, id: "back", presented: "hash one", hash: "next" });
  }
  const [right, wrong] = scenes as [ClusterScene, ClusterScene];
  const saved = wrong.saved();
  const seats = saved.roster.seats.map((seat) => ({ ...seat, usedHash: undefined }));
  wrong.state = ClusterState.fromSnapshot({ ...saved, roster: { ...saved.roster, seats } }, "nobody");
  assertEquals(right.state.chain, wrong.state.chain);
  const [{ ticket }] = right.state.roster.seats as [RosterSeat];
  for (const scene of scenes) scene.append("a", { kind: "confirm", ticket, n: 1 });
  assertNotEquals(right.state.chain, wrong.state.chain);
});

Deno.test("a node compares what another says of a position, for as long as it remembers its own", () => {
  const scene = new ClusterScene();
  const history = new ChainHistory(4);
  const first = scene.state.position;
  const chains: string[] = [];
  for (let i = 0; i < 6; i++) {
    history.note(scene.state);
    chains.push(chainText(scene.state.chain));
    scene.beats("a", 1);
  }
  assertEquals(chains.map((_, i) => history.at(first + i)), [undefined, undefined, ...chains.slice(2)]);
  assertEquals(history.at(first + 6), undefined);
  assertEquals(history.differs(first + 5, chains[5]!), false);
  assertEquals(history.differs(first + 5, chains[4]!), true);
  assertEquals(history.differs(first, "what is forgotten cannot be compared"), false);
  assertNotEquals(chains[0], chains[1]);
  assert(chains.every((chain) => /^[0-9a-f]{16}$/.test(chain)));
});

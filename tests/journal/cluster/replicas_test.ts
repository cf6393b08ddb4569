// Many records, applied by two nodes: one keeps up with the log, and the other is behind, and goes on from snapshots.

import { assert, assertEquals } from "@std/assert";
import {
  applyCluster,
  chainText,
  type ClusterRecord,
  ClusterState,
  decodeEntry,
  encodeEntry,
} from "../../../src/journal/cluster/mod.ts";
import { Random } from "../../support/random.ts";
import { drawSeed } from "../../support/seed.ts";
import { CONFIG, LOG } from "./cluster_scene.ts";
import { KINDS, makeRecord } from "./random_records.ts";

const RECORDS = 100_000;

Deno.test("100,000 records of changing nodes: two replicas agree at every position", () => {
  const seed = drawSeed();
  console.log(`Run it again with TEST_SEED=${seed}`);
  const random = new Random(seed);
  const log: string[] = [];
  const chains: string[] = [];
  const counters = new Map<string, number>();
  const first = new ClusterState(LOG, undefined);
  let second = new ClusterState(LOG, undefined);
  let nodes = 0;
  let restores = 0;

  const applyNext = (state: ClusterState<undefined>): void => {
    applyCluster(state, state.position + 1, decodeEntry(log[state.position]!));
    if (state.position % 8 === 0) state.roster.settle();
  };
  const take = (text: string): void => {
    log.push(text);
    applyNext(first);
    chains.push(chainText(first.chain));
  };
  const append = (node: string, record: ClusterRecord, pos: number): void => {
    const counter = counters.get(node) ?? 0;
    counters.set(node, counter + 1);
    take(encodeEntry({ log: LOG, node, counter, pos, record }));
  };
  const catchUp = (most: number): void => {
    for (let i = 0; i < most && second.position < log.length; i++) {
      applyNext(second);
      const { position, chain } = second;
      assert(chainText(chain) === chains[position - 1], `the replicas differ at ${position}`);
    }
  };
  while (log.length < RECORDS) {
    if (first.nodes.size < 3) {
      const node = `node${++nodes}`;
      append(node, { kind: "config", ...CONFIG, capacity: 100, waitingCapacity: 20 }, log.length);
      append(node, { kind: "hello", name: node, address: "", version: "0.1.0", configHash: "c" }, log.length);
    }
    const node = random.pick(first.nodes.ids);
    let kind = random.pick(KINDS);
    // Else there would be few seats.
    if ((kind === "bye" || kind === "fence" || kind === "config") && random.chance(0.95)) kind = "join";
    // Some know only what the replica that is behind knows.
    const known = random.chance(0.2) ? second : first;
    const record = makeRecord(known, node, { kind, who: random.below(1_000), value: random.below(4) });
    append(node, record.kind === "config" ? { ...record, capacity: 100 } : record, known.position);
    if (random.chance(0.05)) take(random.pick(log));
    if (random.chance(0.02)) catchUp(random.below(100));
    if (random.chance(0.002)) {
      second = ClusterState.fromSnapshot(JSON.parse(JSON.stringify(second.toSnapshot())), undefined);
      restores++;
    }
  }
  catchUp(Infinity);
  assertEquals(second.position, log.length);
  assertEquals(JSON.stringify(second.toSnapshot()), JSON.stringify(first.toSnapshot()));
  assert(restores > 50 && first.roster.epoch > 0);
});

// How long a server takes until it listens.

import type { StepResult } from "../load/load_generator.ts";
import { summarize } from "../report/statistics.ts";
import { type Peer, peerCommand } from "../servers/peers.ts";
import { freePort } from "../servers/running.ts";
import type { BenchSetup } from "./bench_setup.ts";

/** Starts of a program in each repetition, of which the median counts: they take milliseconds and vary. */
export const STARTS = 5;

export async function measureStartup(peer: Peer, { load, servers }: BenchSetup): Promise<StepResult> {
  const port = freePort();
  const { argv } = peerCommand(peer, port, { kind: "seats", receivers: 1 }, servers);
  // The first start brings the executable into memory.
  await load.startUp(port, argv);
  const starts: number[] = [];
  for (let i = 0; i < STARTS; i++) starts.push((await load.startUp(port, argv)).ms!);
  return { ms: summarize(starts)!.median };
}

// Steps of the load generator on the clients of one server.

import { DELIVERY_BYTES, paddedPayload } from "../load/padding.ts";
import type { StepResult } from "../load/load_generator.ts";
import { AT_EQUAL_BYTES, type SeatsPlan } from "../rows/mod.ts";
import { type Peer, peerCommand, PROTOCOL, SLOW_WORDS } from "../servers/peers.ts";
import { startServer } from "../servers/running.ts";
import type { BenchSetup } from "./bench_setup.ts";

/**
 * Runs the steps.
 *
 * @param deliveryBytes of rankserver's deliveries; to that, messages are padded in steps that are to have equal bytes.
 * @returns the results by the names in `steps`.
 */
export async function measureOnSeats(
  peer: Peer,
  plan: SeatsPlan,
  steps: readonly string[],
  deliveryBytes: number | undefined,
  setup: BenchSetup,
): Promise<Map<string, StepResult>> {
  const { running, load, servers, seconds, window } = setup;
  const padded = steps.map((step) =>
    step.endsWith(AT_EQUAL_BYTES) ? withPayload(step, peer, deliveryBytes) : step
  );
  const server = await startServer(running, (port) => peerCommand(peer, port, plan, servers));
  try {
    const results = await load.run({
      protocol: PROTOCOL[peer],
      port: server.port,
      serverPid: server.pid,
      receivers: plan.receivers,
      window,
      seconds,
      steps: padded,
      slow: { log: server.log, words: SLOW_WORDS[peer] },
      authority: plan.hasTls ? servers.certificate?.cert : undefined,
    });
    const byName = new Map(steps.map((step, i) => [step, results.get(padded[i]!)!]));
    checkDeliveries(byName, peer, deliveryBytes);
    return byName;
  } catch (error) {
    throw new Error(`${(error as Error).message}\nThe last words of ${peer}:\n${server.lastWords()}`);
  } finally {
    await server.stop();
  }
}

/** @throws if a delivery that is to have as many bytes as rankserver's has not. */
function checkDeliveries(
  results: ReadonlyMap<string, StepResult>,
  peer: Peer,
  deliveryBytes: number | undefined,
): void {
  for (const [step, { frame_bytes }] of results) {
    const isChecked = step.endsWith(AT_EQUAL_BYTES) || peer === "rankserver";
    if (!isChecked || frame_bytes === undefined || deliveryBytes === undefined) continue;
    if (frame_bytes !== deliveryBytes) {
      throw new Error(`A delivery has ${frame_bytes} bytes in ${step} instead of ${deliveryBytes}`);
    }
  }
}

/** Whether the number of bytes of rankserver's deliveries has to be known for these steps. */
export function needsDeliveryBytes(steps: readonly string[]): boolean {
  return steps.some((step) => step.endsWith(AT_EQUAL_BYTES));
}

/** How many bytes one delivery of rankserver has in a fleet of that size: asked of rankserver itself. */
export async function measureDeliveryBytes(receivers: number, setup: BenchSetup): Promise<number> {
  const { running, load, servers, seconds, window } = setup;
  const plan: SeatsPlan = { kind: "seats", receivers };
  const server = await startServer(running, (port) => peerCommand("rankserver", port, plan, servers));
  try {
    const { port, pid: serverPid } = server;
    const protocol = PROTOCOL.rankserver;
    const steps = ["seat", "frame"];
    const results = await load.run({ protocol, port, serverPid, receivers, window, seconds, steps });
    return results.get("frame")!.frame_bytes!;
  } finally {
    await server.stop();
  }
}

function withPayload(step: string, peer: Peer, deliveryBytes: number | undefined): string {
  if (peer === "rankserver" || deliveryBytes === undefined) {
    throw new Error(`Cannot pad ${step} of ${peer}: rankserver's own deliveries are the measure`);
  }
  return step.replace(AT_EQUAL_BYTES, `:${paddedPayload(DELIVERY_BYTES[peer], deliveryBytes)}`);
}

// Runs the plans: within each repetition every plan is run against one server after the other, so that the numbers of a
// ratio were measured within seconds.

import type { StepResult } from "../load/load_generator.ts";
import { type Plan, PLANS, type Row, stepsFor } from "../rows/mod.ts";
import type { TimedPrograms } from "../servers/executables.ts";
import type { Peer } from "../servers/peers.ts";
import type { BenchSetup } from "./bench_setup.ts";
import { measureCluster } from "./cluster.ts";
import { Measurements } from "./measurements.ts";
import { measureDeliveryBytes, measureOnSeats, needsDeliveryBytes } from "./on_seats.ts";
import { measurePage } from "./page.ts";
import { measureRest } from "./rest.ts";
import { measureSharedPort } from "./shared_port.ts";
import { measureStartup } from "./startup.ts";
import { measureStartupParts } from "./startup_parts.ts";

export interface MeasureOptions {
  readonly rows: readonly Row[];
  readonly peers: readonly Peer[];
  readonly repetitions: number;
  readonly onProgress: (what: string) => void;
}

export interface Measured {
  readonly measurements: Measurements;
  /** What one delivery of rankserver has, and of every peer where bytes are equal, by the number of receivers. */
  readonly deliveryBytes: ReadonlyMap<number, number>;
}

/**
 * Leaves out what needs TLS where there is no certificate.
 *
 * @param timedPrograms makes them when they are first needed.
 */
export async function measure(
  { rows, peers, repetitions, onProgress }: MeasureOptions,
  setup: BenchSetup,
  timedPrograms: () => Promise<TimedPrograms>,
): Promise<Measured> {
  const measurements = new Measurements();
  const deliveryBytes = new Map<number, number>();
  let programs: Promise<TimedPrograms> | undefined;
  const run = async (plan: Plan, peer: Peer, steps: string[]): Promise<Map<string, StepResult>> => {
    switch (plan.kind) {
      case "seats": {
        const { receivers } = plan;
        if (needsDeliveryBytes(steps) && !deliveryBytes.has(receivers)) {
          deliveryBytes.set(receivers, await measureDeliveryBytes(receivers, setup));
        }
        return await measureOnSeats(peer, plan, steps, deliveryBytes.get(receivers), setup);
      }
      case "shared-port":
        return await measureSharedPort(plan, setup);
      case "cluster":
        return await measureCluster(plan, steps, setup);
      case "page":
        return await measurePage(plan, setup);
      case "rest":
        return new Map([["rest", await measureRest(setup)]]);
      case "startup":
        return new Map([["startup", await measureStartup(peer, setup)]]);
      case "startup-parts":
        programs ??= timedPrograms();
        return new Map([["startup-parts", await measureStartupParts(setup, await programs)]]);
    }
  };
  const isPossible = (plan: Plan) =>
    plan.kind !== "seats" || !plan.hasTls || setup.servers.certificate !== undefined;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    // Whoever goes first changes, so that none profits from its place.
    const order = peers.map((_, i) => peers[(i + repetition) % peers.length]!);
    for (const [name, plan] of Object.entries(PLANS)) {
      for (const peer of order) {
        const steps = stepsFor(rows, name, peer);
        if (steps.length === 0 || !isPossible(plan)) continue;
        onProgress(`repetition ${repetition + 1} of ${repetitions}, plan ${name}, ${peer}`);
        for (const [step, result] of await run(plan, peer, steps)) {
          measurements.set(peer, repetition, name, step, result);
        }
      }
    }
  }
  return { measurements, deliveryBytes };
}

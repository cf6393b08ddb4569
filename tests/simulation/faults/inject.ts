// Injects the faults of a scenario. Whether a fault is possible is decided when it is due: faults for which
// docs/succession.md promises nothing are left out.

import type { ClientActor } from "../actors/client.ts";
import type { Fault } from "./fault.ts";
import { CLUSTER_FAULTS } from "../cluster/cluster_faults.ts";
import type { FaultContext, Injections } from "./fault_context.ts";
import { LOAD_FAULTS } from "./load_faults.ts";
import { MACHINE_FAULTS } from "./machine_faults.ts";
import { NETWORK_FAULTS } from "./network_faults.ts";
import { PROCESS_FAULTS } from "./process_faults.ts";
import { USER_ACTIONS } from "./user_actions.ts";

const INJECTIONS: Injections = {
  ...NETWORK_FAULTS,
  ...PROCESS_FAULTS,
  ...MACHINE_FAULTS,
  ...USER_ACTIONS,
  ...LOAD_FAULTS,
  ...CLUSTER_FAULTS,
};

/** Injects a fault. @returns false when it is not possible now */
export function injectFault(
  { kind, ms }: Fault,
  client: ClientActor,
  context: Omit<FaultContext, "client" | "ms">,
): boolean {
  return INJECTIONS[kind]({ ...context, client, ms });
}

// What a fault acts on.

import type { ClientActor } from "../actors/client.ts";
import type { ServerActor } from "../actors/server.ts";
import type { World } from "../actors/world.ts";
import type { FaultKind } from "./fault.ts";

export interface FaultContext {
  readonly world: World;
  readonly server: ServerActor;
  /** The client that the fault targets. */
  readonly client: ClientActor;
  readonly clients: readonly ClientActor[];
  /** How long it lasts, in ms; or a random number. */
  readonly ms: number;
  /** Ends a fault after `ms`, unless all faults have been repaired by then. */
  readonly later: (ms: number, end: () => void) => void;
}

/** How each kind of fault is injected; false when it is not possible now. */
export type Injections<Kind extends FaultKind = FaultKind> = {
  readonly [kind in Kind]: (context: FaultContext) => boolean;
};

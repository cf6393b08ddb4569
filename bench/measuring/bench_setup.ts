// What every measurement needs: the load generator, the servers and how long to measure.

import type { LoadGenerator } from "../load/load_generator.ts";
import type { NatsPrograms } from "../servers/nats.ts";
import type { PeerSetup } from "../servers/peers.ts";
import type { Running } from "../servers/running.ts";

export interface BenchSetup {
  readonly running: Running;
  readonly load: LoadGenerator;
  readonly servers: PeerSetup;
  /** For the log of a cluster. */
  readonly nats: NatsPrograms;
  /** Of one step. */
  readonly seconds: number;
  /** Messages on their way at most. */
  readonly window: number;
}

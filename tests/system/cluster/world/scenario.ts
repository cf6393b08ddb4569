// A test of a cluster with real processes; ignored, with the reason, without a nats-server that can do it.

import { CLUSTER_SERVER, isNatsMissing } from "../../../support/programs/nats_server.ts";
import { ClusterWorld, type WorldOptions } from "./cluster_world.ts";

/** Three replicas need this version of NATS. */
const MIN_MINOR = { 1: 9, 3: 10 };

export interface ScenarioOptions extends WorldOptions {
  readonly ignore?: boolean;
  /** NATS runs, and no node does yet. */
  readonly startsNoNode?: boolean;
}

export async function scenario(
  name: string,
  { ignore = false, startsNoNode = false, ...options }: ScenarioOptions,
  play: (world: ClusterWorld) => Promise<void>,
): Promise<void> {
  const isMissing = await isNatsMissing(CLUSTER_SERVER, MIN_MINOR[options.replicas ?? 1]);
  Deno.test({
    name,
    ignore: ignore || isMissing,
    async fn() {
      await using world = await (startsNoNode ? ClusterWorld.prepare(options) : ClusterWorld.start(options));
      try {
        await play(world);
      } catch (error) {
        console.log(world.story);
        throw error;
      }
    },
  });
}

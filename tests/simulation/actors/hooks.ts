// The hooks of a client (--on-change) as simulated processes that end after some time, some of them too late.

import type { ClientEvent } from "../../../src/client/session/client_event.ts";
import { Hooks, RankChanges } from "../../../src/client/lead/hooks.ts";
import { CLIENT_BOUNDS } from "../../../src/config/keys/client_bounds.ts";
import type { SimProcess } from "../world/process.ts";
import { randomStream } from "../world/random_stream.ts";
import { signalSystem, type World } from "./world.ts";

const LATE_RATE = 0.1;
const MAX_HOOK_MS = 500;

export interface OpenHooks {
  /** The process ID of the hook that runs. */
  readonly pid: number | undefined;
  observe(event: ClientEvent): void;
  /** Waits for the hooks that are due. */
  close(): Promise<void>;
  kill(): void;
}

/** Opens the hooks of a client; `undefined` when the scenario has none. */
export function openHooks({ scenario, oracle, trace }: World, client: SimProcess): OpenHooks | undefined {
  if (!scenario.hasHooks) return undefined;
  const random = randomStream(scenario.seed, `hooks of ${client.name} ${client.pid}`);
  const hooks = new Hooks({
    argv: ["hook"],
    start: () => {
      const hook = client.machine.spawn({ kind: "hook", name: `hook of ${client.name}`, parent: client });
      oracle.hookStarted(client, hook);
      const takesMs = random.chance(LATE_RATE) ? scenario.hookTimeoutMs * 2 : random.next() * MAX_HOOK_MS;
      hook.after(takesMs, () => hook.exit(0));
      return { pid: hook.pid, status: hook.ended };
    },
    timeoutMs: scenario.hookTimeoutMs,
    maxWaiting: CLIENT_BOUNDS.hooksWaiting,
    stopTimes: { ...CLIENT_BOUNDS, killAfterMs: scenario.killAfterMs },
    say: (line) => trace.note(client.name, line),
    system: signalSystem(client),
  });
  const changes = new RankChanges();
  return {
    get pid() {
      return hooks.pid;
    },
    observe(event) {
      const change = changes.note(event);
      if (change !== undefined) hooks.add(change);
    },
    close: () => hooks.close(),
    kill: () => hooks.kill(),
  };
}

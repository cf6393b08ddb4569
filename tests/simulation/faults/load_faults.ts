// Much at one time: strangers with many connections, floods of commands and requests, and a client that reads no events.

import { startStranger, STRANGER_KINDS } from "../actors/stranger.ts";
import type { FaultKind } from "./fault.ts";
import type { FaultContext, Injections } from "./fault_context.ts";
import { seatedClient, sendRun } from "./user_actions.ts";

const MAX_CONNECTIONS = 24;
/** More than may wait for an answer. */
const REQUESTS = 1_100;
const COMMANDS = [30, 200, 500];
/** Each causes two events. */
const EVENT_COMMANDS = 600;
const ARGUMENT_BYTES = 400;
/** How long clients read no events, in durations of the fault. */
const PAUSE_FACTOR = 10;

export const LOAD_FAULTS = {
  strangers({ world, ms, later }) {
    const kind = STRANGER_KINDS[ms % STRANGER_KINDS.length]!;
    const stranger = startStranger(world, kind, 1 + (ms * 7) % MAX_CONNECTIONS);
    later(ms, () => stranger.signal("SIGKILL"));
    return true;
  },
  flood_commands(context) {
    const { ms } = context;
    return flood(context, {
      command: ms % 2 === 0 ? "work" : "show",
      count: COMMANDS[ms % COMMANDS.length]!,
    });
  },
  flood_requests(context) {
    const seated = seatedClient(context);
    if (seated === undefined) return false;
    const { client, process } = seated;
    const { client: { requests }, world: { oracle: { bounds } } } = context;
    process.enter(() => {
      for (let i = 0; i < REQUESTS; i++) {
        requests.open++;
        client.request("ping").catch(() => {/* Refused, or not connected any more. */})
          .finally(() => requests.open--);
      }
      // By then, those that were refused are settled.
      process.defer(() => bounds.requestsSent(requests.open));
    });
    return true;
  },
  /** Every client sends more runs than it may have. */
  burst_of_runs(context) {
    const { clients, world: { serverConfig: { limits } } } = context;
    let sent = 0;
    for (const client of clients) {
      for (let i = 0; i <= limits.runsPerIssuer; i++) {
        if (sendRun({ ...context, client }) !== undefined) sent++;
      }
    }
    return sent > 0;
  },
  /** No client reads its events, and there are more than a client keeps. */
  flood_events(context) {
    const { clients, later, ms } = context;
    if (!flood(context, { command: "show", count: EVENT_COMMANDS })) return false;
    for (const { consumer, process } of clients) {
      consumer?.pause();
      later(ms * PAUSE_FACTOR, () => process?.enter(() => consumer?.resume()));
    }
    return true;
  },
} satisfies Partial<Injections<FaultKind>>;

/** Sends commands whose results nobody wants. */
function flood(
  context: FaultContext,
  { command, count }: { readonly command: string; readonly count: number },
): boolean {
  const seated = seatedClient(context);
  if (seated === undefined) return false;
  const { client, process, ticket } = seated;
  const { world: { oracle: { runs } }, ms } = context;
  const padding = "x".repeat(ms % 4 < 2 ? 0 : ARGUMENT_BYTES);
  process.enter(() => {
    for (let i = 0; i < count; i++) {
      const name = runs.nextName();
      runs.sent(name, process.name, ticket);
      runs.settled(name);
      client.notify("run", { command, args: [name, padding] }).catch(() => {/* Not connected any more. */});
    }
  });
  return true;
}

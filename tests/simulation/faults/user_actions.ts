// What users and the operator do between faults: commands, requests, `yield`, `--evict` and `--raise`.

import { LeadingSession } from "../../../src/client/lead/leading_session.ts";
import type { Client } from "../../../src/client/mod.ts";
import { RUN_TIMEOUT_MS } from "../oracle/run_checks.ts";
import type { SimProcess } from "../world/process.ts";
import type { ClientActor } from "../actors/client.ts";
import type { FaultKind } from "./fault.ts";
import type { FaultContext, Injections } from "./fault_context.ts";

const RUN_COMMANDS = ["work", "work", "work", "show", "forbidden"];
/** The ranks that are evicted are below this one. */
const EVICTED_RANKS = 3;

export const USER_ACTIONS = {
  evict(context) {
    return operate(context, "evict", { rank: context.ms % EVICTED_RANKS });
  },
  raise(context) {
    return operate(context, "raise", { name: context.client.name });
  },
  // Also before it has a seat, which must be refused.
  yield: ({ client, ms }) => sendYield(client, ms),
  /** As soon as the next connection is open, before the server has named the seat. */
  yield_when_connected({ client, ms, later }) {
    const act = () => void sendYield(client, ms);
    client.next.connected = act;
    later(ms * 10, () => {
      if (client.next.connected === act) client.next.connected = undefined;
    });
    return true;
  },
  roster(context) {
    const seated = seatedClient(context);
    if (seated === undefined) return false;
    const { client, process } = seated;
    const { oracle } = context.world;
    process.enter(() =>
      void client.request("roster").then((roster) => oracle.seats.rosterSeen(process.name, roster), () => {})
    );
    return true;
  },
  run: (context) => sendRun(context) !== undefined,
  cancel(context) {
    const sent = sendRun(context);
    if (sent === undefined) return false;
    const { world: { scheduler }, ms } = context;
    scheduler.after(ms / 4, () => sent.process.enter(() => sent.cancel()));
    return true;
  },
} satisfies Partial<Injections<FaultKind>>;

/** @param ms as a request if it is even, otherwise as a notification */
function sendYield({ client, process, lead }: ClientActor, ms: number): boolean {
  if (client === undefined || process?.state !== "running") return false;
  const session = lead === undefined ? client : new LeadingSession(client, lead);
  const send = ms % 2 === 0 ? () => session.request("yield") : () => session.notify("yield");
  process.enter(() => void send().catch(() => {/* Refused. */}));
  return true;
}

function operate(
  { server }: FaultContext,
  method: "evict" | "raise",
  params: { readonly rank: number } | { readonly name: string },
): boolean {
  if (!server.isRunning) return false;
  server.process!.enter(() => void server.server![method](params));
  return true;
}

/** The client of a running process that has had a seat. */
export function seatedClient({ client: { client, process } }: FaultContext): {
  readonly client: Client;
  readonly process: SimProcess;
  readonly ticket: number;
} | undefined {
  if (client?.place === undefined || process?.state !== "running") return undefined;
  return { client, process, ticket: client.place.ticket };
}

/** Sends a run, which is named after its only argument. */
export function sendRun(
  context: FaultContext,
): { readonly process: SimProcess; readonly cancel: () => void } | undefined {
  const seated = seatedClient(context);
  if (seated === undefined) return undefined;
  const { client, process, ticket } = seated;
  const { world: { oracle }, ms } = context;
  const name = oracle.runs.nextName();
  const command = RUN_COMMANDS[ms % RUN_COMMANDS.length]!;
  const leaving = new AbortController();
  process.enter(() => {
    oracle.runs.sent(name, process.name, ticket);
    const run = client.run({ command, args: [name], timeout_ms: RUN_TIMEOUT_MS }, { signal: leaving.signal });
    run.done.then((summary) => oracle.runEnded(name, summary), () => {})
      .finally(() => oracle.runs.settled(name));
  });
  return { process, cancel: () => leaving.abort() };
}

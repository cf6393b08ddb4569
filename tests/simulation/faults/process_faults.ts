// Signals to the processes of the server and of one client.

import { isOfProgram, mayClientFail, mayGuardFail } from "../actors/guarded.ts";
import type { SimProcess } from "../world/process.ts";
import type { FaultKind } from "./fault.ts";
import type { FaultContext, Injections } from "./fault_context.ts";

export const PROCESS_FAULTS = {
  stop_client(context) {
    const { client } = context;
    return mayClientFail(client) && suspend(client.process!, context);
  },
  kill_client({ client }) {
    if (!mayClientFail(client)) return false;
    client.process!.signal("SIGKILL");
    return true;
  },
  // A second signal ends a client without its guard.
  term_client: ({ client }) =>
    (client.process?.isLeaving !== true || mayClientFail(client)) && terminate(client.process),
  term_client_twice({ world: { scheduler }, client, ms }) {
    const { process } = client;
    if (!terminate(process)) return false;
    scheduler.after(ms / 10, () => mayClientFail(client) && process!.signal("SIGTERM"));
    return true;
  },
  stop_guard(context) {
    const { client } = context;
    return mayGuardFail(client) && !client.machine.isAsleep && suspend(client.guard!.process, context);
  },
  kill_guard({ client }) {
    if (!mayGuardFail(client)) return false;
    client.guard!.process.signal("SIGKILL");
    return true;
  },
  /** The next guard is suspended before it takes orders; one that has nothing to do is replaced. */
  stop_guard_at_start(context) {
    const { client, ms, later } = context;
    if (!client.isLeading) return false;
    const stop = (guard: SimProcess) => void suspend(guard, context);
    client.next.guard = stop;
    later(ms * 10, () => {
      if (client.next.guard === stop) client.next.guard = undefined;
    });
    if (mayGuardFail(client) && !client.machine.living.some(isOfProgram)) {
      client.guard!.process.signal("SIGKILL");
    }
    return true;
  },
  kill_guard_at_start({ client, ms, later }) {
    if (!client.isLeading) return false;
    client.killsGuardAtStart = true;
    later(ms * 10, () => client.killsGuardAtStart = false);
    return true;
  },
  term_guard: ({ client }) => terminate(client.guard?.process),
  term_guard_twice({ world: { scheduler }, client, ms }) {
    const guard = client.guard?.process;
    if (!terminate(guard)) return false;
    scheduler.after(ms / 10, () => guard!.signal("SIGTERM"));
    return true;
  },
  kill_program({ client: { machine } }) {
    const program = machine.living.find(({ kind }) => kind === "program");
    program?.signal("SIGKILL");
    return program !== undefined;
  },
  stop_program(context) {
    const program = context.client.machine.living.find(({ kind }) => kind === "program");
    return program !== undefined && suspend(program, context);
  },
  stop_server(context) {
    const { process } = context.server;
    return process?.state === "running" && suspend(process, context);
  },
  kill_server: (context) => endServer(context, "SIGKILL"),
  term_server: (context) => endServer(context, "SIGTERM"),
} satisfies Partial<Injections<FaultKind>>;

/** Sends TERM to a process that runs. */
function terminate(process: SimProcess | undefined): boolean {
  if (process?.state !== "running") return false;
  process.signal("SIGTERM");
  return true;
}

function suspend(process: SimProcess, { ms, later }: FaultContext): true {
  process.signal("SIGSTOP");
  later(ms, () => process.signal("SIGCONT"));
  return true;
}

/** Ends the server, and starts it again some time after its end. */
function endServer({ server, ms, later }: FaultContext, signal: "SIGKILL" | "SIGTERM"): boolean {
  const { process } = server;
  if (process === undefined || process.state === "dead") return false;
  // First of all: KILL ends it immediately.
  process.whenDead.push(() => later(ms, () => server.start()));
  process.signal(signal);
  return true;
}

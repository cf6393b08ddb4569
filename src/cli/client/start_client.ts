// Builds a client that takes a seat, with the face that fits: a terminal, or a pipe; and its control socket.

import { ControlServer } from "../../client/control/control_server.ts";
import { type ControlSocket, openControlSocket } from "../../control/control_socket.ts";
import { LineOutput } from "../../client/output/line_output.ts";
import { openClient } from "../../client/open_client.ts";
import { Pipe } from "../../client/pipe/pipe.ts";
import { ProgramRunner } from "../../client/executor/program_runner.ts";
import type { ServerAccess } from "../../client/connection/server_access.ts";
import type { ClientSession } from "../../client/session/session_port.ts";
import { CLIENT_BOUNDS } from "../../config/keys/client_bounds.ts";
import type { ClientConfig } from "../../config/client_config.ts";
import type { ClientFlags } from "../../config/keys/client_flags.ts";
import type { ProcessStart } from "../shared/enter_process.ts";
import { dropClientRights } from "../shared/drop_rights.ts";
import { CLIENT_EXIT } from "../shared/exit_codes.ts";
import { reapOrphans } from "./lead/reap_orphans.ts";
import { openHooks } from "./lead/start_hooks.ts";
import { type LeaveSignals, listenForLeave } from "../shared/leave_signals.ts";

/** Runs until the client leaves. @returns the exit code. */
export async function startClient(
  config: ClientConfig,
  flags: ClientFlags,
  access: ServerAccess,
  { libc, ignored }: ProcessStart,
): Promise<number> {
  // From here on: a write that waits for the reader of a full pipe would stop all else.
  const stderr = new LineOutput(Deno.stderr, CLIENT_BOUNDS.printedLength);
  const hooked = openHooks(flags["on-change"], config, (line) => stderr.note(line));
  if (!hooked.ok) {
    console.error(hooked.message);
    return CLIENT_EXIT.usage;
  }
  const { hooks } = hooked;
  let control: ControlSocket | undefined;
  if (flags.control !== undefined) {
    const opened = await openControlSocket(flags.control);
    if (!opened.ok) {
      console.error(opened.reason);
      return CLIENT_EXIT.usage;
    }
    control = opened.socket;
  }
  const isTerminal = Deno.stdin.isTerminal() && Deno.stdout.isTerminal() && !flags.json && !flags.stay;
  // What would be started is only said, in a dry run.
  const startsPrograms = (config.run.size > 0 && !flags["dry-run"]) || flags["on-change"] !== undefined;
  reapOrphans(libc, false);
  dropClientRights({ startsPrograms, hasControl: control !== undefined, readsEnvironment: isTerminal });
  const runner = new ProgramRunner(config.run, { ...CLIENT_BOUNDS, ...config.limits }, flags["dry-run"]);
  // Whatever makes this process end, no program is left running behind it.
  const killPrograms = () => {
    runner.killAll();
    hooks.kill();
  };
  globalThis.addEventListener("unload", killPrograms);
  const session = openClient({
    host: config.host,
    port: config.port,
    ...access,
    name: config.name,
    // A script is to learn that there is no connection; a person, or a service, waits for it to come back.
    reconnect: isTerminal || flags.stay
      ? { minMs: config.limits.reconnectMinMs, maxMs: config.limits.reconnectMaxMs }
      : undefined,
    observe: hooks.observe,
    runner,
    limits: config.limits,
  });
  const signals = listenForLeave(ignored);
  const serving = control && new ControlServer(session, CLIENT_BOUNDS).serve(control.listener);
  try {
    const code = isTerminal
      ? await serveTerminal(session, signals)
      : await servePipe(session, signals, flags, stderr);
    return signals.exitCode ?? code;
  } finally {
    control?.close();
    // First: what a program still waits for at the control socket ends with the session.
    await session.close();
    await serving;
    await hooks.close();
    await stderr.flushedWithin(CLIENT_BOUNDS.closeTimeoutMs);
    signals.release();
    globalThis.removeEventListener("unload", killPrograms);
  }
}

async function serveTerminal(session: ClientSession, { signal }: LeaveSignals): Promise<number> {
  // Loaded here, because a client in a pipe need not wait for them.
  const { default: process } = await import("node:process");
  const { runTerminal } = await import("../../client/terminal/terminal.ts");
  return await runTerminal(session, {
    input: process.stdin,
    output: process.stdout,
    sink: Deno.stdout,
    signal,
  });
}

async function servePipe(
  session: ClientSession,
  { signal }: LeaveSignals,
  flags: ClientFlags,
  stderr: LineOutput,
): Promise<number> {
  const pipe = new Pipe({
    session,
    input: Deno.stdin.readable,
    stdout: new LineOutput(Deno.stdout, CLIENT_BOUNDS.printedLength),
    stderr,
    signal,
    isJson: flags.json,
    mayStay: flags.stay,
    bounds: CLIENT_BOUNDS,
  });
  return CLIENT_EXIT[await pipe.run()];
}

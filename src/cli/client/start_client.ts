// Starts a client that takes a seat, with the interface for a terminal or for a pipe, and its control socket.

import { ControlServer } from "../../client/control/mod.ts";
import { type ControlSocket, openControlSocket } from "../../control/mod.ts";
import { LineOutput, missedLine, noticeLine } from "../../client/output/mod.ts";
import { openClient } from "../../client/mod.ts";
import { Pipe } from "../../client/pipe/mod.ts";
import { ProgramRunner } from "../../client/executor/mod.ts";
import type { ServerAccess } from "../../client/connection/mod.ts";
import type { ClientSession } from "../../client/session/mod.ts";
import { CLIENT_BOUNDS, type ClientFlags } from "../../config/keys/mod.ts";
import type { ClientConfig } from "../../config/mod.ts";
import {
  CLIENT_EXIT,
  dropClientRights,
  type LeaveSignals,
  listenForContinue,
  listenForLeave,
  type ProcessStart,
} from "../shared/mod.ts";
import { reportSeat, type ServiceManager } from "../systemd/mod.ts";
import { openHooks, reapOrphans } from "./lead/mod.ts";
import { printNotice } from "./print_notice.ts";

/** Runs until the client leaves. @returns the exit code. */
export async function startClient(
  config: ClientConfig,
  flags: ClientFlags,
  access: ServerAccess,
  { libc, ignored, manager }: ProcessStart & { readonly manager: ServiceManager },
): Promise<number> {
  // From here on, a blocking write to a full pipe would stop everything else.
  const stderr = new LineOutput(
    Deno.stderr,
    CLIENT_BOUNDS.printedLength,
    flags.json ? missedLine : undefined,
  );
  const hooked = await openHooks(
    flags["on-change"],
    config,
    (line) => stderr.note(noticeLine("hook", line, flags.json)),
  );
  if (!hooked.ok) {
    await printNotice("error", hooked.message, flags.json);
    return hooked.code;
  }
  const { hooks } = hooked;
  let control: ControlSocket | undefined;
  if (flags.control !== undefined) {
    const opened = await openControlSocket(flags.control);
    if (!opened.ok) {
      await printNotice("error", opened.reason, flags.json);
      return CLIENT_EXIT.usage;
    }
    control = opened.socket;
  }
  const isTerminal = Deno.stdin.isTerminal() && Deno.stdout.isTerminal() && !flags.json && !flags.stay;
  // A dumb terminal, such as a shell inside an editor, has its own line editing and shows escape sequences as text.
  const hasPrompt = isTerminal && Deno.env.get("TERM") !== "dumb";
  // A dry run only reports what it would start.
  const startsPrograms = ((config.run?.size ?? 0) > 0 && !flags["dry-run"]) ||
    flags["on-change"] !== undefined;
  reapOrphans(libc, false);
  dropClientRights({ startsPrograms, hasControl: control !== undefined, readsEnvironment: hasPrompt });
  const runner = new ProgramRunner(config.run, { ...CLIENT_BOUNDS, ...config.limits }, flags["dry-run"]);
  // However this process ends, it leaves no program running.
  const killPrograms = () => {
    runner.killAll();
    hooks.kill();
  };
  globalThis.addEventListener("unload", killPrograms);
  const session = openClient({
    host: config.host,
    port: config.port,
    others: config.others,
    ...access,
    name: config.name,
    // A script needs to know that the connection is lost; a person, or a service, waits for it to return.
    reconnect: isTerminal || flags.stay
      ? { minMs: config.limits.reconnectMinMs, maxMs: config.limits.reconnectMaxMs }
      : undefined,
    observe: (event) => {
      reportSeat(manager, event);
      hooks.observe(event);
    },
    runner,
    limits: config.limits,
  });
  const signals = listenForLeave(ignored);
  signals.signal.addEventListener("abort", () => manager.stopping("Leaving"), { once: true });
  const serving = control && new ControlServer(session, CLIENT_BOUNDS).serve(control.listener);
  try {
    const code = hasPrompt
      ? await serveTerminal(session, signals)
      : await servePipe(session, signals, flags, stderr);
    return signals.exitCode ?? code;
  } finally {
    control?.close();
    // First, because it ends the requests that a program still waits for at the control socket.
    await session.close();
    await serving;
    await hooks.close();
    await stderr.flushedWithin(CLIENT_BOUNDS.closeTimeoutMs);
    signals.release();
    manager.close();
    globalThis.removeEventListener("unload", killPrograms);
  }
}

async function serveTerminal(session: ClientSession, { signal }: LeaveSignals): Promise<number> {
  // Loaded here, because they would delay a client in a pipe.
  const { default: process } = await import("node:process");
  const { runTerminal } = await import("../../client/terminal/mod.ts");
  return await runTerminal(session, {
    input: process.stdin,
    output: process.stdout,
    sink: Deno.stdout,
    signal,
    onContinue: listenForContinue,
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

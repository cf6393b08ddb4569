// `rankclient --via PATH`: sends one request to a running client through its control socket.

import { ControlClient, parseVia, runVia } from "../../client/control/mod.ts";
import { LineOutput, missedLine } from "../../client/output/mod.ts";
import { socketError } from "../../control/mod.ts";
import { CLIENT_BOUNDS } from "../../config/keys/mod.ts";
import type { ClientConfig } from "../../config/mod.ts";
import { CLIENT_EXIT, listenForLeave, type ProcessStart, revoke } from "../shared/mod.ts";
import { printNotice, refuse } from "./print_notice.ts";

export interface ViaRequest {
  readonly path: string;
  readonly words: readonly string[];
  readonly isJson: boolean;
  readonly isDryRun: boolean;
}

/** @returns the exit code. */
export async function startVia(
  { path, words, isJson, isDryRun }: ViaRequest,
  { limits }: ClientConfig,
  { ignored }: ProcessStart,
): Promise<number> {
  const parsed = parseVia(words, isDryRun);
  if (!parsed.ok) {
    return await refuse(parsed.message, isJson);
  }
  let conn: Deno.UnixConn;
  try {
    conn = await Deno.connect({ transport: "unix", path });
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "the socket does not exist; start the client with the same --control"
      : socketError(error);
    const message = `Cannot reach a running rankclient through ${path}: ${reason}`;
    await printNotice("error", message, isJson);
    return CLIENT_EXIT.lost;
  }
  revoke("read", "write", "net", "run", "env", "ffi", "sys", "import");
  const signals = listenForLeave(ignored);
  const asker = new ControlClient(conn, { ...CLIENT_BOUNDS, lineBytes: limits.lineBytes });
  try {
    const verdict = await runVia(parsed.asked, {
      asker,
      stdout: new LineOutput(Deno.stdout, CLIENT_BOUNDS.printedLength),
      stderr: new LineOutput(Deno.stderr, CLIENT_BOUNDS.printedLength, isJson ? missedLine : undefined),
      isJson,
      signal: signals.signal,
      closeTimeoutMs: CLIENT_BOUNDS.closeTimeoutMs,
    });
    return signals.exitCode ?? CLIENT_EXIT[verdict];
  } finally {
    await asker.close();
    signals.release();
  }
}

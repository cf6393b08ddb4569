// The guard of a program, from the client's side: this program started a second time, in a session of its own, so that
// neither a key at the terminal nor a signal to the client's group reaches it.

import { encodeOrder, type GuardOrder, type GuardStart } from "./guard_order.ts";
import type { GuardEnd } from "./guard.ts";
import { LineSender } from "./line_sender.ts";

/** By this signal a guard ends itself when it has stopped the program: its exit codes are all the program's. */
export const STOPPED_SIGNAL = "SIGALRM";

/** And by this one when it could not stop all of it. */
export const UNSURE_SIGNAL = "SIGVTALRM";

/** How this program is started as a guard: an executable knows which half it is, `deno run` has to be told. */
export interface GuardCommand {
  readonly program: string;
  readonly args: readonly string[];
}

export interface RunningGuard {
  /** What the guard says of its program; "lost": it was killed, and nobody knows what became of the program. */
  readonly ended: Promise<GuardEnd | { readonly kind: "lost" }>;
  tell(order: GuardOrder): void;
  /** For one that does not do what it is told. */
  kill(): void;
}

/** Orders that may wait for a guard that does not read, in UTF-16 code units. */
const MAX_WAITING_LENGTH = 64 * 1024;

/** @throws when it cannot be started. */
export function startGuard({ program, args }: GuardCommand, start: GuardStart): RunningGuard {
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: "piped",
    stdout: "inherit",
    stderr: "inherit",
    detached: true,
  }).spawn();
  const writer = child.stdin.getWriter();
  const sink = {
    async write(bytes: Uint8Array): Promise<number> {
      await writer.write(bytes as Uint8Array<ArrayBuffer>);
      return bytes.length;
    },
  };
  // It has ended, which its status tells.
  const sender = new LineSender(sink, MAX_WAITING_LENGTH, () => {});
  sender.send(encodeOrder(start));
  const ended = child.status.then(async ({ code, signal }) => {
    sender.abandon();
    await writer.abort().catch(() => {/* Closed already. */});
    if (signal === null) return { kind: "ended", code } as const;
    if (signal === UNSURE_SIGNAL) return { kind: "unsure" } as const;
    return { kind: signal === STOPPED_SIGNAL ? "stopped" : "lost" } as const;
  });
  const kill = () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
  };
  return { ended, tell: (order) => void sender.send(encodeOrder(order)), kill };
}

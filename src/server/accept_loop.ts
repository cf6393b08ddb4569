// The accept loop. `for await` over a listener ends at the first failed accept, and accepts do fail on a healthy
// server: when a client reset its connection before it was accepted (ENOTCONN), and when the process is out of
// descriptors (EMFILE). Both pass, so the loop starts again, after a wait that grows while nothing succeeds.

import { delay } from "@std/async/delay";

const FIRST_WAIT_MS = 10;
const LONGEST_WAIT_MS = 1_000;

export interface AcceptLoopOptions<Connection> {
  /** Must not throw. */
  readonly onConnection: (connection: Connection) => void;
  readonly onFailure: (error: unknown, retryMs: number) => void;
  /** Aborted by whoever closes the listener. */
  readonly signal: AbortSignal;
}

/** Hands over connections until the listener is closed. */
export async function acceptLoop<Connection>(
  listener: AsyncIterable<Connection>,
  { onConnection, onFailure, signal }: AcceptLoopOptions<Connection>,
): Promise<void> {
  let waitMs = FIRST_WAIT_MS;
  while (!signal.aborted) {
    try {
      for await (const connection of listener) {
        waitMs = FIRST_WAIT_MS;
        onConnection(connection);
      }
      return;
    } catch (error) {
      if (signal.aborted) return;
      onFailure(error, waitMs);
      await delay(waitMs, { signal }).catch(() => {});
      waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
    }
  }
}

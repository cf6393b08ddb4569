// The accept loop. `for await` over a listener ends at the first failed accept, and accepts do fail on a healthy
// server. When a client reset its connection before it was accepted (ENOTCONN), the next one waits behind it and is
// accepted at once. When the process is out of descriptors (EMFILE), the loop waits, longer while nothing succeeds.

import { delay } from "@std/async/delay";

const FIRST_WAIT_MS = 10;
const MAX_WAIT_MS = 1_000;
/** Connections in a row after which the others are heard: a flood of them would keep the event loop to itself. */
const IN_A_ROW = 20;

export interface AcceptLoopOptions<ClientConnection> {
  /** Must not throw. */
  readonly onConnection: (connection: ClientConnection) => void;
  readonly onFailure: (error: unknown, retryMs: number) => void;
  /** Aborted by whoever closes the listener. */
  readonly signal: AbortSignal;
}

/** Hands over connections until the listener is closed. */
export async function acceptLoop<ClientConnection>(
  listener: AsyncIterable<ClientConnection>,
  { onConnection, onFailure, signal }: AcceptLoopOptions<ClientConnection>,
): Promise<void> {
  let waitMs = FIRST_WAIT_MS;
  let inARow = 0;
  const letOthersBeHeard = async () => {
    if (++inARow % IN_A_ROW === 0) await delay(0, { signal }).catch(() => {});
  };
  while (!signal.aborted) {
    try {
      for await (const connection of listener) {
        waitMs = FIRST_WAIT_MS;
        onConnection(connection);
        await letOthersBeHeard();
      }
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (isGoneAlready(error)) {
        onFailure(error, 0);
        await letOthersBeHeard();
        continue;
      }
      onFailure(error, waitMs);
      await delay(waitMs, { signal }).catch(() => {});
      waitMs = Math.min(2 * waitMs, MAX_WAIT_MS);
    }
  }
}

/** Whether only the one connection has failed: to wait then would let anybody who resets connections delay the rest. */
function isGoneAlready(error: unknown): boolean {
  const { NotConnected, ConnectionAborted, ConnectionReset } = Deno.errors;
  return error instanceof NotConnected || error instanceof ConnectionAborted ||
    error instanceof ConnectionReset;
}

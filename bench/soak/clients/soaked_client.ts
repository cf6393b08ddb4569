// What the soak needs of a client that runs for the whole time: in a pipe, at a terminal or under --lead.

import type { WatchedProcess } from "./watched_process.ts";

export interface SoakedClient extends AsyncDisposable {
  /** The client and the processes that must last as long as it does. */
  readonly processes: readonly WatchedProcess[];
  /** Keeps the client busy until `signal` is aborted. */
  work(signal: AbortSignal): Promise<void>;
  /** Ends the client as a user would. @returns a sentence for each fault */
  stop(): Promise<string[]>;
}

/** Exit code of a client after SIGTERM. */
export const TERM_CODE = 143;

// What the server needs from its surroundings: clocks, callbacks, the log, random tokens and the journal.

import type { AuditSink } from "../journal/mod.ts";
import type { Report } from "../log/mod.ts";
import { visible } from "../words/mod.ts";
import type { Authenticator } from "./login/mod.ts";
import type { Clock, YieldToIo } from "../time/mod.ts";
import type { Journal, SharedJournal } from "../journal/engines/mod.ts";
import type { NodeLink } from "./cluster/mod.ts";
import type { Member } from "./connection/mod.ts";
import type { TokenSource } from "./seats/mod.ts";

export interface ServerSystem {
  readonly clock: Clock;
  /** Milliseconds since 1970, shown to people. */
  readonly wallClock: () => number;
  /** Calls back in the next iteration of the event loop, which need not poll the sockets; `setImmediate`. */
  readonly afterIo: (callback: () => void) => void;
  readonly yieldToIo: YieldToIo;
  readonly report: Report;
  /** Owned by the server; absent when it keeps no journal in a file. */
  readonly audit?: AuditSink | undefined;
  readonly tokens: TokenSource;
  /** Owned by the server, which closes it. */
  readonly journal: Journal<Member> | SharedJournal<Member>;
  /** To the other servers, where the journal is shared. */
  readonly nodes?: NodeLink | undefined;
  /** Checks login tokens; absent when the server requires none. */
  readonly authenticator?: Authenticator | undefined;
}

/** The ways to be called back later. */
export type Callbacks = Pick<ServerSystem, "clock" | "afterIo"> & {
  /** Calls back when the current event is handled. */
  readonly microtask: (callback: () => void) => void;
};

/** Wraps callbacks so that none throws into the event loop, which would end the process: an error is reported instead. */
export function guardCallbacks({ clock, afterIo, report }: ServerSystem): Callbacks {
  const guard = (callback: () => void) => () => {
    try {
      callback();
    } catch (error) {
      report({ event: "fault", where: "a callback", message: visible(String(error)) });
    }
  };
  return {
    clock: { now: () => clock.now(), after: (ms, callback) => clock.after(ms, guard(callback)) },
    afterIo: (callback) => afterIo(guard(callback)),
    microtask: (callback) => queueMicrotask(guard(callback)),
  };
}

// What the server takes from the system around it: time, connections, the log, tokens and a store.

import { type Report, visible } from "../log/mod.ts";
import type { Authenticator } from "./login/mod.ts";
import type { Clock } from "../time/mod.ts";
import type { SeatStore, TokenSource } from "./seats/mod.ts";
import type { ClientConnection } from "./connection/mod.ts";

export interface ServerSystem {
  readonly clock: Clock;
  /** Milliseconds since 1970, for what people read. */
  readonly wallClock: () => number;
  /** Calls back after pending I/O was looked at. */
  readonly nextTurn: (callback: () => void) => void;
  readonly report: Report;
  readonly tokens: TokenSource;
  /** Belongs to the server from now on. */
  readonly store: SeatStore;
  /** Knows who is to be let in; absent: everybody is. */
  readonly authenticator?: Authenticator | undefined;
}

export type Incoming = ClientConnection & {
  readonly remoteAddr: Deno.Addr;
  /** TCP's own; other transports have none. */
  setNoDelay?(isOn: boolean): void;
  /** Whether the system is to look whether the other end is still there (TCP keep-alive, at its own pace). */
  setKeepAlive?(isOn: boolean): void;
  /** TLS: resolves when the connection can be used, rejects when it never will; nobody is seated before. */
  handshake?(): Promise<unknown>;
};

/** A source of connections that can be closed; `Deno.listen` gives one. */
export interface Listener extends AsyncIterable<Incoming> {
  readonly addr: Deno.Addr;
  close(): void;
}

/** The system's ways to call back later. */
export type Callbacks = Pick<ServerSystem, "clock" | "nextTurn"> & {
  /** Calls back when what the event loop brought is handled. */
  readonly soon: (callback: () => void) => void;
};

/** Callbacks that cannot throw into the event loop, which would end the process: what goes wrong is reported. */
export function guardCallbacks({ clock, nextTurn, report }: ServerSystem): Callbacks {
  const guard = (callback: () => void) => () => {
    try {
      callback();
    } catch (error) {
      report({ event: "fault", where: "a callback", message: visible(String(error)) });
    }
  };
  return {
    clock: { now: () => clock.now(), after: (ms, callback) => clock.after(ms, guard(callback)) },
    nextTurn: (callback) => nextTurn(guard(callback)),
    soon: (callback) => queueMicrotask(guard(callback)),
  };
}

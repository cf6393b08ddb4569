// Builds a client out of its parts. The one place that knows them all; who imports the client as a library begins here.

import { CLIENT_BOUNDS } from "../config/keys/mod.ts";
import { approximateLength, type ClientEvent, type DroppableSession } from "./session/mod.ts";
import type { BackOffBounds } from "../time/mod.ts";
import { type CommandRunner, Executor } from "./executor/mod.ts";
import { ConnectedClient } from "./connected_client.ts";
import {
  Connection,
  type ConnectionSystem,
  DENO_SYSTEM,
  EventQueue,
  type EventSink,
  PlaceTracker,
  type SeatToken,
  type TlsTrust,
} from "./connection/mod.ts";

export interface ClientOptions {
  readonly host: string;
  readonly port: number;
  /** Speaks TLS and relies on this; absent: plain TCP. */
  readonly tls?: TlsTrust | undefined;
  /** What the others see; absent: the address. */
  readonly name?: string | undefined;
  /** Lets this client in where the server asks for a token: a secret. */
  readonly accessToken?: string | undefined;
  /** Waits between attempts; absent: the client ends when the connection is lost, or cannot be made. */
  readonly reconnect?: BackOffBounds | undefined;
  /** Asks the server to keep the seat for so long after it last heard from us. */
  readonly leaseMs?: number | undefined;
  /**
   * False: the caller sends pings itself, and drops a connection on which none is answered. Else the server is asked for
   * a sign of life when it has been silent, and a connection without one is given up.
   */
  readonly sendsHeartbeat?: boolean | undefined;
  /** Gets the token of the own seat whenever it changes: it can release that seat, so it is a secret. */
  readonly onToken?: ((token: SeatToken | undefined) => void) | undefined;
  /** Sees each event when it happens, none missed, and before the consumer of `events`. Must not throw or wait. */
  readonly observe?: ((event: ClientEvent) => void) | undefined;
  /** Carries out what this client is to execute; absent: it answers that it executes nothing. */
  readonly runner?: CommandRunner | undefined;
  readonly limits: {
    /** Longest line accepted from the server. */
    readonly lineBytes: number;
    readonly programsAtOnce: number;
    readonly programsQueued: number;
  };
  /** Network, chance and time; absent: the real ones. */
  readonly system?: ConnectionSystem;
}

/** Connects at once; how that goes is told by the events. To be ended with `close()`. */
export function openClient(
  { runner, limits, observe, system = DENO_SYSTEM, ...options }: ClientOptions,
): DroppableSession {
  const events = new EventQueue<ClientEvent>({
    bounds: CLIENT_BOUNDS,
    lengthOf: approximateLength,
    toMissed: (count) => ({ kind: "missed", count }),
  });
  const tracker = new PlaceTracker(observe === undefined ? events : observed(events, observe));
  const executor = runner && new Executor({
    runner,
    limits: { ...CLIENT_BOUNDS, ...limits },
    report: (event) => tracker.push(event),
    place: () => tracker.place,
  });
  const bounds = { ...CLIENT_BOUNDS, lineBytes: limits.lineBytes };
  const connection = new Connection({ ...options, bounds }, system, tracker, executor);
  return new ConnectedClient({ connection, events, tracker, executor });
}

function observed(
  events: EventSink<ClientEvent>,
  observe: (event: ClientEvent) => void,
): EventSink<ClientEvent> {
  return {
    push(event) {
      observe(event);
      events.push(event);
    },
    end: () => events.end(),
  };
}

// Builds a client out of its parts: the one place that knows them all.

import { CLIENT_BOUNDS, CLIENT_LIMIT_SETTINGS } from "../config/keys/mod.ts";
import { approximateLength, type Client, type ClientEvent } from "./session/mod.ts";
import { type CommandRunner, Executor } from "./executor/mod.ts";
import { ConnectedClient } from "./connected_client.ts";
import {
  Connection,
  type ConnectionSystem,
  type ConnectOptions,
  DENO_SYSTEM,
  EventQueue,
  type EventSink,
  PlaceTracker,
} from "./connection/mod.ts";

/** Where the server is, who this client is, and what it does. */
export interface ClientOptions extends ConnectOptions {
  /** Called for each event when it happens, none missed, and before the consumer of `events`. Must not throw or wait. */
  readonly observe?: ((event: ClientEvent) => void) | undefined;
  /** Executes the commands that this client receives. Without one, each `execute` is answered with an error. */
  readonly runner?: CommandRunner | undefined;
  /** Bounds on what the server and the runner may use; each has a default. */
  readonly limits?: ClientLimits | undefined;
}

/** Bounds of one client. */
export interface ClientLimits {
  /** Longest line accepted from the server; 32 MiB by default. */
  readonly lineBytes?: number | undefined;
  /** Commands that are executed at the same time; 4 by default. */
  readonly programsAtOnce?: number | undefined;
  /** Commands that wait for their turn; 100 by default. */
  readonly programsQueued?: number | undefined;
}

/** Begins to connect; the events report how that goes. Close the client with `close()`. */
export function openClient(options: ClientOptions): Client {
  return openClientOn(DENO_SYSTEM, options);
}

/** The same, with the network, the chance and the time of `system`. */
export function openClientOn(
  system: ConnectionSystem,
  { runner, limits = {}, observe, ...options }: ClientOptions,
): Client {
  const {
    lineBytes = CLIENT_LIMIT_SETTINGS.lineBytes.default,
    programsAtOnce = CLIENT_LIMIT_SETTINGS.programsAtOnce.default,
    programsQueued = CLIENT_LIMIT_SETTINGS.programsQueued.default,
  } = limits;
  const events = new EventQueue<ClientEvent>({
    bounds: CLIENT_BOUNDS,
    lengthOf: approximateLength,
    toMissed: (count) => ({ kind: "missed", count }),
  });
  const tracker = new PlaceTracker(observe === undefined ? events : observed(events, observe));
  const executor = runner && new Executor({
    runner,
    limits: { ...CLIENT_BOUNDS, programsAtOnce, programsQueued },
    report: (event) => tracker.push(event),
    place: () => tracker.place,
  });
  const bounds = { ...CLIENT_BOUNDS, lineBytes };
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

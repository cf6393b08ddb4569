// Everything the server tells its operator, as one closed list. The log prints these as text or as JSON lines; a test
// waits for them. Text that came from a client is already made visible by whoever builds the event.

/** The client an event is about. `ip` and `port` are the remote end. */
export interface ClientRef {
  readonly ip: string;
  readonly port: number;
}

export type ServerEvent =
  | { readonly event: "listening"; readonly host: string; readonly port: number }
  | ({
    readonly event: "client_seated";
    readonly rank: number;
    readonly ticket: number;
    readonly epoch: number;
  } & ClientRef)
  | ({ readonly event: "client_refused"; readonly reason: string; readonly capacity: number } & ClientRef)
  /** Connections that were refused at the door; `count` of them since the last such event. */
  | ({
    readonly event: "client_turned_away";
    readonly reason: string;
    readonly message: string;
    readonly count: number;
  } & ClientRef)
  /** It has shown the token of that name. */
  | ({ readonly event: "client_identified"; readonly identity: string } & ClientRef)
  /** It has shown no token, or one that is not good. */
  | ({ readonly event: "login_refused"; readonly message: string } & ClientRef)
  /** It asked for more than it may at once, and `count` times since the last such event it was refused for that. */
  | ({ readonly event: "client_rate_limited"; readonly count: number } & ClientRef)
  /** A new set of tokens is in force; `revoked` connections were closed for it. */
  | { readonly event: "tokens_replaced"; readonly tokens: number; readonly revoked: number }
  | ({ readonly event: "client_named"; readonly rank: number; readonly name: string } & ClientRef)
  | ({
    readonly event: "client_left";
    readonly rank: number;
    readonly ticket: number;
    readonly reason: string;
  } & ClientRef)
  | ({
    readonly event: "client_promoted";
    readonly rank: number;
    readonly was: number;
    readonly epoch: number;
  } & ClientRef)
  | ({
    readonly event: "client_yielded";
    readonly rank: number;
    readonly was: number;
    readonly ticket: number;
  } & ClientRef)
  /** Its connection ended, its seat is kept for `keep_ms`. */
  | ({
    readonly event: "client_away";
    readonly rank: number;
    readonly ticket: number;
    readonly reason: string;
    readonly keep_ms: number;
  } & ClientRef)
  | ({ readonly event: "client_back"; readonly rank: number; readonly ticket: number } & ClientRef)
  | ({ readonly event: "client_waiting"; readonly position: number } & ClientRef)
  | { readonly event: "seats_restored"; readonly count: number; readonly keep_ms: number }
  /** What was to outlive the server cannot be written, and what that means; it is tried again. */
  | { readonly event: "store_failed"; readonly message: string }
  /** All of it is written now. */
  | { readonly event: "store_recovered" }
  /** A seat was taken away; it stays empty for `keep_ms`, until the member's lease is over. */
  | ({
    readonly event: "client_evicted";
    readonly rank: number;
    readonly ticket: number;
    readonly keep_ms: number;
    /** The identity of the client that did it; absent: the operator. */
    readonly by?: string | undefined;
  } & ClientRef)
  /** In place of more `client_promoted` than one wants to read: ranks `first`..`last` (as they are now) moved up. */
  | {
    readonly event: "clients_promoted";
    readonly count: number;
    readonly first: number;
    readonly last: number;
    readonly epoch: number;
  }
  /** `count` equal commands of one read in one event; `run` where somebody waits for the results. */
  | ({
    readonly event: "command_accepted";
    readonly rank: number;
    readonly command: string;
    readonly executors: number;
    readonly count: number;
    readonly run?: number;
  } & ClientRef)
  | ({
    readonly event: "command_refused";
    readonly rank: number;
    readonly command: string;
    readonly reason: string;
    readonly message: string;
  } & ClientRef)
  | {
    readonly event: "run_ended";
    readonly run: number;
    readonly command: string;
    readonly counts: Readonly<Record<string, number>>;
    readonly ms: number;
  }
  /** A line that could not be read or answered. */
  | ({
    readonly event: "message_refused";
    readonly reason: string;
    /** The first one's. */
    readonly message: string;
    /** Equal refusals of one read are one event. */
    readonly count: number;
  } & ClientRef)
  | { readonly event: "accept_failed"; readonly message: string; readonly retry_ms: number }
  /** TLS could not be agreed on, `count` times since the last such event; the client is the last one. */
  | ({ readonly event: "handshake_failed"; readonly message: string; readonly count: number } & ClientRef)
  /** A fault of the server itself. */
  | { readonly event: "fault"; readonly where: string; readonly message: string }
  /** It listens beyond this machine, and not everything that protects it then is configured. */
  | { readonly event: "exposed"; readonly host: string; readonly tokens: boolean; readonly tls: boolean }
  /** The configuration was read again: what is new, and the keys whose new values need a restart. */
  | {
    readonly event: "reloaded";
    readonly changed: readonly string[];
    readonly needs_restart: readonly string[];
  }
  /** The configuration was read again and not taken over: everything stays as it was. One event for each reason. */
  | { readonly event: "reload_failed"; readonly message: string }
  | { readonly event: "lines_dropped"; readonly count: number }
  | { readonly event: "draining"; readonly signal: string; readonly members: number; readonly runs: number }
  | { readonly event: "stopped" };

/** Takes an event and returns at once; never throws. */
export type Report = (event: ServerEvent) => void;

export type Level = "info" | "warning" | "error";

export function levelOf(event: ServerEvent): Level {
  switch (event.event) {
    case "fault":
    case "reload_failed":
    case "store_failed":
      return "error";
    case "accept_failed":
    case "exposed":
    case "handshake_failed":
    case "client_rate_limited":
    case "client_turned_away":
    case "lines_dropped":
    case "login_refused":
      return "warning";
    default:
      return "info";
  }
}

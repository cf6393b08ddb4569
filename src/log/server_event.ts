// Every event that the server logs, as one closed list. The log prints them as text or as JSON lines, and tests wait for
// them. Messages that may repeat what a client sent are made visible before the event is created, and the text log escapes
// their quotes; names, commands and arguments are exact, and both formats escape them.

import type { ClusterEvent } from "./cluster_event.ts";

/** The client an event is about, by its remote address. */
export interface ClientRef {
  readonly ip: string;
  readonly port: number;
  /** Absent until it has chosen one. */
  readonly name?: string;
}

/** The reference to a client whose name is its address until it has chosen one. */
export function clientRef({ ip, port, name, address }: NamedClient): ClientRef {
  return name === address ? { ip, port } : { ip, port, name };
}

/** How the file of a journal came to be: created now, written by a server before, turned from a store, or copied. */
export type JournalOrigin = "new" | "existing" | "migrated" | "backup";

export interface NamedClient {
  readonly ip: string;
  readonly port: number;
  readonly name: string;
  readonly address: string;
}

/** What a command was, as far as the log shows it. */
export interface LoggedCommand {
  /** `(hidden)` if it is not on the allow-list and `log.arguments` is false. */
  readonly command: string;
  /** Long ones are cut, which a final "…" marks. Absent: `log.arguments` is false, or `args_differ`. */
  readonly args?: readonly string[];
  /** How many further arguments are not shown. */
  readonly args_omitted?: number;
  /** The event stands for commands with more different arguments than the log shows. */
  readonly args_differ?: true;
}

/** One executor of a run. */
export interface LoggedOutcome {
  readonly rank: number;
  /** Absent if it has chosen none. */
  readonly name?: string | undefined;
  readonly status: string;
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
  /** Connections that were refused before they were let in; `count` of them since the last such event. */
  | ({
    readonly event: "client_turned_away";
    readonly reason: string;
    readonly message: string;
    readonly count: number;
  } & ClientRef)
  /** It has logged in with the token of that name; `page`: a browser, to the page. */
  | ({
    readonly event: "client_identified";
    readonly identity: string;
    readonly page?: true | undefined;
  } & ClientRef)
  /** It has sent no token, or an invalid one; `page`: to the page. */
  | ({
    readonly event: "login_refused";
    readonly message: string;
    readonly page?: true | undefined;
  } & ClientRef)
  /** It began in another protocol and was closed; `count` of them since the last such event, the client is the last one. */
  | ({ readonly event: "foreign_protocol"; readonly protocol: string; readonly count: number } & ClientRef)
  /** It exceeded its rate limit; `count` requests were refused since the last such event. */
  | ({ readonly event: "client_rate_limited"; readonly count: number } & ClientRef)
  /** The tokens were replaced; `revoked` connections were closed because of it. */
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
  /** The operator has raised a member, and the `above` members that ranked above it moved to the end. */
  | ({
    readonly event: "client_raised";
    readonly rank: number;
    readonly was: number;
    readonly ticket: number;
    readonly above: number;
  } & ClientRef)
  /** A raised member got no rank 0: it left or yielded, or was disconnected when the leader yielded or left. */
  | ({
    readonly event: "raise_cancelled";
    readonly ticket: number;
    readonly reason: "left" | "disconnected";
  } & ClientRef)
  /** The operator has raised another member: the leader has this time to stop its program and yield. */
  | ({
    readonly event: "yield_requested";
    readonly rank: number;
    readonly ticket: number;
    readonly within_ms: number;
  } & ClientRef)
  /** It was disconnected; its seat stays reserved for `keep_ms`. */
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
  /** The file of the journal, by its full path. */
  | {
    readonly event: "journal_opened";
    readonly path: string;
    readonly origin: JournalOrigin;
  }
  /** The file cannot be written, with the consequences; it is tried again. */
  | { readonly event: "journal_failed"; readonly message: string }
  /** Everything has been written again. */
  | { readonly event: "journal_recovered" }
  /** The audit cannot be written: entries wait, and further ones are lost. */
  | { readonly event: "audit_failed"; readonly message: string }
  /** It is written again; `lost` entries are missing. */
  | { readonly event: "audit_recovered"; readonly lost: number }
  /** A member was evicted; its seat stays empty for `keep_ms`, until its lease ends. */
  | ({
    readonly event: "client_evicted";
    readonly rank: number;
    readonly ticket: number;
    readonly keep_ms: number;
    /** The token of the client that evicted it; absent for the operator. */
    readonly by?: string | undefined;
    /** The same client's rank, absent if it had none, and name. */
    readonly by_rank?: number | undefined;
    readonly by_name?: string | undefined;
  } & ClientRef)
  /** Replaces a large number of `client_promoted`: the members that now have the ranks `first` to `last` moved up. */
  | {
    readonly event: "clients_promoted";
    readonly count: number;
    readonly first: number;
    readonly last: number;
    readonly epoch: number;
  }
  /** `count` equal commands in a row of one read are one event; `run` is set if the command is a run. */
  | (
    & {
      readonly event: "command_accepted";
      readonly rank: number;
      readonly executors: number;
      readonly count: number;
      readonly run?: number | undefined;
    }
    & LoggedCommand
    & ClientRef
  )
  | (
    & {
      readonly event: "command_refused";
      readonly rank: number;
      readonly reason: string;
      /** Absent where `log.arguments` is false and it may contain what was sent. */
      readonly message?: string;
    }
    & LoggedCommand
    & ClientRef
  )
  | {
    readonly event: "run_ended";
    readonly run: number;
    readonly command: string;
    readonly counts: Readonly<Record<string, number>>;
    /** The first executors whose status is neither `ok` nor `delivered`, by rank; `counts` has the number of all. */
    readonly not_ok: readonly LoggedOutcome[];
    readonly ms: number;
  }
  /** A line that is not a valid message. */
  | ({
    readonly event: "message_refused";
    readonly reason: string;
    /** Of the first one; absent where `log.arguments` is false. */
    readonly message?: string;
    /** The messages of the others are not all equal to it. */
    readonly messages_differ?: true;
    /** Refusals of one read for one reason are one event. */
    readonly count: number;
  } & ClientRef)
  /** The page's port is open. */
  | { readonly event: "page_opened"; readonly address: string }
  | { readonly event: "accept_failed"; readonly message: string; readonly retry_ms: number }
  /** `count` TLS handshakes failed since the last such event; the client is the last one. */
  | ({ readonly event: "handshake_failed"; readonly message: string; readonly count: number } & ClientRef)
  /** A bug in the server. */
  | { readonly event: "fault"; readonly where: string; readonly message: string }
  /** It is reachable from other machines, without tokens or TLS. */
  | { readonly event: "exposed"; readonly host: string; readonly tokens: boolean; readonly tls: boolean }
  /** Something in the configuration or the environment that does not prevent the start. */
  | { readonly event: "config_warning"; readonly message: string }
  /** The configuration was reloaded: the changed keys, and those whose new values require a restart. */
  | {
    readonly event: "reloaded";
    readonly changed: readonly string[];
    readonly needs_restart: readonly string[];
  }
  /** By an operator on the page, with the token of that name. */
  | ({ readonly event: "reload_requested"; readonly identity: string } & ClientRef)
  /** The reload failed and the configuration is unchanged. One event for each reason. */
  | { readonly event: "reload_failed"; readonly message: string }
  | { readonly event: "lines_dropped"; readonly count: number }
  | { readonly event: "draining"; readonly signal: string; readonly members: number; readonly runs: number }
  | { readonly event: "stopped" }
  | ClusterEvent;

/** Takes an event and returns immediately; never throws. */
export type Report = (event: ServerEvent) => void;

// The audit: entries about what changed no seat, such as commands and logins. They are not part of the state: if they cannot
// be written, the server counts and drops them, and nothing else depends on them. Pure.

import type { Position } from "./record.ts";

/** A client, by its remote address. */
export interface AuditClient {
  readonly ip: string;
  readonly port: number;
  /** Absent: it has chosen none. */
  readonly name?: string | undefined;
  /** The name of its login token, where one is required. */
  readonly identity?: string | undefined;
  /** Absent: it has no seat. */
  readonly ticket?: Position | undefined;
  readonly rank?: number | undefined;
}

/** A client that evicted another. */
export type AuditActor = Pick<AuditClient, "name" | "identity" | "rank">;

/** A client that has a seat. */
export type AuditMember = AuditClient & { readonly ticket: Position; readonly rank: number };

/** A command as it was sent. */
export interface AuditCommand {
  /** `(hidden)` if it is not on the allow-list and arguments are not recorded. */
  readonly command: string;
  /** Long ones are cut, which a final "…" marks. Absent: they are not recorded, or `argsDiffer`. */
  readonly args?: readonly string[] | undefined;
  /** How many further arguments are not shown. */
  readonly argsOmitted?: number | undefined;
  /** The entry stands for commands whose different arguments are not all recorded. */
  readonly argsDiffer?: true | undefined;
}

export type AuditEntry =
  /** A run has ended. The entry's position and all ranks are those of its beginning. */
  | ({
    readonly kind: "run";
    readonly by: AuditMember;
    readonly run: number;
    /** The tickets, in rank order. */
    readonly executors: readonly Position[];
    /** Of each executor. */
    readonly statuses: readonly string[];
    /** As the sender received them. */
    readonly counts: Readonly<Record<string, number>>;
    readonly ms: number;
  } & AuditCommand)
  /** A command without answers. */
  | ({ readonly kind: "command"; readonly by: AuditMember; readonly executors: number } & AuditCommand)
  | ({
    readonly kind: "refusal";
    readonly by: AuditMember;
    readonly reason: string;
    readonly message?: string | undefined;
  } & AuditCommand)
  | { readonly kind: "login"; readonly ip: string; readonly port: number; readonly identity: string }
  | { readonly kind: "login_failure"; readonly ip: string; readonly port: number; readonly message: string }
  | {
    readonly kind: "eviction";
    readonly who: AuditMember;
    /** The client that evicted it; absent: the operator. */
    readonly by?: AuditActor | undefined;
    /** How long its seat stays empty. */
    readonly keepMs: number;
  }
  /** The operator has given a client rank 0; the `above` clients above it have moved to the end. */
  | { readonly kind: "raise"; readonly who: AuditMember; readonly above: number }
  | { readonly kind: "reload"; readonly changed: readonly string[]; readonly needsRestart: readonly string[] }
  | { readonly kind: "reload_failure"; readonly message: string }
  /** By an operator on the page. */
  | { readonly kind: "reload_request"; readonly ip: string; readonly port: number; readonly identity: string }
  | { readonly kind: "tokens"; readonly tokens: number; readonly revoked: number }
  | { readonly kind: "server_start"; readonly version: string; readonly address: string }
  | { readonly kind: "server_stop"; readonly signal: string }
  /** This many entries, by its count, could not be written at this point. */
  | { readonly kind: "lost" };

export type AuditKind = AuditEntry["kind"];

/** An entry in a journal. */
export interface KeptEntry {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Of the last record before it; a run has the position at which its executors were chosen. */
  readonly position: Position;
  readonly entry: AuditEntry;
  /** The number of equal entries that it stands for. */
  readonly count: number;
}

/** Takes the entries of a server. */
export interface AuditSink {
  /** Of the state. */
  readonly position: Position;
  /** Whether the arguments of commands are recorded. */
  readonly recordsArguments: boolean;
  /**
   * Takes an entry and returns immediately; never throws.
   *
   * @param position where it belongs, if not to the current position
   * @param count the number of equal entries that it stands for
   */
  note(entry: AuditEntry, position?: Position, count?: number): void;
  /** Writes what it can. To be called before the journal is closed. */
  close(): void;
}

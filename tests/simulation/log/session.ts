// A client's connection, as its node has it, and what the two say to each other.

import type { SimProcess } from "../world/process.ts";
import type { Wire } from "../world/wire.ts";

export type ClientRequest =
  | { readonly kind: "join"; readonly name: string; readonly hash: string; readonly leaseMs: number }
  | { readonly kind: "claim"; readonly presented: string; readonly hash: string }
  | { readonly kind: "ping"; readonly id: number }
  | { readonly kind: "leave" }
  | { readonly kind: "yield" };

export type NodeMessage =
  | { readonly kind: "seated"; readonly ticket: number; readonly hash: string }
  | { readonly kind: "waiting" }
  /** The token is of no seat. */
  | { readonly kind: "gone" }
  /** The node cannot decide anything now. */
  | { readonly kind: "unavailable" }
  | { readonly kind: "full" }
  | { readonly kind: "left" }
  | {
    readonly kind: "pong";
    readonly id: number;
    readonly log: string;
    readonly ticket: number;
    readonly rank: number;
    /** Whether the client of rank 0 may lead. */
    readonly mayLead: boolean;
  };

export interface Session {
  /** As in the records. */
  readonly id: string;
  readonly wire: Wire;
  /** The node's. */
  readonly process: SimProcess;
  readonly tell: (message: NodeMessage) => void;
  ticket: number | undefined;
}

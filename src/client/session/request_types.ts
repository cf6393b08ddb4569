// The params and results of what a client may request, by method. Commands have functions of their own: `run`, `dryRun`.

import type { Id } from "../../protocol/json_rpc/mod.ts";
import type { CommandList, Evicted, EvictParams, Place, Roster } from "../../protocol/methods/mod.ts";

/** Params and result of each method that a client may request. */
export interface RequestTypes {
  /** Cancels a run of this client: `run` is its id. */
  readonly cancel: { readonly params: { readonly run: Id }; readonly result: object };
  /** Lists the members. */
  readonly roster: { readonly params: object | undefined; readonly result: Roster };
  /** Describes the commands that may be sent. */
  readonly commands: { readonly params: object | undefined; readonly result: CommandList };
  /** Asks for `roster_changed` events, or for no more of them. */
  readonly watch: { readonly params: { readonly on: boolean }; readonly result: object };
  /** Leaves the place and takes the lowest one. */
  readonly yield: { readonly params: object | undefined; readonly result: Omit<Place, "resume"> };
  /** Takes a seat away from a client below; the token of this client has to allow it. */
  readonly evict: { readonly params: EvictParams; readonly result: Evicted };
  /** Asks for a sign of life. */
  readonly ping: { readonly params: object | undefined; readonly result: object };
}

/** The params of a request; `unknown` for a method that is not in {@linkcode RequestTypes}. */
export type RequestParams<Method extends string> = Method extends keyof RequestTypes
  ? RequestTypes[Method]["params"]
  : unknown;

/** The answer to a request; `unknown` for a method that is not in {@linkcode RequestTypes}. */
export type RequestResult<Method extends string> = Method extends keyof RequestTypes
  ? RequestTypes[Method]["result"]
  : unknown;

/** How a request may be ended early. */
export interface RequestOptions {
  /** When aborted, the answer is no longer waited for: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What follows the method of a request; params may be left out where the method needs none. */
export type RequestArguments<Method extends string> = undefined extends RequestParams<Method>
  ? [params?: RequestParams<Method>, options?: RequestOptions]
  : [params: RequestParams<Method>, options?: RequestOptions];

/**
 * A client of a rankserver, for programs: takes a seat, sends commands to the clients below, executes those from above.
 *
 * Take a seat, and see what may be sent:
 *
 * ```ts
 * import { openClient } from "@rankserver/client";
 *
 * const client = openClient({ host: "127.0.0.1", port: 6001, name: "web1" });
 * for await (const event of client.events) {
 *   if (event.kind === "welcome") {
 *     console.log(`rank ${event.welcome.rank}, may send ${event.welcome.commands.join(", ")}`);
 *     await client.close();
 *   } else if (event.kind === "disconnected") {
 *     console.error(`not connected: ${event.why}`);
 *   }
 * }
 * ```
 *
 * With `reconnect` a client returns by itself after its connection was lost; with a `runner` it executes what it receives.
 *
 * @module
 */

export { type ClientLimits, type ClientOptions, openClient } from "./open_client.ts";
export {
  type Client,
  type ClientEvent,
  type Execution,
  type OwnPlace,
  type RequestArguments,
  RequestError,
  type RequestErrorKind,
  type RequestOptions,
  type RequestParams,
  type RequestResult,
  type RequestTypes,
  type RunOptions,
  type RunRequest,
  type StartedRun,
} from "./session/mod.ts";
export type { CommandRunner, Outcome, StartCommand, StopReason, StopSignal } from "./executor/mod.ts";
export type { TlsTrust } from "./connection/mod.ts";
export type { BackOffBounds } from "../time/mod.ts";
export { ErrorCode, type ErrorObject, type ErrorReason, type Id } from "../protocol/json_rpc/mod.ts";
export type {
  Closing,
  DryRunSummary,
  ExecuteParams,
  ExecuteResult,
  Issuer,
  Member,
  Place,
  Promoted,
  Refused,
  ResultNote,
  Roster,
  RosterChanged,
  RunResult,
  RunSummary,
  Status,
  Times,
  Waiting,
  Welcome,
} from "../protocol/methods/mod.ts";

/**
 * A client of a rankserver for programs: it takes a seat, sends commands to the clients below, and executes those from
 * above.
 *
 * ```ts
 * import { openClient, RequestError } from "@rankserver/client";
 *
 * const client = openClient({ host: "127.0.0.1", port: 6001, name: "web1" });
 * for await (const event of client.events) {
 *   if (event.kind === "disconnected") console.error(`no connection: ${event.why}`);
 *   if (event.kind !== "welcome") continue;
 *   try {
 *     const { ok, executors } = await client.run({ command: "uptime" }).done;
 *     console.log(`${ok} of ${executors} ok`);
 *   } catch (error) {
 *     if (!(error instanceof RequestError)) throw error;
 *     console.error(`refused: ${error.message}`);
 *   }
 *   await client.close();
 * }
 * ```
 *
 * With `reconnect` a client returns by itself after its connection was lost. With a `runner` it executes the commands that
 * it receives.
 *
 * @module
 */

export { type ClientLimits, type ClientOptions, openClient } from "./open_client.ts";
export {
  type Client,
  type ClientEvent,
  type Execution,
  type OwnPlace,
  type ReachedAddress,
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
export type { ConnectOptions, SeatToken, TlsTrust } from "./connection/mod.ts";
export type { ServerAddress } from "../words/mod.ts";
export type { BackOffBounds } from "../time/mod.ts";
export { ErrorCode, type ErrorObject, type ErrorReason, type Id } from "../protocol/json_rpc/mod.ts";
export {
  type ArgumentInfo,
  type Closing,
  type CommandInfo,
  type CommandList,
  type DeliveredResult,
  type DryRunSummary,
  type DryRunTarget,
  type Evicted,
  type EvictParams,
  type ExecuteParams,
  type ExecuteResult,
  type Issuer,
  type Member,
  type Place,
  type ProgramResult,
  type Promoted,
  type Refused,
  type ResultNote,
  type Roster,
  type RosterChanged,
  type RunCounts,
  type RunResult,
  type RunSummary,
  type ServerLimits,
  type Status,
  STATUSES,
  type Times,
  type Waiting,
  type Welcome,
  type YieldRequested,
} from "../protocol/methods/mod.ts";

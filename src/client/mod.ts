// The front door for programs that are clients themselves:
//
//     import { openClient } from "./src/client/mod.ts";
//
//     const limits = { lineBytes: 33_554_432, programsAtOnce: 4, programsQueued: 100 };
//     const client = openClient({ host: "127.0.0.1", port: 6001, name: "web1", limits });
//     for await (const event of client.events) {
//       if (event.kind !== "welcome") continue;
//       const summary = await client.run({ command: "uptime" }).done;
//       console.log(event.welcome.rank, summary);
//       await client.close();
//     }
//
// With `reconnect: { minMs: 200, maxMs: 10_000 }` it comes back by itself; with a `runner` it executes what it receives.

export { type ClientOptions, openClient } from "./open_client.ts";
export type { ClientEvent, Execution } from "./session/client_event.ts";
export type { CommandRunner, StartCommand, StopSignal } from "./executor/command_runner.ts";
export type { TlsTrust } from "./connection/dial.ts";
export type { Outcome, StopReason } from "./executor/outcome.ts";
export { RequestError, type RequestErrorKind } from "./session/request_error.ts";
export type {
  ClientSession,
  OwnPlace,
  RequestOptions,
  RunOptions,
  RunRequest,
  StartedRun,
} from "./session/session_port.ts";

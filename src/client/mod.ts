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
export {
  type ClientEvent,
  type ClientSession,
  type Execution,
  type OwnPlace,
  RequestError,
  type RequestErrorKind,
  type RequestOptions,
  type RunOptions,
  type RunRequest,
  type StartedRun,
} from "./session/mod.ts";
export type { CommandRunner, Outcome, StartCommand, StopReason, StopSignal } from "./executor/mod.ts";
export type { SeatToken, TlsTrust } from "./connection/mod.ts";

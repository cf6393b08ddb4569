// A client of a server that floods it, and how many bytes of that the client still holds when all of it has been read.
// The first argument says with what it is flooded.

import type { ClientEvent } from "../../../src/client/session/client_event.ts";
import type { CommandRunner } from "../../../src/client/executor/command_runner.ts";
import { type ClientOptions, openClient } from "../../../src/client/mod.ts";
import { KnownNames } from "../../../src/client/terminal/screen/screen_names.ts";
import { CLIENT_BOUNDS } from "../../../src/config/keys/client_bounds.ts";
import { FakeServer, type Peer, WELCOME } from "./fake_server.ts";
import { collectGarbage } from "./with_gc.ts";

interface Flood {
  readonly options?: Partial<ClientOptions>;
  /** The answer to hello comes after the flood. */
  readonly isBeforeHello?: boolean;
  /** So many lines. */
  readonly lines: number;
  readonly line: (index: number) => string;
  /** Takes the events; absent: nobody does. */
  readonly consume?: (events: AsyncIterable<ClientEvent>) => object;
}

const LONG = "x".repeat(256 * 1_024);

function note(method: string, params: unknown): string {
  return `${JSON.stringify({ jsonrpc: "2.0", method, params })}\n`;
}

/** Begins everything and ends nothing. */
const STUCK_RUNNER: CommandRunner = { prepare: () => () => new Promise(() => {}) };

const FLOODS: Readonly<Record<string, Flood>> = {
  promotions: {
    options: { leaseMs: 5_000 },
    isBeforeHello: true,
    lines: 200_000,
    line: (index) => note("promoted", { rank: 0, was: 1, epoch: index, members: 1 }),
  },
  welcomes: {
    options: { leaseMs: 5_000 },
    isBeforeHello: true,
    lines: 400,
    line: (index) => note("welcome", { ...WELCOME, epoch: index, commands: [LONG] }),
  },
  refusals: {
    lines: 400,
    line: (index) => note("refused", { method: "run", code: index, message: `${index}${LONG}` }),
  },
  commands: {
    options: {
      runner: STUCK_RUNNER,
      limits: { lineBytes: 1_048_576, programsAtOnce: 1, programsQueued: 1_000 },
    },
    lines: 400,
    line: (index) =>
      note("execute", {
        command: "backup",
        args: [`${index}${LONG}`],
        from: { rank: 0, ticket: 1, name: "boss" },
        epoch: 4,
      }),
  },
  names: {
    lines: 400,
    line: (index) => {
      const member = { rank: 2, ticket: index, name: `${index}${LONG}`, address: "", since: "" };
      return note("roster_changed", { epoch: index, members: 3, joined: [member], left: [], renamed: [] });
    },
    consume(events) {
      const names = new KnownNames(CLIENT_BOUNDS);
      (async () => {
        for await (const event of events) names.apply(event);
      })();
      return names;
    },
  },
};

const flood = FLOODS[Deno.args[0]!]!;
const server = new FakeServer();
const client = openClient({
  host: "127.0.0.1",
  port: server.port,
  limits: { lineBytes: 1_048_576, programsAtOnce: 4, programsQueued: 100 },
  ...flood.options,
});
const consumer = flood.consume?.(client.events);
const peer: Peer = await server.accept();
const hello = await peer.nextWith("hello");
const greet = () => peer.send({ id: hello.id, result: WELCOME });
if (!flood.isBeforeHello) await greet();
await allRead();
await collectGarbage();
const before = held();
for (let index = 0; index < flood.lines; index++) await peer.sendRaw(flood.line(index));
await allRead();
await collectGarbage();
const grown = held() - before;
if (flood.isBeforeHello) await greet();
console.log(
  JSON.stringify({ grown, place: client.place?.rank ?? -1, consumers: consumer === undefined ? 0 : 1 }),
);
Deno.exit(0);

function held(): number {
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

/** The client has read everything that was sent when it answers this. */
async function allRead(): Promise<void> {
  await peer.send({ id: "read?", method: "ping" });
  while ((await peer.next()).id !== "read?");
}

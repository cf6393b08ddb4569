// A program of unknown origin that uses the server as no client should: it opens many connections and never reads.

import { writeAll } from "../../../src/protocol/wire/mod.ts";
import { Machine } from "../world/machine.ts";
import { randomStream } from "../world/random_stream.ts";
import { accessTokens, STRANGER } from "./access_tokens.ts";
import type { World } from "./world.ts";
import type { SimProcess } from "../world/process.ts";

export const STRANGER_KINDS = ["silent", "endless line", "asks", "wrong token", "takes a seat"] as const;
type StrangerKind = typeof STRANGER_KINDS[number];

/** Requests until a send queue is full: the shortest answer has about so many bytes. */
const ANSWER_BYTES = 150;
const LINE_PIECES = 4;

/** Starts a stranger on a machine of its own. */
export function startStranger(world: World, kind: StrangerKind, connections: number): SimProcess {
  const { scheduler, scenario, trace, strangers, network } = world;
  const name = `stranger-${strangers.size + 1}`;
  const random = randomStream(scenario.seed, name);
  const machine = new Machine(scheduler, { name, speed: 1, latenessMs: 0, random, trace });
  const process = machine.spawn({ kind: "stranger", name });
  strangers.add(process);
  trace.note("world", `${name}: ${connections} connections, ${kind}`);
  const encoder = new TextEncoder();
  const talk = async () => {
    const { host, port } = random.pick(world.servers);
    const socket = await network.connect(process, host, port);
    for (const text of texts(world, kind)) await writeAll(socket, encoder.encode(text));
  };
  for (let i = 0; i < connections; i++) talk().catch(() => {/* The server has closed the connection. */});
  return process;
}

/** What a stranger sends over each connection. */
function* texts(
  { serverConfig: { limits, maxClients }, network }: World,
  kind: StrangerKind,
): Iterable<string> {
  const hello = (token: string) =>
    `{"jsonrpc":"2.0","id":1,"method":"hello","params":{"token":"${token}"}}\n`;
  const token = accessTokens([]).of(STRANGER);
  switch (kind) {
    case "silent":
      return;
    case "endless line": {
      yield "{";
      // A first line that is too long, and one of a client that has logged in.
      const piece = "x".repeat(limits.lineBytes / 2);
      for (let i = 0; i < LINE_PIECES; i++) yield piece;
      yield `\n${hello(token)}{`;
      for (let i = 0; i < LINE_PIECES; i++) yield piece;
      return;
    }
    case "asks": {
      yield hello(token);
      const bytes = limits.outboxBytes + maxClients * limits.outboxMemberBytes + network.options.bufferBytes;
      for (let sent = 0; sent < bytes; sent += ANSWER_BYTES) {
        yield '{"jsonrpc":"2.0","id":2,"method":"roster"}\n';
      }
      return;
    }
    case "wrong token":
      yield hello("wrong");
      return;
    case "takes a seat":
      yield hello(token);
      return;
  }
}

// The client on Node: its network, with the clock and the randomness of every client.

import { type ConnectionSystem, DENO_SYSTEM, resolveAll } from "../../../src/client/connection/mod.ts";
import { type ClientOptions, openClientOn } from "../../../src/client/open_client.ts";
import type { Client } from "../../../src/client/mod.ts";
import { dial } from "./dial.ts";

/** Begins to connect; the events report how that goes. Close the client with `close()`. */
export function openClient(options: ClientOptions): Client {
  const system: ConnectionSystem = { ...DENO_SYSTEM, connect: dial, lookUp: ({ host }) => resolveAll(host) };
  return openClientOn(system, options);
}

// A member whose connection breaks while its seat is kept.

import type { RawClient } from "./raw_client.ts";
import type { TestServer } from "./start_server.ts";

/** Breaks a member's connection, on which it has sent a line, and waits until the server has seen it. */
export async function cut(server: TestServer, client: RawClient): Promise<void> {
  const { port } = client;
  await client.settled();
  await client.reset();
  await server.until((event) => event.event === "client_away" && event.port === port);
}

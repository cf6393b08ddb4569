// The client library is loaded with the first connection, and not with the program.

import type { LinkOptions, NatsLink } from "./nats_link.ts";

/**
 * Tries until a server can be reached.
 *
 * @throws {LinkError} "denied", when a server rejects the login
 * @throws the reason of `signal`, when it is aborted
 */
export async function openLink(options: LinkOptions, signal: AbortSignal): Promise<NatsLink> {
  const { connectClient } = await import("./nats_client.ts");
  return await connectClient(options, signal);
}

// The right to write, which the executable has for its store and its control socket: paths that only the configuration
// knows, so that it cannot be given for them alone.

import type { ServerConfig } from "../config/server_config.ts";

/** A server that has no file to write gives up the right to, for good. */
export async function dropWriting(
  { session, control }: Pick<ServerConfig, "session" | "control">,
): Promise<void> {
  if (session.store === "" && control.socket === "") await Deno.permissions.revoke({ name: "write" });
}

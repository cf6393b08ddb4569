// Limits on connections that contradict `max_clients`: some seats could not be taken. Warnings, because clients on
// several addresses, or more tokens later, may fill them.

import type { ServerConfig } from "../../config/mod.ts";
import { count } from "../../words/mod.ts";
import { isLocal } from "../../server/limits/mod.ts";

/**
 * @param host the address that the server listens on.
 * @param tokens how many tokens there are; `undefined`: clients need none.
 */
export function seatLimitWarnings(config: ServerConfig, host: string, tokens: number | undefined): string[] {
  return [...checkAddress(config, host), ...tokens === undefined ? [] : checkTokens(config, tokens)];
}

function checkAddress({ maxClients, limits }: ServerConfig, host: string): string[] {
  const initial = isLocal(host) ? 0 : limits.remoteConnectionsPerAddress;
  const limit = limits.connectionsPerAddress ?? initial;
  if (limit === 0 || limit >= maxClients) return [];
  return [
    `one address may have ${count(limit, "connection")}, fewer than there are seats (${maxClients}); ` +
    "if clients share an address, raise limits.connections_per_address",
  ];
}

function checkTokens(
  { maxClients, auth: { connectionsPerToken: limit } }: ServerConfig,
  tokens: number,
): string[] {
  if (limit === 0 || limit * tokens >= maxClients) return [];
  return [
    `${count(tokens, "token")} with ${
      count(limit, "connection")
    } each cannot take all seats (${maxClients}); ` +
    "if clients share a token, raise auth.connections_per_token",
  ];
}

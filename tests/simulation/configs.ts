// The configurations of the server and its clients in a scenario.

import { type ClientConfig, loadClientConfig } from "../../src/config/client_config.ts";
import { loadServerConfig, type ServerConfig } from "../../src/config/server_config.ts";
import { SERVER_MACHINE } from "./actors/world.ts";
import type { Scenario } from "./scenario.ts";

/** Configurations of which each scenario replaces some values. */
export interface BaseConfigs {
  readonly server: ServerConfig;
  readonly client: ClientConfig;
}

const SERVER_TOML = `
commands = ["work", "show", "forbidden"]
`;

export async function loadBaseConfigs(): Promise<BaseConfigs> {
  return {
    server: await loadServerConfig({ file: { path: "server.toml", text: SERVER_TOML } }),
    client: await loadClientConfig({ file: { path: "client.toml", text: "" }, host: SERVER_MACHINE }),
  };
}

export function serverConfig(scenario: Scenario, base: ServerConfig): ServerConfig {
  const { capacity, leaseMaxMs, heartbeatMs, silenceMs, resumeGraceMs, presentMs, waits, limits } = scenario;
  return {
    ...base,
    maxClients: capacity,
    limits: { ...base.limits, ...limits?.server },
    auth: { ...base.auth, failureAddresses: limits?.server.failureAddresses ?? base.auth.failureAddresses },
    session: {
      ...base.session,
      leaseMaxMs,
      heartbeatMs,
      silenceMs,
      resumeGraceMs,
      presentMs,
      overflow: waits ? "wait" : "refuse",
      waitingClients: limits?.waitingClients ?? base.session.waitingClients,
    },
  };
}

export function clientConfig(scenario: Scenario, base: ClientConfig): ClientConfig {
  const { leaseMs, killAfterMs, marginMs, reconnectMinMs, reconnectMaxMs, hookTimeoutMs, limits } = scenario;
  const { programsAtOnce, programsQueued } = limits ?? base.limits;
  return {
    ...base,
    lead: { ...base.lead, leaseMs, killAfterMs, marginMs, hookTimeoutMs },
    limits: { ...base.limits, reconnectMinMs, reconnectMaxMs, programsAtOnce, programsQueued },
  };
}

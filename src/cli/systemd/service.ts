// systemd, from the side of a process that it may have started.

import type { Service } from "./open_systemd.ts";
import { NO_MANAGER } from "./service_manager.ts";
import { peekVariables, type ServiceVariables, takeVariables } from "./service_variables.ts";

/** Whether systemd started this process in a way that needs native code, which the runtime cannot do. */
export function isService(): boolean {
  const { notifySocket, socketCount } = peekVariables();
  return notifySocket !== undefined || socketCount > 0;
}

/** For a program that uses no socket of systemd. Needs the permission `ffi`, for this call only. */
export function openManager(): Promise<Omit<Service, "socket">> {
  return open({ ...takeVariables(), socketCount: 0 });
}

/**
 * For a server. Needs the permission `ffi`, for this call only.
 *
 * @throws {StartupError} if a socket is passed that cannot be used
 */
export function openService(): Promise<Service> {
  return open(takeVariables());
}

async function open(variables: ServiceVariables): Promise<Service> {
  if (variables.notifySocket === undefined && variables.socketCount === 0) {
    return { manager: NO_MANAGER, socket: undefined, warnings: [] };
  }
  const { openSystemd } = await import("./open_systemd.ts");
  return openSystemd(variables);
}

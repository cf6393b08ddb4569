// Opens what systemd needs of this process. Loaded only where systemd has started it.

import { openNotifySocket } from "./notify_socket.ts";
import { openPassedSocket, type PassedSocket } from "./passed_socket.ts";
import { NO_MANAGER, type ServiceManager, SystemdManager } from "./service_manager.ts";
import type { ServiceVariables } from "./service_variables.ts";

/** A process as systemd sees it. */
export interface Service {
  readonly manager: ServiceManager;
  /** `undefined`: this process opens its sockets itself. */
  readonly socket: PassedSocket | undefined;
  /** Why systemd learns nothing of this process. */
  readonly warnings: readonly string[];
}

/** @throws {StartupError} if a socket is passed that cannot be used */
export function openSystemd({ notifySocket, watchdogMs, socketCount }: ServiceVariables): Service {
  const socket = socketCount === 0 ? undefined : openPassedSocket(socketCount);
  let manager: ServiceManager = NO_MANAGER;
  const warnings: string[] = [];
  if (notifySocket !== undefined) {
    const opened = openNotifySocket(notifySocket);
    if (opened.ok) manager = new SystemdManager({ ...opened.socket, watchdogMs, every: repeat });
    else warnings.push(`cannot notify systemd at ${notifySocket}: ${opened.reason}`);
  }
  return { manager, socket, warnings };
}

/** @returns ends it. */
function repeat(ms: number, callback: () => void): () => void {
  const timer = setInterval(callback, ms);
  return () => clearInterval(timer);
}

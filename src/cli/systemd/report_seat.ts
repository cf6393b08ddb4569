// What systemd learns of a client: it is ready when it has a seat or waits for one.

import type { ClientEvent } from "../../client/session/mod.ts";
import type { ServiceManager } from "./service_manager.ts";

/** To be called with every event of the client. */
export function reportSeat(manager: ServiceManager, event: ClientEvent): void {
  switch (event.kind) {
    case "welcome":
      return manager.ready(`Rank ${event.welcome.rank}`);
    case "waiting":
      return manager.ready(`Number ${event.waiting.position} in the waiting room`);
    case "promoted":
      return manager.status(`Rank ${event.promoted.rank}`);
    case "yielded":
      return manager.status(`Rank ${event.place.rank}`);
    case "disconnected":
      return manager.status(`Not connected: ${event.why}`);
  }
}

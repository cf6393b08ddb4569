// What a client's events say about its seat, and how a trace shows them.

import type { ClientEvent } from "../../../src/client/session/client_event.ts";

/** Whether a client has a seat on its connection after an event. */
export function isSeatedAfter(wasSeated: boolean, event: ClientEvent): boolean {
  if (event.kind === "welcome" || event.kind === "yielded") return true;
  return event.kind === "disconnected" ? false : wasSeated;
}

/** The rank that an event reports. */
export function rankIn(event: ClientEvent): number | undefined {
  if (event.kind === "welcome") return event.welcome.rank;
  if (event.kind === "promoted") return event.promoted.rank;
  return event.kind === "yielded" ? event.place.rank : undefined;
}

export function describeEvent(event: ClientEvent): string {
  switch (event.kind) {
    case "welcome": {
      const { rank, ticket, epoch } = event.welcome;
      return `welcome: rank ${rank}, ticket ${ticket}, epoch ${epoch}${event.isBack ? ", back" : ""}`;
    }
    case "promoted":
      return `promoted: rank ${event.promoted.rank}, epoch ${event.promoted.epoch}`;
    case "yielded":
      return `yielded: rank ${event.place.rank}, ticket ${event.place.ticket}`;
    case "disconnected":
      return `disconnected: ${event.why}`;
    case "closing":
      return `closing: ${event.closing.reason}`;
    case "execute": {
      const { command, args, from } = event.execute;
      return `execute ${command} ${args.join(" ")} from rank ${from.rank}`;
    }
    case "executed":
      return `executed ${event.execute.args.join(" ")}: ${event.execution.status}`;
    default:
      return event.kind;
  }
}

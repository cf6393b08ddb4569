// The server's notifications as events. Reads only; what they mean for the connection is the conversation's business.

import {
  type NotificationName,
  type NotificationParams,
  NOTIFICATIONS,
  readShape,
  type Shape,
} from "../../../protocol/methods/mod.ts";
import type { ClientEvent } from "../../session/mod.ts";

/** Those that the conversation reads itself are left out. */
type NoteName = Exclude<NotificationName, "welcome" | "execute">;

const TO_EVENT: { readonly [N in NoteName]: (params: NotificationParams<N>) => ClientEvent } = {
  promoted: (promoted) => ({ kind: "promoted", promoted }),
  result: (result) => ({ kind: "result", result }),
  roster_changed: (change) => ({ kind: "roster_changed", change }),
  commands_changed: ({ commands }) => ({ kind: "commands_changed", commands }),
  refused: (refused) => ({ kind: "refused", refused }),
  waiting: ({ position }) => ({ kind: "waiting", waiting: { position } }),
  yield_requested: (request) => ({ kind: "yield_requested", request }),
  closing: (closing) => ({ kind: "closing", closing }),
  cancel: ({ id }) => ({ kind: "cancel", id }),
};

/** `undefined`: a method that is not known here, or params that cannot be read. */
export function readNote(method: string, params: unknown): ClientEvent | undefined {
  return Object.hasOwn(TO_EVENT, method) ? toEvent(method as NoteName, params) : undefined;
}

function toEvent<N extends NoteName>(name: N, params: unknown): ClientEvent | undefined {
  const shape = NOTIFICATIONS[name] as Shape<unknown> as Shape<NotificationParams<N>>;
  const read = readShape(shape, params);
  const make: (typeof TO_EVENT)[N] = TO_EVENT[name];
  return read.ok ? make(read.value) : undefined;
}

// The server's notifications as events. Reads only; what they mean for the connection is the conversation's business.

import * as methods from "../../protocol/methods/methods.ts";
import type { ClientEvent } from "../session/mod.ts";

/** `undefined`: a method that is not known here, or params that cannot be read. */
export function readNote(method: string, params: unknown): ClientEvent | undefined {
  switch (method) {
    case "promoted": {
      const read = methods.readShape(methods.Promoted, params);
      return read.ok ? { kind: "promoted", promoted: read.value } : undefined;
    }
    case "result": {
      const read = methods.readShape(methods.ResultNote, params);
      return read.ok ? { kind: "result", result: read.value } : undefined;
    }
    case "roster_changed": {
      const read = methods.readShape(methods.RosterChanged, params);
      return read.ok ? { kind: "roster_changed", change: read.value } : undefined;
    }
    case "commands_changed": {
      const read = methods.readShape(methods.CommandsChanged, params);
      return read.ok ? { kind: "commands_changed", commands: read.value.commands } : undefined;
    }
    case "refused": {
      const read = methods.readShape(methods.Refused, params);
      return read.ok ? { kind: "refused", refused: read.value } : undefined;
    }
    case "waiting": {
      const read = methods.readShape(methods.Waiting, params);
      return read.ok ? { kind: "waiting", waiting: read.value } : undefined;
    }
    case "closing": {
      const read = methods.readShape(methods.Closing, params);
      return read.ok ? { kind: "closing", closing: read.value } : undefined;
    }
    case "cancel": {
      const read = methods.readShape(methods.CancelNote, params);
      return read.ok ? { kind: "cancel", id: read.value.id } : undefined;
    }
    default:
      return undefined;
  }
}

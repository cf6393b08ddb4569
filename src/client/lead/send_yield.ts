// The request that gives rank 0 away. From its sending on, the seat is not ours until the server says so.

import { type DroppableSession, notSent, RequestError } from "../session/mod.ts";
import type { Leadership } from "./leadership.ts";

/** @param onRefused the seat is ours as before, and wants a new proof */
export async function sendYield(
  session: Pick<DroppableSession, "request" | "drop">,
  leadership: Leadership,
  onRefused: () => void,
): Promise<unknown> {
  // It would be the yield of the seat that the server gives every connection, before our hello has got us ours.
  if (!leadership.isSeated) throw notSent("disconnected", "Cannot yield: this client has no seat yet");
  // From here on the server may have given rank 0 away, whatever becomes of its answer.
  leadership.yieldSent();
  try {
    return await session.request("yield");
  } catch (error) {
    if (error instanceof RequestError && error.hasNoEffect) {
      leadership.yieldRefused();
      onRefused();
    } else {
      // A new connection finds out whether the seat is still ours.
      session.drop("no answer to yield");
    }
    throw error;
  }
}

/** A program that is not known to have ended: its seat must not be given away. */
export function cannotYield(): RequestError {
  const message =
    "Cannot yield: the guard did not stop the program in time; this client kills the program and ends, " +
    "and the next client leads when the lease expires";
  return notSent("closed", message);
}

// The store of a server that ends and begins again.

import type { SeatStore } from "../../../src/server/seats/seat_store.ts";
import { openSeatStore } from "../../../src/server/seats/sqlite_seat_store.ts";

export function storeIn(folder: string): SeatStore {
  return storeAt(`${folder}/seats.db`);
}

/** Makes a store that knows all leases of earlier lives: its server lets clients lead from its start on. */
export function makeKnownStore(path: string): void {
  const store = storeAt(path);
  store.notePastOver();
  store.close();
}

function storeAt(path: string): SeatStore {
  return openSeatStore(path, {
    firstTicket: 1,
    now: () => 0,
    onFailure: (why) => console.log(why),
    onRecovery: () => {},
  });
}

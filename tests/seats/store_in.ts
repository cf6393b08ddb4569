// The store of a server that ends and begins again in the same folder.

import type { SeatStore } from "../../src/server/seat_store.ts";
import { openSeatStore } from "../../src/server/sqlite_seat_store.ts";

export function storeIn(folder: string): SeatStore {
  return openSeatStore(`${folder}/seats.db`, {
    firstTicket: 1,
    now: () => 0,
    onFailure: (why) => console.log(why),
    onRecovery: () => {},
  });
}

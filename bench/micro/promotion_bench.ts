// `deno bench bench/micro/`: rank 0 leaves and everybody behind it is told, up to the bytes in each outbox; the sockets
// are not there, so this is what the server itself adds.

import { notifyPromotions } from "../../src/server/seats/notify_promotions.ts";
import type { Session } from "../../src/server/connection/session.ts";
import { newSeat, seatsOf } from "../../tests/support/seats_of.ts";

for (const size of [100, 10_000, 100_000]) {
  let bytes = 0;
  const session = {
    mode: "json",
    sendPart: (part: Uint8Array) => bytes += part.length,
  } as unknown as Session;
  const { ranks } = seatsOf(Array<Session>(size).fill(session));
  let ticket = size;

  Deno.bench(
    `${size.toLocaleString("en-US")}: promote everybody and encode it`,
    { group: "promotion" },
    () => {
      ranks.leave(ranks.roster[0]!);
      ranks.append(newSeat(++ticket, session));
      notifyPromotions(ranks.settle()!.promoted, ticket, ranks.size);
      if (bytes === 0) throw new Error("Cannot measure: nobody was told");
    },
  );
}

// `deno bench bench/micro/`: rank 0 leaves and everybody behind it is told, up to the bytes in each outbox; the sockets
// are not there, so this is what the server itself adds.

import { RankManager } from "../../src/ranks/rank_manager.ts";
import { notifyPromotions } from "../../src/server/seats/notify_promotions.ts";
import type { Session } from "../../src/server/connection/session.ts";

for (const size of [100, 10_000, 100_000]) {
  let bytes = 0;
  const session = {
    mode: "json",
    sendPart: (part: Uint8Array) => bytes += part.length,
  } as unknown as Session;
  const ranks = new RankManager<Session>(size + 1);
  for (let i = 0; i < size; i++) ranks.join(session);

  Deno.bench(
    `${size.toLocaleString("en-US")}: promote everybody and encode it`,
    { group: "promotion" },
    () => {
      ranks.leave(ranks.roster[0]!);
      notifyPromotions(ranks.settle()!, ranks.size);
      ranks.join(session);
      if (bytes === 0) throw new Error("Cannot measure: nobody was told");
    },
  );
}

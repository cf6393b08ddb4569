// Ranks that are typed, and the tickets that were shown with them.

import { assertEquals } from "@std/assert";
import type { RosterChanged } from "../../../../src/protocol/methods/mod.ts";
import { byTicket, ShownRanks } from "../../../../src/client/terminal/screen/shown_ranks.ts";

const member = (rank: number, ticket: number) => ({
  rank,
  ticket,
  name: `m${ticket}`,
  address: "127.0.0.1:1",
  since: "2026-01-01T00:00:00Z",
});

/** Tickets 100 to 103, at epoch 7. */
const ROSTER = {
  epoch: 7,
  capacity: 20,
  members: [0, 1, 2, 3].map((rank) => member(rank, 100 + rank)),
  you: 0,
};

const changed = (change: Partial<RosterChanged> & Pick<RosterChanged, "epoch" | "members">) => ({
  kind: "roster_changed" as const,
  change: { joined: [], left: [], renamed: [], ...change },
});

const promoted = (epoch: number) =>
  ({ kind: "promoted", promoted: { rank: 0, was: 1, epoch, members: 3 } }) as const;

/** What is sent for the typed ranks 0 to 4, each by itself. */
function sent(ranks: ShownRanks): unknown[] {
  return [0, 1, 2, 3, 4].map((rank) => {
    const { to, to_tickets } = byTicket({ to: [rank] }, ranks.now);
    return to_tickets?.[0] ?? `rank ${to![0]}`;
  });
}

function shownRoster(): ShownRanks {
  const ranks = new ShownRanks();
  ranks.load(ROSTER);
  ranks.showRoster(ROSTER);
  return ranks;
}

const AS_SHOWN = [100, 101, 102, 103, "rank 4"];
const WITHOUT_101 = [100, 102, 103, "rank 3", "rank 4"];
const NOT_SHOWN = [0, 1, 2, 3, 4].map((rank) => `rank ${rank}`);

Deno.test("a rank is sent as the ticket that was shown with it, and as a rank before anything was shown", () => {
  const ranks = new ShownRanks();
  assertEquals(sent(ranks), NOT_SHOWN);
  ranks.load(ROSTER);
  assertEquals(sent(ranks), NOT_SHOWN, "loaded, and not shown");
  ranks.showRoster(ROSTER);
  assertEquals(sent(ranks), AS_SHOWN);
});

Deno.test("a change that is not shown changes no meaning, and one that is shown does", () => {
  for (const isShown of [false, true]) {
    const ranks = shownRoster();
    ranks.apply(changed({ epoch: 8, members: 3, left: [101] }), isShown);
    assertEquals(sent(ranks), isShown ? WITHOUT_101 : AS_SHOWN);
    ranks.apply(changed({ epoch: 9, members: 4, joined: [member(3, 104)] }), isShown);
    assertEquals(sent(ranks), isShown ? [100, 102, 103, 104, "rank 4"] : AS_SHOWN);
  }
});

Deno.test("a promotion is shown: ranks mean what they are since, in whichever order it is told", () => {
  const change = changed({ epoch: 8, members: 3, left: [101] });
  for (const events of [[change, promoted(8)], [promoted(8), change]]) {
    const ranks = shownRoster();
    for (const event of events) ranks.apply(event, event.kind === "promoted");
    assertEquals(sent(ranks), WITHOUT_101);
  }
  const alone = shownRoster();
  alone.apply(promoted(8), true);
  assertEquals(sent(alone), NOT_SHOWN);
});

Deno.test("rows of a table are shown, too", () => {
  const ranks = shownRoster();
  ranks.showRows([{ rank: 2, ticket: 103 }, { rank: 4, ticket: 107 }, { ticket: 9 }, { rank: 0 }]);
  assertEquals(sent(ranks), [100, 101, 103, 103, 107]);
  ranks.showRoster(ROSTER);
  assertEquals(sent(ranks), AS_SHOWN);
});

Deno.test("a roster that does not add up, or is older than a change, is not kept up to date", () => {
  const wrong = shownRoster();
  wrong.apply(changed({ epoch: 8, members: 9, left: [101] }), true);
  assertEquals(sent(wrong), NOT_SHOWN);
  const early = new ShownRanks();
  early.apply(changed({ epoch: 8, members: 3, left: [101] }), false);
  early.load(ROSTER);
  early.showRoster(ROSTER);
  assertEquals(sent(early), AS_SHOWN, "as the screen has it");
  early.apply(changed({ epoch: 9, members: 3, left: [] }), true);
  assertEquals(sent(early), NOT_SHOWN);
  const known = shownRoster();
  known.apply(changed({ epoch: 7, members: 4, joined: [member(3, 103)] }), true);
  assertEquals(sent(known), AS_SHOWN, "it has this change already");
});

Deno.test("after a new connection nothing of the old one is meant", () => {
  const ranks = shownRoster();
  ranks.apply({ kind: "disconnected", why: "lost" }, true);
  assertEquals(sent(ranks), NOT_SHOWN);
});

Deno.test("names, tickets and an open range stay as they were typed", () => {
  const typed = { to: [2, 9], to_tickets: [5], to_names: ["web"], from_rank: 3 };
  assertEquals(byTicket(typed, shownRoster().now), { ...typed, to: [9], to_tickets: [5, 102] });
});

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Choice, chooseExecutors, outranks } from "../../src/ranks/choose_executors.ts";
import type { Seat } from "../../src/ranks/rank_manager.ts";
import { seatsOf } from "../support/seats_of.ts";
import { holds } from "../support/seed.ts";

/** A roster with gaps in its tickets, one of its members, and ranks of which some have no member. */
const asks = fc.record({
  members: fc.integer({ min: 1, max: 15 }),
  departures: fc.array(fc.nat(14), { maxLength: 10 }),
  issuer: fc.nat(14),
  to: fc.option(
    fc.array(fc.oneof(fc.nat(17), fc.constantFrom(1_000, 2 ** 31, Number.MAX_SAFE_INTEGER)), {
      maxLength: 8,
    }),
    { nil: undefined },
  ),
}).map(({ members, departures, issuer, to }) => {
  const { ranks, seats } = seatsOf(Array.from({ length: members }, (_, i) => `client ${i}`));
  for (const who of departures) if (who % members !== 0) ranks.leave(seats[who % members]!);
  ranks.settle();
  const { roster } = ranks;
  return { roster, issuer: roster[issuer % roster.length]!, to };
});

/** The rule as it is written in the guarantees, one rank after the other. */
function chooseNaively(
  roster: readonly Seat<string>[],
  issuer: Seat<string>,
  to: readonly number[] | undefined,
): Choice<string> {
  if (to === undefined) {
    const executors = roster.filter((seat) => seat.ticket > issuer.ticket);
    return executors.length === 0 ? { ok: false, reason: "no_recipient" } : { ok: true, executors };
  }
  if (to.length === 0) return { ok: false, reason: "no_recipient" };
  const notBelow = to.filter((rank) => rank <= issuer.rank);
  if (notBelow.length > 0) return { ok: false, reason: "outranked", rank: Math.min(...notBelow) };
  const nobodys = to.filter((rank) => !roster.some((seat) => seat.rank === rank));
  if (nobodys.length > 0) return { ok: false, reason: "no_recipient", rank: Math.max(...nobodys) };
  return { ok: true, executors: roster.filter((seat) => to.includes(seat.rank)) };
}

Deno.test("the choice of executors agrees with the rule written out, for any roster, issuer and ranks", () => {
  holds(
    fc.property(asks, ({ roster, issuer, to }) => {
      assertEquals(chooseExecutors(roster, issuer, to), chooseNaively(roster, issuer, to));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("G4: a command reaches exactly the members below its issuer, or the chosen ones among them, each once", () => {
  holds(fc.property(asks, ({ roster, issuer, to }) => {
    const choice = chooseExecutors(roster, issuer, to);
    if (!choice.ok) return;
    for (const seat of choice.executors) {
      assert(outranks(issuer, seat), `rank ${seat.rank} is not below rank ${issuer.rank}`);
      assert(roster.includes(seat), "an executor is no member");
    }
    const ranks = choice.executors.map((seat) => seat.rank);
    assertEquals(
      ranks,
      [...new Set(ranks)].sort((a, b) => a - b),
      "one executes twice, or the order is another",
    );
    const meant = to === undefined ? roster.length - issuer.rank - 1 : new Set(to).size;
    assertEquals(ranks.length, meant, "somebody was left out or taken in");
  }));
});

Deno.test("G5: one rank that is not below the issuer rejects the whole choice and is named", () => {
  holds(fc.property(asks, ({ roster, issuer, to }) => {
    const forbidden = (to ?? []).filter((rank) => rank <= issuer.rank);
    if (forbidden.length === 0) return;
    const choice = chooseExecutors(roster, issuer, to);
    assert(!choice.ok && choice.reason === "outranked", "a member above was chosen");
    assertEquals(choice.rank, Math.min(...forbidden));
  }));
});

Deno.test("G5: the issuer itself is not among those it may command", () => {
  const [first, second] = rosterOf(3);
  assertEquals(chooseExecutors(rosterOf(3), second!, [1]), { ok: false, reason: "outranked", rank: 1 });
  assert(!outranks(first!, first!));
});

Deno.test("rank comparison reversed: rank 0 commands all others, and the last member commands none", () => {
  const roster = rosterOf(3);
  const [first, second, last] = roster;
  assertEquals(chooseExecutors(roster, first!), { ok: true, executors: [second!, last!] });
  assertEquals(chooseExecutors(roster, last!), { ok: false, reason: "no_recipient" });
  assertEquals(chooseExecutors(roster, last!, [0]), { ok: false, reason: "outranked", rank: 0 });
});

Deno.test("an executor that is chosen twice executes once", () => {
  const roster = rosterOf(4);
  const choice = chooseExecutors(roster, roster[0]!, [3, 1, 3, 1]);
  assertEquals(choice, { ok: true, executors: [roster[1]!, roster[3]!] });
});

Deno.test("a rank without a member is reported only when no forbidden one was requested", () => {
  const roster = rosterOf(3);
  const issuer = roster[1]!;
  assertEquals(chooseExecutors(roster, issuer, [2, 7]), { ok: false, reason: "no_recipient", rank: 7 });
  assertEquals(chooseExecutors(roster, issuer, [7, 0]), { ok: false, reason: "outranked", rank: 0 });
  assertEquals(chooseExecutors(roster, issuer, []), { ok: false, reason: "no_recipient" });
});

Deno.test("the choice is not the roster itself: a later departure does not change it", () => {
  const { ranks, seats: [first, second, third] } = seatsOf("abc");
  const choice = chooseExecutors(ranks.roster, first!);
  ranks.leave(second!);
  ranks.settle();
  assert(choice.ok);
  assertEquals(choice.executors.map((seat) => seat.member), ["b", "c"]);
  assertEquals(third!.rank, 1);
});

function rosterOf(size: number): readonly Seat<string>[] {
  return seatsOf(Array.from({ length: size }, (_, i) => `client ${i}`)).seats;
}

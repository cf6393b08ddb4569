import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { compareRosters } from "../../../src/web/feed/page_roster.ts";
import type { PageMember } from "../../../src/web/messages/mod.ts";

const member = (ticket: number, name = "a"): PageMember => ({ ticket, name, address: "x", since: 1 });
const roster = fc.uniqueArray(
  fc.record({ ticket: fc.integer({ min: 1, max: 30 }), name: fc.constantFrom("a", "b") }),
  { selector: ({ ticket }) => ticket },
).map((members) =>
  members.map(({ ticket, name }) => member(ticket, name)).sort((a, b) => a.ticket - b.ticket)
);

Deno.test("the difference between two rosters turns one into the other, and names nothing else", () => {
  fc.assert(fc.property(roster, roster, (before, now) => {
    const { joined, left, changed } = compareRosters(before, now);
    const members = new Map(before.map((member) => [member.ticket, member]));
    for (const ticket of left) assertEquals(members.delete(ticket), true);
    for (const each of joined) {
      assertEquals(members.has(each.ticket), false);
      members.set(each.ticket, each);
    }
    for (const each of changed) {
      assertEquals(members.get(each.ticket)!.name === each.name, false);
      members.set(each.ticket, each);
    }
    assertEquals([...members.values()].sort((a, b) => a.ticket - b.ticket), now);
  }));
});

// What one record does, where the model test does not look: members, what is refused, and thousands of departures.

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  apply,
  type Effect,
  JOURNAL_VERSION,
  type JournalRecord,
  type RosterSeat,
  RosterState,
} from "../../src/journal/mod.ts";

const START: JournalRecord = {
  kind: "start",
  version: JOURNAL_VERSION,
  capacity: 3,
  waitingCapacity: 1,
  isComplete: true,
};

function join(id: string, hash: string | undefined = `hash ${id}`): JournalRecord {
  return { kind: "join", id, name: id, ip: "::1", port: 1, since: 0, hash, leaseMs: 0 };
}

/** A state that has started, and the next position. */
class Scene {
  readonly state = new RosterState("nobody");
  #position = 0;

  constructor(capacity = 3) {
    this.append({ ...START, capacity } as JournalRecord);
  }

  append(record: JournalRecord): readonly Effect<string>[] {
    return apply(this.state, this.#position++, record);
  }

  join(id: string, hash?: string): RosterSeat<string> {
    this.append(join(id, hash));
    const seat = this.state.seatById(id)!;
    this.state.attach(seat, id);
    return seat;
  }
}

Deno.test("an unknown record, a later version and a repeated position are errors", () => {
  const state = new RosterState(undefined);
  apply(state, 5, START);
  const before = JSON.stringify(state.toSnapshot());
  assertThrows(() => apply(state, 6, { kind: "reboot" } as unknown as JournalRecord), Error, '"reboot"');
  assertThrows(() => apply(state, 6, { kind: "toString" } as unknown as JournalRecord), Error, '"toString"');
  const later = { ...START, version: JOURNAL_VERSION + 1 } as JournalRecord;
  assertThrows(() => apply(state, 6, later), Error, `version ${JOURNAL_VERSION + 1}`);
  assertThrows(() => apply(state, 5, START), Error, "at 5");
  assertEquals(JSON.stringify(state.toSnapshot()), before);
  const snapshot = { ...state.toSnapshot(), version: JOURNAL_VERSION + 1 };
  assertThrows(() => RosterState.fromSnapshot(snapshot, undefined), Error, "version");
});

Deno.test("a seat stays the same object, and its client is replaced as a whole", () => {
  const { append, state, ...scene } = bound();
  const seat = scene.join("a");
  const before = seat.client;
  const [effect] = append({ kind: "rename", ticket: seat.ticket, n: 0, name: "Ada" });
  assertEquals(effect, { kind: "changed", seat, before });
  assert(state.seatOf(seat.ticket) === seat && seat.client !== before);
  assertEquals([before.name, seat.client.name, seat.member], ["a", "Ada", "a"]);
  append({ kind: "claim", ticket: seat.ticket, n: 0, id: "b", presented: "hash a", hash: "next" });
  assertEquals([state.seatById("a"), state.seatById("b")], [undefined, seat]);
  assertEquals([seat.client.n, seat.client.usedHash, seat.member], [1, "hash a", "a"]);
  for (const hash of ["hash a", "next"]) assert(state.seatByHash(hash) === seat);
});

Deno.test("a yield moves the member to the new seat; a seat given to a waiting client has no member yet", () => {
  const { append, state, ...scene } = bound(1);
  const seat = scene.join("a");
  append(join("b"));
  const [yielded] = append({ kind: "yield", ticket: seat.ticket, n: 0 });
  assert(yielded?.kind === "yielded" && yielded.before === seat);
  assertEquals([yielded.seat.member, state.waiting.size, state.seats], ["a", 1, [yielded.seat]]);
  const [left, seated] = append({ kind: "leave", ticket: yielded.seat.ticket, n: 0 });
  assertEquals(left, { kind: "left", seat: yielded.seat, hasLapsed: false });
  assert(seated?.kind === "seated" && seated.hasWaited);
  assertEquals([seated.seat.member, seated.seat.client.id, seated.seat.ticket], ["nobody", "b", 4]);
});

Deno.test("a token resumes a seat once; the one used last is valid until the new one is confirmed", () => {
  const { append, state, ...scene } = bound();
  const seat = scene.join("a", "first");
  const { ticket } = seat;
  const claim = (n: number, presented: string, hash?: string) =>
    append({ kind: "claim", ticket, n, id: `back ${n}`, presented, hash })[0]!.kind;
  assertEquals(claim(0, "wrong", "second"), "void");
  assertEquals(claim(0, "first", "second"), "changed");
  assertEquals(claim(1, "first", "third"), "changed", "the answer was lost, and it is asked again");
  assertEquals(claim(2, "second", "fourth"), "void", "that one was never used");
  assertEquals(append({ kind: "confirm", ticket, n: 2 })[0]!.kind, "changed");
  assertEquals(append({ kind: "confirm", ticket, n: 2 })[0]!.kind, "void");
  assertEquals(claim(2, "first", "fourth"), "void");
  assertEquals([state.seatByHash("first"), state.seatByHash("third"), state.claimable], [undefined, seat, 1]);
  assertEquals(claim(2, "third"), "changed");
  append({ kind: "confirm", ticket, n: 3 });
  assertEquals([state.seatByHash("third"), state.claimable], [undefined, 0], "it wanted no other token");
});

Deno.test("a person has no token; a lease gives a token to a client without one", () => {
  const { append, state, ...scene } = bound();
  const { ticket } = scene.join("a");
  append({ kind: "spoke", ticket, n: 0, isProgram: false });
  assertEquals([state.claimable, state.seatByHash("hash a")], [0, undefined]);
  append({ kind: "lease", ticket, n: 0, leaseMs: 500, hash: "with the lease" });
  append({ kind: "lease", ticket, n: 0, leaseMs: 100, hash: "another" });
  const { leaseMs, hash } = state.seatOf(ticket)!.client;
  assertEquals([leaseMs, hash, state.leases, state.claimable], [500, "with the lease", 1, 1]);
});

Deno.test("the seat of a client that has not sent a line as a program is lost when the server restarts", () => {
  const { append, state, ...scene } = bound();
  const [person, program] = [scene.join("a"), scene.join("b")];
  append({ kind: "spoke", ticket: program.ticket, n: 0, isProgram: true });
  assertEquals(append(START), [{ kind: "started", dropped: [person] }]);
  assertEquals(state.roster.map(({ client, rank }) => [client.id, client.isAway, rank]), [["b", true, 0]]);
});

Deno.test("an id belongs to one client: a connection with a seat, or in the waiting room, resumes no other seat", () => {
  const { append, state, ...scene } = bound(2);
  const [first, second] = [scene.join("a"), scene.join("b")];
  append(join("c"));
  for (const id of ["b", "c"]) {
    assertEquals(
      append({ kind: "claim", ticket: first.ticket, n: 0, id, presented: "hash a", hash: "next" }),
      [
        { kind: "void", reason: "already known" },
      ],
    );
  }
  assertEquals([state.seatById("a"), state.seatById("b")], [first, second]);
  append({ kind: "leave", ticket: second.ticket, n: 0 });
  const claim = {
    kind: "claim",
    ticket: first.ticket,
    n: 0,
    id: "b",
    presented: "hash a",
    hash: "n",
  } as const;
  assertEquals(append(claim)[0]!.kind, "changed");
  assertEquals(state.seatById("b"), first);
});

Deno.test("a seat is found by its token after another seat had the same one", () => {
  const { append, state, ...scene } = bound();
  const first = scene.join("a", "same");
  const second = scene.join("b", "same");
  append({ kind: "leave", ticket: first.ticket, n: 0 });
  assertEquals(state.seatByHash("same"), second);
  append({ kind: "leave", ticket: second.ticket, n: 0 });
  assertEquals(state.seatByHash("same"), undefined);
});

Deno.test("thousands of departures are one pass, and each member that stays is promoted once", () => {
  const count = 10_000;
  const { append, state } = bound(count);
  for (let i = 0; i < count; i++) append(join(`${i}`));
  state.settle();
  for (const { ticket } of state.seats.filter((_, i) => i % 2 === 0)) append({ kind: "leave", ticket, n: 0 });
  const { promoted } = state.settle()!;
  assertEquals(promoted.length, count / 2);
  assert(promoted.every(({ seat, was }, i) => seat.rank === i && was === 2 * i + 1));
  assertEquals(state.size, count / 2);
});

/** A scene whose parts can be used on their own. */
function bound(capacity?: number) {
  const scene = new Scene(capacity);
  return {
    state: scene.state,
    append: (record: JournalRecord) => scene.append(record),
    join: (id: string, hash?: string) => scene.join(id, hash),
  };
}

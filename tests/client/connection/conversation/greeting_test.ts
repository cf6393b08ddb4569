// What a hello asks for, and what its answer makes of the seat that one got on connecting.

import { assertEquals } from "@std/assert";
import type { ClientEvent } from "../../../../src/client/session/client_event.ts";
import { Greeting } from "../../../../src/client/connection/conversation/greeting.ts";
import { RequestError } from "../../../../src/client/session/request_error.ts";
import type { Welcome } from "../../../../src/protocol/methods/mod.ts";
import { ErrorCode } from "../../../../src/protocol/json_rpc/errors.ts";
import { SERVER_LIMITS } from "../../../support/client/server_limits.ts";

function welcome(ticket: number, resume?: string): Welcome {
  const times = { heartbeat_ms: 1, silence_ms: 2, resume_grace_ms: 0, lease_ms: 9, lead_after_ms: 0 };
  const place = {
    rank: 0,
    ticket,
    epoch: 1,
    members: 1,
    capacity: 2,
    commands: [],
    protocol: 1,
    limits: SERVER_LIMITS,
    times,
  };
  return resume === undefined ? place : { ...place, resume };
}

function note(ticket: number, resume?: string): ClientEvent {
  return { kind: "welcome", welcome: welcome(ticket, resume) };
}

const UNAUTHENTICATED = new RequestError("answered", { code: ErrorCode.unauthenticated, message: "no good" });

/** Keys without a value are absent, as on the wire. */
function inJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

Deno.test("without a wish for a certain seat, everything is passed on as it comes", () => {
  const greeting = new Greeting({ name: "web" });
  assertEquals(inJson(greeting.params), { name: "web" });
  assertEquals(greeting.pass(note(1)), [note(1)]);
  assertEquals(greeting.accepted(welcome(1), false), []);
  // A server that gives no seat before a good hello answers with the only welcome.
  assertEquals(new Greeting({}).accepted(welcome(1), true), [note(1)]);
});

Deno.test("the seat that one got on connecting is not told of when the old one is taken back", () => {
  const greeting = new Greeting({ resume: "old", leaseMs: 9 });
  assertEquals(inJson(greeting.params), { resume: "old", lease_ms: 9 });
  assertEquals(greeting.pass(note(8, "of the new seat")), []);
  assertEquals(inJson(greeting.accepted(welcome(3, "next"), true)), [{
    kind: "welcome",
    welcome: welcome(3, "next"),
    isBack: true,
  }]);
  assertEquals(greeting.pass(note(3)), [note(3)]);
});

Deno.test("a token that was sent before the answer belongs to the seat of the answer, if it is the same", () => {
  const greeting = new Greeting({ leaseMs: 9 });
  greeting.pass(note(8, "early"));
  assertEquals(inJson(greeting.accepted(welcome(8), true)), [note(8, "early")]);
});

Deno.test("a refused token is told, and hello said again without it: then it is a new seat", () => {
  const greeting = new Greeting({ name: "web", resume: "old", leaseMs: 9 });
  greeting.pass(note(8, "of the new seat"));
  assertEquals(greeting.refused(UNAUTHENTICATED), {
    then: "say hello again",
    events: [{ kind: "seat_lost", why: "no good" }],
  });
  assertEquals(inJson(greeting.params), { name: "web", lease_ms: 9 });
  assertEquals(inJson(greeting.accepted(welcome(8), true)), [note(8, "of the new seat")]);
});

Deno.test("refused without a token to blame, trying again cannot help", () => {
  assertEquals(new Greeting({}).refused(UNAUTHENTICATED).then, "give up");
});

Deno.test("who waits for a seat is not refused, and is welcomed later", () => {
  const greeting = new Greeting({ leaseMs: 9 });
  const data = { reason: "full", waiting: true };
  const full = new RequestError("answered", { code: ErrorCode.full, message: "all seats are taken", data });
  assertEquals(greeting.refused(full), { then: "go on", events: [] });
  assertEquals(greeting.pass(note(8, "t")), [note(8, "t")]);
});

Deno.test("a place in the waiting room is not told before the answer to hello, which may be a seat", () => {
  const waiting: ClientEvent = { kind: "waiting", waiting: { position: 2 } };
  const full = new RequestError("answered", {
    code: ErrorCode.full,
    message: "all seats are taken",
    data: { reason: "full", waiting: true },
  });
  const greeting = new Greeting({ resume: "old", leaseMs: 9 });
  assertEquals(greeting.pass(waiting), []);
  assertEquals(greeting.refused(full), { then: "go on", events: [waiting] });
  assertEquals(greeting.pass(waiting), [waiting]);

  const back = new Greeting({ resume: "old", leaseMs: 9 });
  back.pass(waiting);
  assertEquals(back.accepted(welcome(3, "next"), true).map(({ kind }) => kind), ["welcome"]);

  const seated = new Greeting({ leaseMs: 9 });
  seated.pass(waiting);
  seated.pass(note(4));
  assertEquals(seated.refused(full).events, [note(4)]);
});

Deno.test("a hello that is refused for another reason leaves the seat that one has", () => {
  const greeting = new Greeting({ name: "", leaseMs: 9 });
  greeting.pass(note(8));
  const { then, events } = greeting.refused(
    new RequestError("answered", { code: ErrorCode.invalid_params, message: "no name" }),
  );
  assertEquals([then, events.map(({ kind }) => kind)], ["go on", ["refused", "welcome"]]);
});

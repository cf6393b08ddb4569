// What a client says of itself, and why it does not lead.

import { assertEquals } from "@std/assert";
import { answerText } from "../../../src/client/output/answer_text.ts";
import { type ClientStatus, statusOf } from "../../../src/client/requests/client_status.ts";
import type { LeadStatus } from "../../../src/client/session/client_session.ts";
import { SERVER_LIMITS } from "../../support/client/server_limits.ts";

function member(rank: number, leaseMs?: number) {
  const since = "2026-01-01T00:00:00Z";
  return { rank, ticket: rank + 5, name: "n", address: "127.0.0.1:1", since, away: false, lease_ms: leaseMs };
}

/** A client at this rank. @param leases of the members by rank. */
async function status(rank: number, lead: LeadStatus | undefined, leases: readonly (number | undefined)[]) {
  const asked: string[] = [];
  const got = await statusOf({
    place: { rank, ticket: 5, epoch: 1, members: 2, capacity: 9, commands: [], limits: SERVER_LIMITS },
    lead,
    request(method) {
      asked.push(method);
      const members = leases.map((leaseMs, index) => member(index, leaseMs));
      // As it comes out of JSON: a member without a lease has no key for it.
      return Promise.resolve(JSON.parse(JSON.stringify({ epoch: 1, capacity: 9, members, you: rank })));
    },
  });
  return { asked, status: got, text: text(got) };
}

function text(status: ClientStatus): string {
  return answerText({ kind: "status", status, raw: status }).split("\n").at(-1)!;
}

const FOLLOWING: LeadStatus = { state: "following" };

Deno.test("a client behind one without a lease says so", async () => {
  const blocked = await status(1, FOLLOWING, [undefined, 5_000]);
  assertEquals(blocked.status.lead?.rank_0_has_lease, false);
  assertEquals(blocked.text, "Following; no program is running: rank 0 has no lease and cannot lead");
});

Deno.test("where rank 0 has a lease, or the server does not say who has one, there is no reason to give", async () => {
  for (const leases of [[5_000, 5_000], [undefined, undefined]]) {
    assertEquals((await status(1, FOLLOWING, leases)).text, "Following; no program is running");
  }
  assertEquals((await status(0, FOLLOWING, [5_000])).text, "Following; no program is running");
});

Deno.test("while no client may lead yet, the status says for how long", async () => {
  const waiting: LeadStatus = { state: "following", lead_after_ms: 5_200 };
  assertEquals((await status(0, waiting, [5_000])).text, "Following; no program is running: leads in 6 s");
  assertEquals(
    (await status(1, waiting, [5_000, 5_000])).text,
    "Following; no program is running: no client leads for 6 s yet",
  );
});

Deno.test("the server is asked by none but a client that waits behind another one to lead", async () => {
  const leading: LeadStatus = { state: "leading", program: { pid: 1, ticket: 5, since: 0 } };
  for (const [rank, lead] of [[0, FOLLOWING], [0, leading], [1, leading], [1, undefined]] as const) {
    assertEquals((await status(rank, lead, [1, 1])).asked, []);
  }
  assertEquals((await status(1, FOLLOWING, [1, 1])).asked, ["roster"]);
});

Deno.test("a server that fails or does not answer leaves the reason out", async () => {
  const place = {
    rank: 1,
    ticket: 5,
    epoch: 1,
    members: 2,
    capacity: 9,
    commands: [],
    limits: SERVER_LIMITS,
  };
  const answers = [() => Promise.reject(new Error("test")), () => new Promise(() => {})];
  for (const request of [...answers, () => Promise.resolve("no roster")]) {
    assertEquals((await statusOf({ place, lead: FOLLOWING, request })).lead, {
      state: "following",
      rank_0_has_lease: undefined,
    });
  }
  assertEquals(await statusOf({ place: undefined, lead: FOLLOWING, request: answers[0]! }), {
    seated: false,
    lead: FOLLOWING,
  });
});

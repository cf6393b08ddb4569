// What only the server or another member may say, said by somebody else: answers to runs, tokens, tickets.

import { assertEquals } from "@std/assert";
import type { Json } from "../support/server/raw_client.ts";
import { ALL_SERVERS } from "./attack_server.ts";
import { type Address, connect, connectBreakable, type Seated, seated } from "./connect.ts";
import { logged, type Scene, seat, withstands } from "./withstand.ts";

const GUESSES = 500;

withstands({
  name: "forged responses to other clients' runs, and forged server notifications",
  async strike(scene) {
    const [issuer, executor, forger] = await seat(scene, 3) as [Seated, Seated, Seated];
    const run = issuer.ask("run", { command: "uptime", to: [scene.ranks[1]! + 2] });
    const { id } = await executor.message("execute");
    // Whatever number the runs of others have, this one's among them.
    for (let guess = id - GUESSES; guess < id + GUESSES; guess++) forger.respond(guess, { code: 66 });
    for (
      const method of ["promoted", "welcome", "execute", "cancel", "result", "closing", "roster_changed"]
    ) {
      forger.notify(method, { id, rank: 0, was: 2, ticket: 1, epoch: 1, members: 1, run, reason: "evicted" });
    }
    await forger.settled();
    executor.respond(id, { code: 0, stdout: "true" });
    executor.respond(id, { code: 66, stdout: "second thoughts" });
    const { result } = await issuer.answer(run);
    assertEquals([result.ok, result.results[0].stdout], [1, "true"]);
    // The answers are dropped without a word.
    return { tried: 2 * GUESSES + 7, refused: forger.notes("refused").length };
  },
});

withstands({
  name: "forged ranks and tickets in requests",
  async strike(scene) {
    const [forger] = await seat(scene, 2) as [Seated];
    const forged = [
      { command: "uptime", from: { rank: 0, ticket: 1, name: "root" } },
      { command: "uptime", rank: 0 },
      { command: "uptime", to: scene.ranks },
      { command: "uptime", to: [-1] },
      { command: "uptime", to: ["0"] },
      { command: "uptime", to: [scene.ranks[1]! - 1, 2 ** 53] },
    ];
    const answers = await Promise.all(forged.map((params) => forger.request("run", params)));
    const named = await forger.request("hello", { ticket: 1, rank: 0 });
    return { tried: forged.length + 1, refused: [...answers, named].filter(({ error }) => error).length };
  },
});

withstands({
  name: "guessed, truncated, oversized and replayed resume tokens",
  server: { tables: "[session]\nresume_grace_ms = 10_000" },
  async strike(scene) {
    const { server } = scene;
    const victim = await seated(await connectBreakable(server.address), server.address);
    scene.attackers.use(victim);
    const { resume, ticket } = victim.welcome;
    const [thief] = await seat(scene, 1) as [Seated];
    const shown = tokenIn(server.address);
    const guesses = [
      "",
      resume.slice(0, -1),
      `${resume}A`,
      resume.toLowerCase() === resume ? resume.toUpperCase() : resume.toLowerCase(),
      "A".repeat(43),
      "x".repeat(500_000),
      "\u0000".repeat(1_000),
      ...Array.from({ length: GUESSES }, () => btoa(String(Math.random()))),
    ];
    const refused = await count(guesses.map((token) => thief.request("hello", { resume: token })));
    const given = await thief.request("leave", { resume: "A".repeat(43) });
    assertEquals(given.error.data.reason, "unauthenticated");

    await victim.reset();
    const back = scene.attackers.use(await connect(server.address));
    const { result } = await back.request("hello", { ...shown, resume });
    assertEquals(result.ticket, ticket);
    // Until it has shown that the new token came, the old one is still good: the answer may have been lost.
    back.respond((await back.message("ping")).id, {});
    await back.settled();
    // The old one again, by ten at once: it has been used.
    const replays = await count(await replayed(scene, resume));
    back.notify("leave");
    await back.ended();
    thief.notify("leave");
    return { tried: guesses.length + 11, refused: refused + 1 + replays };
  },
  after(server) {
    assertEquals(logged(server, "resumed rank") > 0, true);
  },
});

if (ALL_SERVERS.tokens) {
  withstands({
    name: "guessed access tokens",
    async strike({ server }) {
      const guesses = await Promise.all(Array.from({ length: 100 }, async (_, i) => {
        // A TLS handshake is broken off when it takes too long, or when too many wait to log in.
        await using stranger = await connect(server.strangers).catch(() => undefined);
        if (stranger === undefined) return true;
        const id = stranger.ask("hello", { token: i === 0 ? "" : btoa(String(Math.random())) });
        const { json } = await stranger.next(({ json }) => json?.id === id || json?.method === "closing");
        return json.method === "closing" || json.error !== undefined;
      }));
      return { tried: guesses.length, refused: guesses.filter(Boolean).length };
    },
  });
}

/** What a newcomer says beside its resume token. */
function tokenIn({ token }: Address): { readonly token?: string } {
  return token === undefined ? {} : { token };
}

async function replayed({ server, attackers }: Scene, resume: string): Promise<Promise<Json>[]> {
  const thieves = await Promise.all(Array.from({ length: 10 }, () => connect(server.address)));
  // They leave at once: nobody's seat is to be kept.
  attackers.defer(async () => {
    await Promise.all(thieves.map(async (thief) => {
      await thief.request("leave").catch(() => {});
      await thief.close();
    }));
  });
  return thieves.map((thief) => thief.request("hello", { ...tokenIn(server.address), resume }));
}

async function count(answers: readonly Promise<Json>[]): Promise<number> {
  const reasons = (await Promise.all(answers)).map(({ error }) => error?.data.reason);
  assertEquals(reasons.filter((reason) => reason !== "unauthenticated"), []);
  return reasons.length;
}

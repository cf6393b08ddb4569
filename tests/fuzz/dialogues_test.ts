import fc from "fast-check";
import { holdsAsync } from "../support/seed.ts";
import { dialogues, LiveServer } from "./dialogues.ts";

Deno.test("fuzz, G9, G12: a live server survives random sessions, and its members miss no message", async () => {
  await using server = await LiveServer.start();
  await holdsAsync(fc.asyncProperty(dialogues, (all) => server.endure(all)), { numRuns: 100 });
});

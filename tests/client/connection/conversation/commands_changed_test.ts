// A client keeps in mind what it may send: the terminal completes from that.

import { assertEquals } from "@std/assert";
import { eventJson } from "../../../../src/client/output/event_json.ts";
import { eventLines } from "../../../../src/client/output/event_lines.ts";
import { placeAfter } from "../../../../src/client/connection/place_tracker.ts";
import { readNote } from "../../../../src/client/connection/conversation/read_note.ts";
import { SERVER_LIMITS } from "../../../support/client/server_limits.ts";

const PLACE = {
  rank: 0,
  ticket: 1,
  epoch: 1,
  members: 1,
  capacity: 2,
  commands: ["ping"],
  limits: SERVER_LIMITS,
};

Deno.test("the server's new commands take the place of the old ones", () => {
  const event = readNote("commands_changed", { commands: ["df", "ls"] })!;
  assertEquals(placeAfter(PLACE, event), { ...PLACE, commands: ["df", "ls"] });
  assertEquals(placeAfter(undefined, event), undefined);
  assertEquals(eventLines(event), ["Commands are now: df, ls"]);
  assertEquals(eventLines(readNote("commands_changed", { commands: [] })!), ["Commands are now: none"]);
  assertEquals(eventJson(event), { event: "commands_changed", commands: ["df", "ls"] });
  assertEquals(readNote("commands_changed", { commands: [7] }), undefined);
});

Deno.test("the names of commands come from a server that one need not trust: they are shown harmless", () => {
  const event = readNote("commands_changed", { commands: ["\u001b[2J"] })!;
  assertEquals(eventLines(event), ["Commands are now: \\x1b[2J"]);
});

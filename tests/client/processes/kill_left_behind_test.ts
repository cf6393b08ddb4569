// What a lost guard left behind is killed until there is none.

import { assertEquals } from "@std/assert";
import { killLeftBehind } from "../../../src/client/processes/kill_left_behind.ts";

const OWN_GROUP = 900;

function play(rounds: (readonly { pid: number; group: number | undefined }[] | undefined)[]) {
  const killed: number[] = [];
  const isGone = killLeftBehind({
    adopted: () => rounds.length > 1 ? rounds.shift() : rounds[0],
    kill: (pid) => killed.push(pid),
    ownGroup: OWN_GROUP,
    delay: () => Promise.resolve(),
  });
  return { killed, isGone };
}

Deno.test("adopted processes are killed with their groups, until there is none", async () => {
  const { killed, isGone } = play([
    [{ pid: 11, group: 10 }],
    [{ pid: 12, group: 12 }, { pid: 13, group: 10 }],
    [],
  ]);
  assertEquals([await isGone, killed], [true, [-10, 11, -12, 12, -10, 13]]);
});

Deno.test("neither the own group nor all processes are ever killed", async () => {
  for (const group of [0, 1, OWN_GROUP, undefined]) {
    const { killed, isGone } = play([[{ pid: 11, group }], []]);
    assertEquals([await isGone, killed], [true, [11]]);
  }
});

Deno.test("the first ones are killed before anything is waited for", () => {
  assertEquals(play([[{ pid: 11, group: 11 }], []]).killed, [-11, 11]);
});

Deno.test("where they cannot be found nothing is claimed, and one that does not end is reported", async () => {
  assertEquals(await play([undefined]).isGone, undefined);
  assertEquals(await play([[{ pid: 11, group: 11 }]]).isGone, false);
});

// `deno bench bench/micro/`: the rank manager with few members and with many. Joining and choosing must not depend on
// how many there are; a departure costs what has to be told to those behind it.

import { chooseExecutors } from "../../src/ranks/choose_executors.ts";
import { RankManager } from "../../src/ranks/rank_manager.ts";

const SIZES = [100, 10_000, 100_000];

function managerOf(size: number): RankManager<number> {
  const ranks = new RankManager<number>(size + 1);
  for (let member = 0; member < size; member++) ranks.join(member);
  return ranks;
}

for (const size of SIZES) {
  const members = size.toLocaleString("en-US");

  Deno.bench(`${members}: seat everybody`, { group: "seat" }, () => {
    managerOf(size);
  });

  const leaving = managerOf(size);
  Deno.bench(`${members}: the last leaves, another joins`, { group: "last" }, () => {
    leaving.leave(leaving.roster.at(-1)!);
    leaving.settle();
    leaving.join(0);
  });

  const promoting = managerOf(size);
  Deno.bench(
    `${members}: rank 0 leaves, everybody is promoted, another joins`,
    { group: "promotion" },
    () => {
      promoting.leave(promoting.roster[0]!);
      promoting.settle();
      promoting.join(0);
    },
  );

  const choosing = managerOf(size);
  const issuer = choosing.roster[0]!;
  Deno.bench(`${members}: choose three executors by rank`, { group: "choose" }, () => {
    chooseExecutors(choosing.roster, issuer, [1, size >> 1, size - 1]);
  });
}

// `deno bench bench/micro/`: the rank manager with few members and with many. Joining and choosing must not depend on
// how many there are; a departure costs what has to be told to those behind it.

import { chooseExecutors } from "../../src/ranks/choose_executors.ts";
import { newSeat, seatsOf } from "../../tests/support/seats_of.ts";

const SIZES = [100, 10_000, 100_000];

for (const size of SIZES) {
  const members = size.toLocaleString("en-US");

  Deno.bench(`${members}: seat everybody`, { group: "seat" }, () => {
    seatsOf(Array(size).keys());
  });

  const leaving = seatsOf(Array(size).keys()).ranks;
  let last = size;
  Deno.bench(`${members}: the last leaves, another joins`, { group: "last" }, () => {
    leaving.leave(leaving.roster.at(-1)!);
    leaving.append(newSeat(++last, 0));
    leaving.settle();
  });

  const promoting = seatsOf(Array(size).keys()).ranks;
  let newest = size;
  Deno.bench(
    `${members}: rank 0 leaves, everybody is promoted, another joins`,
    { group: "promotion" },
    () => {
      promoting.leave(promoting.roster[0]!);
      promoting.append(newSeat(++newest, 0));
      promoting.settle();
    },
  );

  const choosing = seatsOf(Array(size).keys()).ranks;
  const issuer = choosing.roster[0]!;
  Deno.bench(`${members}: choose three executors by rank`, { group: "choose" }, () => {
    chooseExecutors(choosing.roster, issuer, [1, size >> 1, size - 1]);
  });
}

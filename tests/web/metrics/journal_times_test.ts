// A shared journal is the same with its times measured.

import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import type { SharedJournal } from "../../../src/journal/engines/shared_journal.ts";
import { JournalTimes, timedJournal } from "../../../src/web/metrics/journal_times.ts";
import { FakeClock } from "../../support/fake_clock.ts";

type Record = Parameters<SharedJournal["append"]>[0];
const RECORD: Record = { kind: "leave", ticket: 1, n: 1 };

function made() {
  const clock = new FakeClock();
  const appends: PromiseWithResolvers<void>[] = [];
  const echoes: (() => void)[] = [];
  const journal = {
    isShared: true,
    position: 7,
    isSuspended: false,
    append() {
      const append = Promise.withResolvers<void>();
      appends.push(append);
      return append.promise;
    },
    whenEchoed: (callback: () => void) => void echoes.push(callback),
  } as unknown as SharedJournal & { position: number; isSuspended: boolean };
  const times = new JournalTimes();
  return { clock, appends, echoes, journal, times, timed: timedJournal(journal, times, clock) };
}

Deno.test("appends that are applied are measured, and those that are refused are counted", async () => {
  const { clock, appends, times, timed } = made();
  const first = timed.append(RECORD);
  const second = timed.append(RECORD);
  clock.advance(20);
  appends[0]!.resolve();
  await first;
  assertEquals([times.appends.sum, times.appendsRefused], [0.02, 0]);
  const refusal = new Error("no");
  appends[1]!.reject(refusal);
  assertStrictEquals(await assertRejects(() => second), refusal);
  assertEquals([times.appends.sum, times.appendsRefused], [0.02, 1]);
});

Deno.test("echoes are measured, and the callback is called", () => {
  const { clock, echoes, times, timed } = made();
  let called = 0;
  timed.whenEchoed(() => called++);
  clock.advance(500);
  assertEquals([called, times.echoes.sum], [0, 0]);
  echoes[0]!();
  assertEquals([called, times.echoes.sum], [1, 0.5]);
});

Deno.test("what the journal says is always current", () => {
  const { journal, timed } = made();
  assertEquals([timed.position, timed.isSuspended], [7, false]);
  journal.position = 8;
  journal.isSuspended = true;
  assertEquals([timed.position, timed.isSuspended], [8, true]);
});

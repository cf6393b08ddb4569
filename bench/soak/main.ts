// `deno task soak`: hours of comings and goings in as many minutes as it is given. Every minute everybody leaves, and
// what is left of them is measured; at the end that must be what it was after the first minute. Exit code 1 if not.

import { delay } from "@std/async";
import { join } from "node:path";
import { minutesNumber, readTaskLine, sayWhyNot, seedNumber } from "../../tools/task_line.ts";
import { churn, type Tally } from "./churn.ts";
import { connectBreakable } from "../../tests/attacks/connect.ts";
import { executable, type Facts, fromSources, type Subject } from "./subject.ts";
import { findLeaks, renderHead, renderMinute } from "./verdict.ts";

const CONFIG = `port = 0
max_clients = 40
[commands.uptime]
[session]
resume_grace_ms = 300
lease_max_ms = 500
overflow = "wait"
waiting_clients = 10
[limits]
line_bytes = 65_536
output_bytes = 4_096
outbox_bytes = 262_144
run_output_bytes = 65_536
run_timeout_ms = 1_000
`;
const ACTORS = 24;
const MINUTE_MS = 60_000;
const LEAVE_MS = 30_000;
const POLL_MS = 50;
/** Just before everybody leaves, for the figures of a busy server. */
const LOOK_BEFORE_MS = 500;

const SEEDS = 1_000_000;

const line = await readTaskLine({
  name: "soak",
  summary:
    `Let ${ACTORS} clients at a time come, work, misbehave, break off and come back, on a server from its ` +
    "sources, on one that speaks TLS, and on dist/rankserver, which `deno task compile` makes. Every minute everybody leaves, and a line " +
    "says what is left of them: memory, timers, descriptors, members.",
  numbers: [
    minutesNumber(10, "How long it takes; memory is held against what it was after the first minute."),
    seedNumber(
      SEEDS - 1,
      "What the clients do by chance; the same seed, the same lives. Another one each time without it.",
    ),
  ],
  flags: [],
  example: "deno task soak --minutes 2 --seed 42",
  failure: "something was left over, or there was more memory in use at the end",
}, Deno.args);
Deno.exit(
  line.ok ? await soak(line.numbers.minutes, line.numbers.seed ?? Date.now() % SEEDS) : sayWhyNot(line),
);

async function soak(minutes: number, seed: number): Promise<number> {
  console.log(`${minutes} minutes with --seed ${seed}, ${ACTORS} clients at a time on each server\n`);
  const folder = await Deno.makeTempDir({ prefix: "rank-soak-" });
  const config = join(folder, "server.toml");
  await Deno.writeTextFile(config, CONFIG);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  // Whoever only asks for help needs no openssl.
  const { Certificates } = await import("../../tests/tls/certificates.ts");
  const certificates = stack.use(await Certificates.make());
  const { cert, key } = await certificates.issue("server");
  const withTls = join(folder, "with_tls.toml");
  await Deno.writeTextFile(withTls, `${CONFIG}[tls]\ncert_file = "${cert}"\nkey_file = "${key}"\n`);
  const subjects = [
    stack.use(await fromSources(config)),
    stack.use(await fromSources(withTls, await Deno.readTextFile(certificates.ca))),
    stack.use(await executable(config, join(folder, "control"))),
  ];
  const before = await Promise.all(subjects.map(async (subject) => {
    // With the first client the runtime opens files of its own, and keeps them.
    await (await connectBreakable(subject.address)).close();
    return await subject.ask();
  }));
  const after: Facts[][] = subjects.map(() => []);
  console.log(renderHead());
  for (let minute = 1; minute <= minutes; minute++) {
    await Promise.all(subjects.map(async (subject, i) => {
      const tally = { lives: 0, commands: 0, runs: 0, resumed: 0, faults: 0 };
      const busy = await soakOneMinute(subject, seed + 1_000 * minute + 100 * i, tally);
      const left = await untilAllHaveLeft(subject, before[i]!);
      after[i]!.push(left);
      console.log(renderMinute(minute, subject.name, tally, busy, left));
    }));
  }
  const leaks = subjects.flatMap(({ name }, i) => findLeaks(name, before[i]!, after[i]!));
  console.log(leaks.length === 0 ? "\nLevel: nothing is left of anybody." : `\n${leaks.join("\n")}`);
  return leaks.length === 0 ? 0 : 1;
}

/** @returns the facts of the busy server, shortly before everybody leaves. */
async function soakOneMinute({ address, ask }: Subject, seed: number, tally: Tally): Promise<Facts> {
  const ending = new AbortController();
  const lives = churn(address, { actors: ACTORS, seed, tally, signal: ending.signal });
  await delay(MINUTE_MS - LOOK_BEFORE_MS);
  const busy = await ask();
  await delay(LOOK_BEFORE_MS);
  ending.abort();
  await lives;
  return busy;
}

/** Seats are kept and runs wait for a while after the last client has gone; then the facts are those of an idle server. */
async function untilAllHaveLeft(subject: Subject, before: Facts): Promise<Facts> {
  const giveUpAt = performance.now() + LEAVE_MS;
  for (;;) {
    const facts = await subject.ask();
    const isEmpty = facts.members + facts.runs + facts.connections === 0 &&
      facts.descriptors <= before.descriptors && (facts.timers ?? 0) <= (before.timers ?? 0);
    if (isEmpty || performance.now() > giveUpAt) return facts;
    await delay(POLL_MS);
  }
}

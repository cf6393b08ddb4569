// `deno task soak`: hours of comings and goings in as many minutes as it is given. Every minute everybody leaves, and
// what is left of them is measured; at the end that must be what it was after the first minute. Clients that stay are
// measured beside that. Exit code 1 if anything has grown.

import { delay } from "@std/async";
import { join } from "node:path";
import { EXIT_BY_SIGNAL, listenForStop } from "../../src/cli/shared/signals.ts";
import { minutesNumber, readTaskLine, sayWhyNot, seedNumber } from "../../tools/task_line.ts";
import { churn, type Tally } from "./churn.ts";
import { SoakedClients } from "./clients/soaked_clients.ts";
import { join as takeSeat } from "../../tests/attacks/connect.ts";
import { executables, SOURCES } from "../../tests/system/lead/world/programs.ts";
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
/** How long a minute takes, and how often the clients that stay are sampled. */
const PACE = { minuteMs: 60_000, sampleEveryMs: 2_000 };
const SHORT_PACE: typeof PACE = { minuteMs: 6_000, sampleEveryMs: 250 };
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
    "says what is left of them: memory, timers, descriptors, members. Clients under --lead with their guards, in a pipe and at a " +
    "terminal are kept busy all the time; a table at the end says what they used.",
  numbers: [
    minutesNumber(10, "How long it takes; memory is held against what it was after the first minute."),
    seedNumber(
      SEEDS - 1,
      "What the clients do by chance; the same seed, the same lives. Another one each time without it.",
    ),
  ],
  flags: [{
    name: "short",
    help:
      "Start, use and stop everything within a few seconds, without a verdict on the memory of the clients that stay.",
  }],
  example: "deno task soak --minutes 2 --seed 42",
  failure: "something was left over or ended early, or there was more memory in use at the end",
}, Deno.args);
Deno.exit(line.ok ? await soak(line) : sayWhyNot(line));

async function soak({ numbers, flags: { short: isShort } }: typeof line & { ok: true }): Promise<number> {
  const minutes = isShort ? 1 : numbers.minutes;
  const seed = numbers.seed ?? Date.now() % SEEDS;
  const length = isShort ? "A short form" : `${minutes} minutes`;
  console.log(`${length} with --seed ${seed}, ${ACTORS} clients at a time on each server\n`);
  await using stack = new AsyncDisposableStack();
  const stop = listenForStop();
  stack.defer(() => stop.release());
  const problems = soakAll(stack, minutes, seed, isShort);
  const ended = await Promise.race([problems, stop.first]);
  if (typeof ended === "string") return EXIT_BY_SIGNAL[ended];
  console.log(
    ended.length === 0 ? "\nLevel: nothing is left over, and nothing has grown." : `\n${ended.join("\n")}`,
  );
  return ended.length === 0 ? 0 : 1;
}

/** @returns a sentence for each thing that is not as it should be */
async function soakAll(
  stack: AsyncDisposableStack,
  minutes: number,
  seed: number,
  isShort: boolean,
): Promise<string[]> {
  const { minuteMs, sampleEveryMs } = isShort ? SHORT_PACE : PACE;
  const folder = await Deno.makeTempDir({ prefix: "rank-soak-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const compiled = await executables();
  const subjects = await startSubjects(stack, folder, compiled !== undefined);
  // With the first client, and some time after its start, the runtime opens files of its own, and keeps them.
  for (const { address } of subjects) await (await takeSeat(address)).close();
  const programs = compiled ?? SOURCES;
  const clients = stack.use(await SoakedClients.start({ programs, folder, seed, sampleEveryMs }));
  const before = await Promise.all(subjects.map((subject) => subject.ask()));
  const after: Facts[][] = subjects.map(() => []);
  console.log(renderHead());
  for (let minute = 1; minute <= minutes; minute++) {
    await Promise.all(subjects.map(async (subject, i) => {
      const tally = { lives: 0, commands: 0, runs: 0, resumed: 0, faults: 0 };
      const busy = await soakOneMinute(subject, minuteMs, seed + 1_000 * minute + 100 * i, tally);
      const left = await untilAllHaveLeft(subject, before[i]!);
      after[i]!.push(left);
      console.log(renderMinute(minute, subject.name, tally, busy, left));
    }));
  }
  const stayed = await clients.stop(isShort);
  console.log(`\n${stayed.table}`);
  const leaks = subjects.flatMap(({ name }, i) => findLeaks(name, before[i]!, after[i]!));
  return [...leaks, ...stayed.problems];
}

async function startSubjects(
  stack: AsyncDisposableStack,
  folder: string,
  hasExecutables: boolean,
): Promise<Subject[]> {
  const config = join(folder, "server.toml");
  await Deno.writeTextFile(config, CONFIG);
  // Whoever only asks for help needs no openssl.
  const { Certificates } = await import("../../tests/support/programs/certificates.ts");
  const certificates = stack.use(await Certificates.make());
  const { cert, key } = await certificates.issue("server");
  const withTls = join(folder, "with_tls.toml");
  await Deno.writeTextFile(withTls, `${CONFIG}[tls]\ncert_file = "${cert}"\nkey_file = "${key}"\n`);
  const subjects = [
    stack.use(await fromSources(config)),
    stack.use(await fromSources(withTls, await Deno.readTextFile(certificates.ca))),
  ];
  if (hasExecutables) {
    subjects.push(stack.use(await executable(config, join(folder, "control"), join(folder, "rank.sqlite"))));
  }
  return subjects;
}

/** @returns the facts of the busy server, shortly before everybody leaves. */
async function soakOneMinute(
  { address, ask }: Subject,
  minuteMs: number,
  seed: number,
  tally: Tally,
): Promise<Facts> {
  const ending = new AbortController();
  const lives = churn(address, { actors: ACTORS, seed, tally, signal: ending.signal });
  await delay(minuteMs - LOOK_BEFORE_MS);
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

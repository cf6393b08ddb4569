// A client in a pipe with `--json --stay`: feeds it lines all the time and counts its answers.

import { delay } from "@std/async";
import { unlessAborted } from "../../../src/time/unless_aborted.ts";
import { within } from "../../../tests/system/lead/world/within.ts";
import type { Random } from "../../../tests/support/random.ts";
import type { Program } from "../../../tests/support/programs/start_process.ts";
import { isAnswer, isAnswered, nextLine } from "./piped_lines.ts";
import { PipedProcess } from "./piped_process.ts";
import { type SoakedClient, TERM_CODE } from "./soaked_client.ts";
import { WatchedProcess } from "./watched_process.ts";

/** Between two writes: each is a chunk of its own to the client. */
const REST_MS = 30;
/** Lines in one write. */
const MAX_LINES = 3;
/** Often enough that the heap of a client that is fed very long lines stays large: one that swings hides a leak. */
const LONG = 0.05;
/** For the answers to what is still in the pipe: far longer than the client takes. */
const ANSWER_MS = 60_000;

const MEBI = 1_048_576;

export interface FedOptions {
  readonly name: string;
  /** With very long lines among the others. */
  readonly isLong: boolean;
  readonly random: Random;
}

export class FedClient implements SoakedClient {
  readonly processes: readonly WatchedProcess[];
  readonly #process: PipedProcess;
  readonly #name: string;
  readonly #long: number;
  readonly #random: Random;
  #length = 0;
  #fed = 0;
  #answered = 0;

  /** @param argv the client, its server and its name. */
  constructor(argv: Program, { name, isLong, random }: FedOptions) {
    this.#name = name;
    this.#long = isLong ? LONG : 0;
    this.#random = random;
    this.#process = new PipedProcess([...argv, "--json", "--stay"], (line) => {
      if (isAnswer(line)) this.#answered++;
    });
    const tally = () =>
      `${this.#fed} lines, ${(this.#length / MEBI).toFixed(0)} MiB, ${this.#answered} answers`;
    this.processes = [new WatchedProcess(name, this.#process.pid, tally)];
  }

  async work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#process.hasEnded) {
      const lines = Array.from(
        { length: 1 + this.#random.below(MAX_LINES) },
        () => nextLine(this.#random, this.#long),
      );
      const text = `${lines.join("\n")}\n`;
      this.#fed += lines.filter(isAnswered).length;
      this.#length += text.length;
      // If the client reads no more, its answers will be missing.
      await unlessAborted(this.#process.write(text), signal);
      await delay(REST_MS, { signal }).catch(() => {});
    }
  }

  async stop(): Promise<string[]> {
    const problems: string[] = [];
    await within(
      ANSWER_MS,
      "all lines are answered",
      () => this.#process.hasEnded || this.#answered >= this.#fed,
    )
      .catch(() => {/* Counted below. */});
    if (this.#process.hasEnded) {
      problems.push(`${this.#name}: ended early and said\n${this.#process.lastErrors}`);
    }
    if (this.#answered !== this.#fed) {
      problems.push(`${this.#name}: ${this.#answered} answers to ${this.#fed} lines`);
    }
    const code = await this.#process.stop();
    if (code !== TERM_CODE) problems.push(`${this.#name}: exit code ${code} instead of ${TERM_CODE}`);
    return problems;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }
}

// A client at a terminal: types commands, edits lines, pastes and resizes.

import { delay } from "@std/async";
import { Tmux } from "../../../tests/support/programs/tmux.ts";
import { childrenOf } from "../../../tests/system/lead/world/process_tree.ts";
import { within } from "../../../tests/system/lead/world/within.ts";
import type { Random } from "../../../tests/support/random.ts";
import type { SoakedClient } from "./soaked_client.ts";
import { WatchedProcess } from "./watched_process.ts";

const REST_MS = 200;
const START_MS = 15_000;

type Deed = (tmux: Tmux, random: Random) => Promise<void>;

const line = (text: string): Deed => async (tmux) => {
  await tmux.type(text);
  await tmux.press("Enter");
};

const DEEDS: readonly Deed[] = [
  line("uptime"),
  line("@3 show hello"),
  line("slow"),
  line("/who"),
  line("/help"),
  line("/watch on"),
  line("/watch off"),
  line("@0 uptime"),
  line("no such command"),
  async (tmux) => {
    await tmux.type("upt");
    await tmux.press("Tab");
    await tmux.press("Enter");
  },
  (tmux) => tmux.press("Up", "Up", "Enter"),
  async (tmux, random) => {
    await tmux.type("a line that is given up ".repeat(1 + random.below(20)));
    await tmux.press("Left", "BSpace", "C-a", "C-k");
  },
  (tmux) => tmux.paste("uptime\n/who\nuptime\n"),
  (tmux) => tmux.press("C-l"),
  (tmux, random) => tmux.resize(40 + random.below(80), 24),
];

export class TerminalClient implements SoakedClient {
  readonly processes: readonly WatchedProcess[];
  readonly #tmux: Tmux;
  readonly #random: Random;
  #deeds = 0;

  private constructor(tmux: Tmux, pid: number, random: Random) {
    this.#tmux = tmux;
    this.#random = random;
    this.processes = [new WatchedProcess("terminal", pid, () => `${this.#deeds} times typed`)];
  }

  /** @param argv the client, its server and its name. */
  static async start(argv: readonly string[], random: Random): Promise<TerminalClient> {
    const tmux = await Tmux.start(argv);
    try {
      await tmux.until((rows) => /^rank \d+ of \d+>$/.test(rows.at(-1)!));
      const shell = await tmux.shellPid();
      const pid = await within(START_MS, "the client at the terminal runs", () => childrenOf(shell)[0]);
      return new TerminalClient(tmux, pid, random);
    } catch (error) {
      await tmux[Symbol.asyncDispose]();
      throw error;
    }
  }

  async work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await DEEDS[this.#random.below(DEEDS.length)]!(this.#tmux, this.#random);
      this.#deeds++;
      await delay(REST_MS, { signal }).catch(() => {});
    }
  }

  async stop(): Promise<string[]> {
    await this.#tmux.press("C-e", "C-u");
    await line("/quit")(this.#tmux, this.#random);
    const isOver = (rows: readonly string[]) => rows.some((row) => row.startsWith("exit "));
    try {
      const rows = await this.#tmux.until(isOver);
      return rows.includes("exit 0") ? [] : [`terminal: ended with\n${rows.join("\n")}`];
    } catch (error) {
      return [`terminal: does not leave: ${error}`];
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux[Symbol.asyncDispose]();
  }
}

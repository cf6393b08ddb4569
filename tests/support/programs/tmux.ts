// A real terminal for a program: a tmux server of its own, with keys sent in and the screen read back. What else tmux
// runs on this machine is not touched, and nothing of it is left.

import { delay } from "@std/async";

const POLL_MS = 20;
/** Far longer than a program takes to answer a key: only a failing test waits for it. */
const PATIENCE_MS = 20_000;

/** For `ignore` of a test; says aloud what is missing. */
export function isTmuxMissing(): boolean {
  try {
    new Deno.Command("tmux", { args: ["-V"], stdout: "null", stderr: "null" }).outputSync();
    return false;
  } catch {
    console.log("tmux is not installed: the tests that drive a real terminal are ignored");
    return true;
  }
}

export interface TmuxOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export class Tmux implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Starts a program in a terminal of its own. When it ends, "exit CODE" and how it left the terminal (as `stty -a`
   * says it) are on the screen.
   */
  static async start(argv: readonly string[], options: TmuxOptions = {}): Promise<Tmux> {
    const { columns = 80, rows = 24, env = {} } = options;
    const tmux = new Tmux(await Deno.makeTempDir({ prefix: "rank-tmux-" }));
    // No colours chosen by whoever runs the tests.
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const words = ["env", "-u", "NO_COLOR", "-u", "FORCE_COLOR", ...variables, ...argv];
    const program = `${words.map(quoted).join(" ")}; printf 'exit %s\\n' "$?"; stty -a; exec cat`;
    await tmux.#run(["-f", "/dev/null", "new-session", "-d", "-x", `${columns}`, "-y", `${rows}`, program]);
    return tmux;
  }

  /** Types text as it is. */
  async type(text: string): Promise<void> {
    await this.#run(["send-keys", "-l", "--", text]);
  }

  /** Presses keys by tmux's names: Enter, Tab, Up, C-c. */
  async press(...keys: string[]): Promise<void> {
    await this.#run(["send-keys", ...keys]);
  }

  /** Pastes text in one piece; a line end in it is Enter. @param flags "-p": marked as a paste, where that is wanted. */
  async paste(text: string, ...flags: "-p"[]): Promise<void> {
    await this.#run(["set-buffer", "--", text]);
    await this.#run(["paste-buffer", ...flags]);
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#run(["resize-window", "-x", `${columns}`, "-y", `${rows}`]);
  }

  /** The rows on the screen, those that scrolled out first, without empty ones at the end. */
  async rows(): Promise<string[]> {
    const captured = await this.#run(["capture-pane", "-p", "-S", "-"]);
    return captured.trimEnd().split("\n").map((row) => row.trimEnd());
  }

  /** The screen with its colours as escapes. */
  styled(): Promise<string> {
    return this.#run(["capture-pane", "-p", "-e"]);
  }

  /** Resolves with the rows once they satisfy the condition; throws with them when they do not in good time. */
  async until(isMet: (rows: readonly string[]) => boolean): Promise<string[]> {
    const giveUpAt = performance.now() + PATIENCE_MS;
    for (;;) {
      const rows = await this.rows();
      if (isMet(rows)) return rows;
      if (performance.now() > giveUpAt) {
        throw new Error(`The screen never came to be as expected:\n${rows.join("\n")}`);
      }
      await delay(POLL_MS);
    }
  }

  /** Resolves once the last row is this one. */
  untilLast(row: string): Promise<string[]> {
    return this.until((rows) => rows.at(-1) === row);
  }

  /** The shell whose child the program is. */
  async shellPid(): Promise<number> {
    return Number(await this.#run(["display-message", "-p", "#{pane_pid}"]));
  }

  /** Ends the program, the terminal and its server. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#run(["kill-server"]);
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #run(args: string[]): Promise<string> {
    const command = new Deno.Command("tmux", { args: ["-S", `${this.#folder}/socket`, ...args] });
    const { success, stdout, stderr } = await command.output();
    const decoder = new TextDecoder();
    if (!success) throw new Error(`tmux ${args[0]} failed: ${decoder.decode(stderr)}`);
    return decoder.decode(stdout);
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

// A shell at a real terminal with the completions of both programs loaded as the documents say, and with HOME in a
// directory of its own.

import { join } from "node:path";
import { fromSource } from "../../support/programs/server_process.ts";
import { Tmux } from "../../support/programs/tmux.ts";

export type TestedShell = "bash" | "zsh" | "fish";

const PROMPT = "> ";

interface Startup {
  /** The file in HOME that the shell reads, and what is in it. */
  readonly file: string;
  readonly lines: readonly string[];
  readonly argv: readonly string[];
}

const STARTUPS: Readonly<Record<TestedShell, Startup>> = {
  bash: {
    file: ".bashrc",
    lines: [
      `PS1='${PROMPT}'`,
      "source <(rankserver completion bash)",
      "source <(rankclient completion bash)",
    ],
    argv: ["bash"],
  },
  zsh: {
    file: ".zshrc",
    lines: [
      `PROMPT='${PROMPT}'`,
      "autoload -U compinit && compinit -u",
      "source <(rankserver completion zsh)",
      "source <(rankclient completion zsh)",
    ],
    argv: ["zsh", "-d"],
  },
  fish: {
    file: ".config/fish/config.fish",
    lines: [
      // What it suggests while a line is typed must not be taken for what Tab completes.
      "set -g fish_autosuggestion_enabled 0",
      "set -g fish_greeting",
      `function fish_prompt; echo -n '${PROMPT}'; end`,
      "rankserver completion fish | source",
      "rankclient completion fish | source",
    ],
    argv: ["fish"],
  },
};

/** For `ignore` of a test; says why. */
export function isShellMissing(shell: TestedShell): boolean {
  try {
    new Deno.Command(shell, { args: ["-c", "exit"], stdout: "null", stderr: "null" }).outputSync();
    return false;
  } catch {
    console.log(`${shell} is missing: the test of its completions is ignored`);
    return true;
  }
}

export class ShellSession implements AsyncDisposable {
  readonly #tmux: Tmux;

  private constructor(tmux: Tmux) {
    this.#tmux = tmux;
  }

  /** Starts the shell in `folder`, which is also its HOME. */
  static async start(shell: TestedShell, folder: string): Promise<ShellSession> {
    const { file, lines, argv } = STARTUPS[shell];
    const bin = join(folder, "bin");
    await Deno.mkdir(bin, { recursive: true });
    for (const [name, program] of [["rankserver", "server"], ["rankclient", "client"]] as const) {
      const words = fromSource(program).map((word) => `'${word}'`).join(" ");
      await Deno.writeTextFile(join(bin, name), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
    }
    await Deno.mkdir(join(folder, file, ".."), { recursive: true });
    await Deno.writeTextFile(join(folder, file), `${["cd ~", ...lines].join("\n")}\n`);
    const env = { HOME: folder, ZDOTDIR: folder, XDG_CONFIG_HOME: join(folder, ".config"), NO_COLOR: "1" };
    // What the programs from source need, which begin in the HOME of the user.
    const cache = Deno.env.get("DENO_DIR") ?? join(Deno.env.get("HOME") ?? "/", ".cache", "deno");
    const path = `${bin}:${Deno.env.get("PATH")}`;
    const tmux = await Tmux.start(argv, {
      columns: 140,
      env: { ...env, DENO_DIR: cache, PATH: path, TERM: "tmux-256color" },
    });
    const session = new ShellSession(tmux);
    await tmux.until((rows) => rows.at(-1) === PROMPT.trim());
    return session;
  }

  /** Types a line and Tab. Resolves once the line is as expected, and clears it; throws with the screen otherwise. */
  async complete(typed: string, expected: RegExp): Promise<void> {
    await this.#tmux.type(typed);
    await this.#tmux.press("Tab");
    await this.#tmux.until((rows) => lineOf(rows).match(expected)?.[0] === lineOf(rows));
    await this.#clear();
  }

  /** Types a line, Tab, and a letter. Resolves with the screen when Tab has changed nothing in the line. */
  async completeNothing(typed: string): Promise<readonly string[]> {
    await this.#tmux.type(typed);
    await this.#tmux.press("Tab");
    await this.#tmux.type("Z");
    const rows = await this.#tmux.until((rows) => lineOf(rows) === `${typed}Z`);
    await this.#clear();
    return rows;
  }

  async #clear(): Promise<void> {
    await this.#tmux.press("C-u");
    await this.#tmux.until((rows) => rows.at(-1) === PROMPT.trim());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux[Symbol.asyncDispose]();
  }
}

/** What is typed, without the prompt: in the last row that has one. */
function lineOf(rows: readonly string[]): string {
  return rows.findLast((row) => row.startsWith(PROMPT))?.slice(PROMPT.length) ?? "";
}

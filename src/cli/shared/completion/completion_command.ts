// Runs `rankserver completion SHELL` and `rankclient completion SHELL`: prints the script for that shell.

import type { FlagSpec } from "../../../config/reader/mod.ts";
import { type HelpPage, parseFlags, printAnswer, printHelp } from "../mod.ts";
import { bashScript } from "./bash.ts";
import { type CompletedCommand, completedFlags, type CompletedProgram } from "./completed_program.ts";
import { fishScript } from "./fish.ts";
import { powerShellScript } from "./power_shell.ts";
import { isShell, type Shell, SHELLS } from "./shells.ts";
import { zshScript } from "./zsh.ts";

const FLAGS = [
  { name: "help", alias: "h", help: "Print this help and exit." },
] as const satisfies readonly FlagSpec[];

const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** For the completions themselves. */
export const COMPLETION_COMMAND: CompletedCommand = {
  name: "completion",
  help: "Print a script that completes command lines in a shell",
  flags: completedFlags(FLAGS),
  words: SHELLS,
};

/** The result ends with a newline. */
export function completionScript(shell: Shell, program: CompletedProgram): string {
  switch (shell) {
    case "bash":
      return bashScript(program);
    case "zsh":
      return zshScript(program);
    case "fish":
      return fishScript(program);
    case "powershell":
      return powerShellScript(program);
  }
}

/** @param args the words after `completion`. @returns the exit code */
export async function completionCommand(
  program: CompletedProgram,
  args: readonly string[],
): Promise<number> {
  const { name } = program;
  const parsed = parseFlags(FLAGS, args);
  if (!parsed.ok) return refuse(name, parsed.message);
  if (parsed.values.help) return await printHelp(helpPage(name), EXIT);
  const [shell, surplus] = [...parsed.positionals, ...parsed.afterDashes];
  if (shell === undefined) return refuse(name, `Missing argument: SHELL (${CHOICES})`);
  if (!isShell(shell)) return refuse(name, `Unknown shell "${shell}"; use ${CHOICES}`);
  if (surplus !== undefined) return refuse(name, `Unexpected argument "${surplus}"`);
  return printAnswer(completionScript(shell, program).trimEnd(), EXIT);
}

const CHOICES = `${SHELLS.slice(0, -1).join(", ")} or ${SHELLS.at(-1)}`;

function helpPage(name: string): HelpPage {
  return {
    summary:
      `Prints a script with which the shell completes the flags, values, files and commands of ${name}. The Debian ` +
      "package installs it; otherwise, load it in the startup file of the shell.",
    usage: [[`${name} completion SHELL`, `SHELL is ${CHOICES}`]],
    flags: FLAGS,
    settings: [],
    examples: [
      [`source <(${name} completion bash)`, "in ~/.bashrc"],
      [`source <(${name} completion zsh)`, "in ~/.zshrc, after compinit"],
      [`${name} completion fish | source`, "in ~/.config/fish/config.fish"],
      [`${name} completion powershell | Out-String | Invoke-Expression`, "in $PROFILE"],
    ],
    exitCodes: [
      [EXIT.ok, "success"],
      [EXIT.failed, "the output could not be written"],
      [EXIT.usage, "a flag or an argument is invalid"],
    ],
    documents: [["docs/command-line.md", "what the scripts complete, and how to load them"]],
  };
}

function refuse(name: string, message: string): number {
  console.error(`${message}\nRun ${name} completion --help for examples`);
  return EXIT.usage;
}

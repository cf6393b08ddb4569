// The completions for bash. They need neither the package bash-completion nor a bash later than 3.2, which macOS has.

import type { CompletedCommand, CompletedFlag, CompletedProgram, Values } from "./completed_program.ts";
import { headLines, shellQuoted } from "./shells.ts";

/** The result ends with a newline. */
export function bashScript(program: CompletedProgram): string {
  const { name, commands } = program;
  return [
    ...headLines(name, "bash", `In ~/.bashrc: source <(${name} completion bash)`),
    "",
    ...HELPERS.map((line) => line.replaceAll("PROGRAM", name)),
    "",
    `_${name}() {`,
    "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=",
    '  # Readline makes three words of "--flag=value".',
    "  if [[ $cur == = ]]; then",
    "    cur=",
    "  elif [[ $prev == = ]]; then",
    "    prev=${COMP_WORDS[COMP_CWORD - 2]}",
    "  fi",
    "  COMPREPLY=()",
    "  ((COMP_CWORD > 1)) && command=${COMP_WORDS[1]}",
    "  case $command in",
    ...commands.flatMap((command) => [
      `    ${command.name})`,
      ...indent(commandLines(name, command), "      "),
      "      return",
      "      ;;",
    ]),
    "  esac",
    ...indent(requestLines(program), "  "),
    ...indent(flagLines(name, program.flags), "  "),
    "  if ((COMP_CWORD == 1)); then",
    ...indent(offerLines(name, commands.map((command) => command.name)), "    "),
    "  fi",
    ...indent(offerLines(name, program.words), "  "),
    "}",
    `complete -F _${name} ${name}`,
    "",
  ].join("\n");
}

const HELPERS = [
  "# Offers those of the words that begin with what was typed.",
  "_PROGRAM_words() {",
  "  local word",
  '  for word in "$@"; do',
  '    [[ $word == "$cur"* ]] && COMPREPLY+=("$word")',
  "  done",
  "}",
  "",
  "# Offers files, programs (command) or hosts (hostname).",
  "_PROGRAM_names() {",
  "  local word",
  "  if [[ $1 == file ]] && compopt -o default 2>/dev/null; then return; fi",
  "  while IFS= read -r word; do",
  '    COMPREPLY+=("$word")',
  '  done < <(compgen -A "$1" -- "$cur" | sort -u)',
  "}",
];

function commandLines(program: string, { flags, words }: CompletedCommand): string[] {
  return [...flagLines(program, flags), ...offerLines(program, words)];
}

/** Returns from the function if the word is a flag, or the value of one. */
function flagLines(program: string, flags: readonly CompletedFlag[]): string[] {
  const valued = flags.filter(({ value }) => value !== undefined);
  const branches = Map.groupBy(valued, ({ values }) => offerLines(program, values).join("\n"));
  const cases = [...branches].flatMap(([lines, group]) => [
    `  ${group.map(({ name }) => name).join(" | ")})`,
    ...(lines === "" ? [] : indent(lines.split("\n"), "    ")),
    "    return",
    "    ;;",
  ]);
  return [
    ...(cases.length === 0 ? [] : ["case $prev in", ...cases, "esac"]),
    "if [[ $cur == -* ]]; then",
    ...indent(
      offerLines(program, flags.flatMap(({ name, alias }) => alias === undefined ? [name] : [name, alias])),
      "  ",
    ),
    "  return",
    "fi",
  ];
}

function offerLines(program: string, values: Values): string[] {
  if (values === "any" || values === "server commands") return [];
  if (values === "file") return [`_${program}_names file`];
  if (values === "host") return [`_${program}_names hostname`];
  if (values === "program") return [`_${program}_names command`];
  return [`_${program}_words ${values.map(shellQuoted).join(" ")}`];
}

/** After `--`, a program; after `--via PATH`, a request, and after `run` a command of the running server. */
function requestLines({ name, requests }: CompletedProgram): string[] {
  if (requests.length === 0) return [];
  const names = requests.map((request) => request.name);
  return [
    "local i via= request=",
    "for ((i = 1; i < COMP_CWORD; i++)); do",
    "  case ${COMP_WORDS[i]} in",
    "    --via)",
    "      via=${COMP_WORDS[i + 1]}",
    "      [[ $via == = ]] && via=${COMP_WORDS[i + 2]}",
    "      ;;",
    `    ${names.join(" | ")})`,
    "      [[ -n $via && -z $request ]] && request=${COMP_WORDS[i]} && continue",
    "      [[ -n $request ]] && return",
    "      ;;",
    "    @* | --dry-run) ;;",
    "    --)",
    "      [[ -n $request ]] && continue",
    "      if ((COMP_CWORD == i + 1)); then",
    `        _${name}_names command`,
    "      else",
    `        _${name}_names file`,
    "      fi",
    "      return",
    "      ;;",
    "    *)",
    '      # The command of run has been typed; "@1" is two words.',
    "      [[ -n $request && ${COMP_WORDS[i - 1]} != @ ]] && return",
    "      ;;",
    "  esac",
    "done",
    "if [[ -n $request ]]; then",
    "  [[ $request == run ]] || return",
    "  via=${via//\\\\/}",
    "  local word",
    "  while IFS=$'\\t' read -r word _; do",
    `    _${name}_words "$word"`,
    `  done < <(${name} completion commands "\${via/#\\~/$HOME}" 2>/dev/null)`,
    "  return",
    "fi",
    `if [[ -n $via && $cur != -* && $prev != --via ]]; then`,
    ...indent(offerLines(name, names), "  "),
    "  return",
    "fi",
  ];
}

function indent(lines: readonly string[], by: string): string[] {
  return lines.map((line) => `${by}${line}`);
}

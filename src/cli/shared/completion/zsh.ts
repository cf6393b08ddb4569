// The completions for zsh: a function of its completion system, to be loaded from a directory of $fpath or with source.

import type { CompletedCommand, CompletedFlag, CompletedProgram, Values } from "./completed_program.ts";
import { headLines, shellQuoted } from "./shells.ts";

/** The result ends with a newline. */
export function zshScript(program: CompletedProgram): string {
  const { name, flags, commands, requests } = program;
  const first = commands.length === 0 ? "any" : `_${name}_first`;
  return [
    `#compdef ${name}`,
    ...headLines(name, "zsh", `In ~/.zshrc, after compinit: source <(${name} completion zsh)`),
    "",
    ...describeLines(`_${name}_commands`, "command", commands),
    "",
    `_${name}_first() {`,
    `  _alternative 'commands:command:_${name}_commands'${
      program.words === "host" ? " 'hosts:host:_hosts'" : ""
    }`,
    "}",
    "",
    ...requestFunctions(program),
    `_${name}() {`,
    '  local curcontext="$curcontext" state line',
    "  typeset -A opt_args",
    "  local -a flags=(",
    ...flags.flatMap(flagSpecs).map((spec) => `    ${spec}`),
    "  )",
    "  if ((CURRENT > 2)); then",
    "    case $words[2] in",
    ...commands.flatMap((command) => [
      `      ${command.name})`,
      "        shift words",
      "        ((CURRENT--))",
      ...argumentLines(command.flags, [`*:argument:${action(command.words)}`], "        "),
      "        return",
      "        ;;",
    ]),
    "    esac",
    "  fi",
    ...(requests.length === 0 ? [] : requestLines(program)),
    `  _arguments -S $flags '1:argument:${first}'`,
    "}",
    "",
    "# Loaded from a directory, the file is the body of the function.",
    `if [[ $funcstack[1] == _${name} ]]; then`,
    `  _${name} "$@"`,
    "else",
    `  compdef _${name} ${name}`,
    "fi",
    "",
  ].join("\n");
}

function describeLines(name: string, what: string, commands: readonly CompletedCommand[]): string[] {
  return [
    `${name}() {`,
    "  local -a offered=(",
    ...commands.map((command) => `    ${shellQuoted(`${command.name}:${command.help}`)}`),
    "  )",
    `  _describe -t ${what}s ${what} offered`,
    "}",
  ];
}

function argumentLines(flags: readonly CompletedFlag[], words: readonly string[], by: string): string[] {
  const specs = [...flags.flatMap(flagSpecs), ...words.map(shellQuoted)];
  return [
    `${by}_arguments -S \\`,
    ...specs.map((spec, at) => `${by}  ${spec}${at < specs.length - 1 ? " \\" : ""}`),
  ];
}

function flagSpecs({ name, alias, value, values, help }: CompletedFlag): string[] {
  const shown = help.replace(/[[\]\\]/g, "\\$&");
  if (value !== undefined) {
    return [shellQuoted(`${name}=[${shown}]:${value.replaceAll(":", "\\:")}:${action(values)}`)];
  }
  if (alias === undefined) return [shellQuoted(`${name}[${shown}]`)];
  return [name, alias].map((one) => shellQuoted(`(${alias} ${name})${one}[${shown}]`));
}

function action(values: Values): string {
  switch (values) {
    case "file":
      return "_files";
    case "host":
      return "_hosts";
    case "program":
      return "_command_names -e";
    case "any":
    case "server commands":
      return " ";
    default:
      return `(${values.join(" ")})`;
  }
}

function requestFunctions({ name, requests }: CompletedProgram): string[] {
  if (requests.length === 0) return [];
  return [
    ...describeLines(`_${name}_requests`, "request", requests),
    "",
    "# The commands of the running server, through the client whose control socket is $1.",
    `_${name}_server_commands() {`,
    "  local -a offered",
    `  offered=(\${\${(f)"$(${name} completion commands "\${\${(Q)1}/#\\~/$HOME}" 2>/dev/null)"}/$'\\t'/:})`,
    "  _describe -t commands command offered",
    "}",
    "",
  ];
}

/** After `--`, a program; after `--via PATH`, a request, and after `run` a command of the running server. */
function requestLines({ name, requests }: CompletedProgram): string[] {
  return [
    "  local via= request= i",
    "  for ((i = 2; i < CURRENT; i++)); do",
    "    case $words[i] in",
    "      --via=*) via=${words[i]#--via=} ;;",
    "      --via) via=$words[i+1] ;;",
    "      --)",
    "        [[ -n $request ]] && continue",
    "        shift $i words",
    "        ((CURRENT -= i))",
    "        _normal",
    "        return",
    "        ;;",
    "      *)",
    "        if [[ -n $request ]]; then",
    "          # The command of run has been typed.",
    "          [[ $words[i] == (@*|--dry-run) ]] || return 1",
    `        elif [[ -n $via && $words[i] == (${requests.map((request) => request.name).join("|")}) ]]; then`,
    "          request=$words[i]",
    "        fi",
    "        ;;",
    "    esac",
    "  done",
    "  if [[ $request == run ]]; then",
    `    _${name}_server_commands "$via"`,
    "    return",
    "  elif [[ -n $request ]]; then",
    "    return 1",
    "  elif [[ -n $via && $words[CURRENT-1] != --via ]]; then",
    `    _arguments -S $flags '1:request:_${name}_requests'`,
    "    return",
    "  fi",
  ];
}

// The completions for fish.

import type { CompletedCommand, CompletedFlag, CompletedProgram, Values } from "./completed_program.ts";
import { headLines } from "./shells.ts";

/** The result ends with a newline. */
export function fishScript(program: CompletedProgram): string {
  const { name, flags, commands, requests } = program;
  const head = `complete -c ${name}`;
  const isCommand = `__fish_seen_subcommand_from ${commands.map((command) => command.name).join(" ")}`;
  return [
    ...headLines(name, "fish", `In ~/.config/fish/config.fish: ${name} completion fish | source`),
    "",
    ...(requests.length === 0 ? [] : requestLines(program)),
    `${head} -f`,
    ...flags.map((flag) => `${head} -n 'not ${isCommand}' ${flagWords(flag)}`),
    ...(program.words === "host" ? [`${head} -n __fish_use_subcommand ${valueWords("host")}`] : []),
    ...commands.flatMap((command) => commandLines(head, command)),
    "",
  ].join("\n");
}

function commandLines(head: string, { name, help, flags, words }: CompletedCommand): string[] {
  const inside = `${head} -n '__fish_seen_subcommand_from ${name}'`;
  return [
    `${head} -n __fish_use_subcommand -a ${name} -d ${fishQuoted(help)}`,
    ...flags.map((flag) => `${inside} ${flagWords(flag)}`),
    ...(words === "any" ? [] : [`${inside} ${valueWords(words)}`]),
  ];
}

function flagWords({ name, alias, value, values, help }: CompletedFlag): string {
  const long = `${alias === undefined ? "" : `-s ${alias.slice(1)} `}-l ${name.slice(2)}`;
  const values_ = value === undefined
    ? ""
    : values === "file"
    ? " -r -F"
    : ` -x ${valueWords(values)}`.trimEnd();
  return `${long}${values_} -d ${fishQuoted(help)}`;
}

function valueWords(values: Values): string {
  switch (values) {
    case "file":
      return "-F";
    case "host":
      return "-a 'localhost (__fish_print_hostnames)'";
    case "program":
      return "-a '(__fish_complete_command)'";
    case "any":
    case "server commands":
      return "";
    default:
      return `-a ${fishQuoted(values.join(" "))}`;
  }
}

/** After `--`, a program; after `--via PATH`, a request, and after `run` a command of the running server. */
function requestLines({ name, requests }: CompletedProgram): string[] {
  return [
    `# The words before the one that is typed; "--via=PATH" is two.`,
    `function __${name}_words`,
    `    commandline -opc | string replace -r '^(--via)=' '$1\\n'`,
    "end",
    "",
    "# The path after --via, once it is complete.",
    `function __${name}_via`,
    `    set -l words (__${name}_words)`,
    "    set -l at (contains -i -- --via $words); or return 1",
    "    test (count $words) -gt $at; or return 1",
    "    string replace -r '^~' $HOME -- $words[(math $at + 1)]",
    "    return 0",
    "end",
    "",
    `# Whether the next word is a "request", or the "command" of run.`,
    `function __${name}_next`,
    `    __${name}_via >/dev/null; or return 1`,
    "    set -l request",
    `    for word in (__${name}_words)`,
    '        if test -n "$request"',
    "            string match -qr '^(@|--)' -- $word; or return 1",
    `        else if contains -- $word ${requests.map((request) => request.name).join(" ")}`,
    "            set request $word",
    "        end",
    "    end",
    '    test "$argv[1]$request" = request -o "$argv[1]$request" = commandrun',
    "end",
    "",
    `function __${name}_server_commands`,
    `    ${name} completion commands (__${name}_via) 2>/dev/null`,
    "end",
    "",
    ...requests.map((request) =>
      `complete -c ${name} -n '__${name}_next request' -a ${request.name} -d ${fishQuoted(request.help)}`
    ),
    `complete -c ${name} -n '__${name}_next command' -a '(__${name}_server_commands)'`,
    `complete -c ${name} -n 'contains -- -- (commandline -opc)' -F -a '(__fish_complete_command)'`,
  ];
}

function fishQuoted(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}

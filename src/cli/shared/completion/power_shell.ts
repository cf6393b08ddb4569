// The completions for PowerShell, 5.1 and later. Where they offer nothing, PowerShell offers files.

import type { CompletedCommand, CompletedFlag, CompletedProgram, Values } from "./completed_program.ts";
import { headLines } from "./shells.ts";

/** The result ends with a newline. */
export function powerShellScript(program: CompletedProgram): string {
  const { name, commands, requests } = program;
  const first = commands.map((command): Offer => [command.name, command.help]);
  return [
    ...headLines(
      name,
      "powershell",
      `In $PROFILE: ${name} completion powershell | Out-String | Invoke-Expression`,
    ),
    `Register-ArgumentCompleter -Native -CommandName ${psQuoted(name)} -ScriptBlock {`,
    "    param($wordToComplete, $commandAst, $cursorPosition)",
    "    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |",
    "        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text })",
    "    $previous = if ($words.Count -gt 0) { $words[-1] } else { '' }",
    "    $offered = [ordered]@{}",
    "    $flags = [ordered]@{}",
    "    $values = @{}",
    "    switch -CaseSensitive ($words | Select-Object -First 1) {",
    ...commands.flatMap((command) => [
      `        ${psQuoted(command.name)} {`,
      ...indent(commandLines(command), "            "),
      "        }",
    ]),
    "        default {",
    ...indent(
      tableLines("flags", program.flags.map(({ name, help }): Offer => [name, help])),
      "            ",
    ),
    ...indent(valueLines(program.flags), "            "),
    "            if ($words.Count -eq 0) {",
    ...indent(tableLines("offered", first), "                "),
    "            }",
    "        }",
    "    }",
    ...(requests.length === 0 ? [] : indent(requestLines(program), "    ")),
    "    if ($values.ContainsKey($previous)) {",
    "        $offered = [ordered]@{}",
    "        foreach ($value in $values[$previous]) { $offered[$value] = $value }",
    "    } elseif ($wordToComplete.StartsWith('-')) {",
    "        $offered = $flags",
    "    }",
    "    foreach ($text in $offered.Keys) {",
    "        if ($text.StartsWith($wordToComplete)) {",
    "            [System.Management.Automation.CompletionResult]::new($text, $text, 'ParameterValue', $offered[$text])",
    "        }",
    "    }",
    "}",
    "",
  ].join("\n");
}

type Offer = readonly [word: string, help: string];

function commandLines({ flags, words }: CompletedCommand): string[] {
  const offers = typeof words === "string" ? [] : words.map((word): Offer => [word, word]);
  return [
    ...tableLines("flags", flags.map(({ name, help }): Offer => [name, help])),
    ...valueLines(flags),
    ...tableLines("offered", offers),
  ];
}

function tableLines(variable: string, offers: readonly Offer[]): string[] {
  if (offers.length === 0) return [];
  return [
    `$${variable} = [ordered]@{`,
    ...offers.map(([word, help]) => `    ${psQuoted(word)} = ${psQuoted(help)}`),
    "}",
  ];
}

/** Of the flags that take a value; an empty list leaves the value to PowerShell. */
function valueLines(flags: readonly CompletedFlag[]): string[] {
  const valued = flags.filter(({ value }) => value !== undefined);
  if (valued.length === 0) return [];
  return [
    "$values = @{",
    ...valued.map(({ name, values }) => `    ${psQuoted(name)} = ${psList(values)}`),
    "}",
  ];
}

function psList(values: Values): string {
  return typeof values === "string" ? "@()" : `@(${values.map(psQuoted).join(", ")})`;
}

/** After `--via PATH`, a request, and after `run` a command of the running server. */
function requestLines({ name, requests }: CompletedProgram): string[] {
  return [
    "$via = [array]::IndexOf($words, '--via')",
    "if ($via -ge 0 -and $words.Count -gt $via + 1) {",
    "    $rest = @($words | Select-Object -Skip ($via + 2) | Where-Object { $_ -notmatch '^(@|--)' })",
    ...indent(
      tableLines("offered", requests.map((request): Offer => [request.name, request.help])),
      "    ",
    ),
    "    if ($rest.Count -gt 0) { $offered = [ordered]@{} }",
    "    if ($rest.Count -eq 1 -and $rest[0] -ceq 'run') {",
    `        foreach ($line in @(${name} completion commands $words[$via + 1] 2>$null)) {`,
    '            $text, $help = $line -split "`t", 2',
    "            $offered[$text] = if ($help) { $help } else { $text }",
    "        }",
    "    }",
    "}",
  ];
}

function psQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function indent(lines: readonly string[], by: string): string[] {
  return lines.map((line) => `${by}${line}`);
}

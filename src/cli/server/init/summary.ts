// What `rankserver init` prints after it has written the files: what each is, and the commands to run next, exactly.

import { quoted } from "../../shared/mod.ts";
import type { NextStep, Surroundings, Use } from "./use.ts";

export interface Written {
  readonly use: Use;
  /** As on the command line. */
  readonly directory: string;
  readonly surroundings: Surroundings;
  /** Of the server's certificate, if there is one. */
  readonly expires: Date | undefined;
}

export function summaryOf({ use, directory, surroundings, expires }: Written): string {
  const path = (name: string) => quoted(below(directory, name));
  const config = path("server.toml");
  const steps: NextStep[] = [
    { comment: "Check the configuration", command: `rankserver --config ${config} --check` },
    { comment: "Start the server", command: `rankserver --config ${config}` },
    ...use.nextSteps(path, surroundings),
  ];
  return [
    `Wrote to ${directory === "." ? "the working directory" : directory}:`,
    ...table(fileRows(use, expires)),
    "",
    "Run these commands next, each in its own terminal:",
    ...steps.flatMap(({ comment, command }) => ["", `  # ${comment}`, `  ${command}`]),
  ].join("\n");
}

type Row = readonly [name: string, meaning: string];

function fileRows({ clients }: Use, expires: Date | undefined): Row[] {
  const forClient = expires === undefined ? "configuration and token" : "configuration, token and authority";
  return [
    ["server.toml", "configuration of the server"],
    ["tokens.toml", "hashes and rights of the tokens"],
    ...clients.map(({ name }): Row => [
      `clients/${name}/`,
      `${forClient} of ${name}: copy it to its machine`,
    ]),
    ...expires === undefined ? [] : [
      [
        "server.pem, server.key",
        `certificate of the server, valid until ${day(expires)}, and its key`,
      ] as const,
      ["authority/", "the authority and its key: move it to a safe place offline, for renewals"] as const,
    ],
  ];
}

function table(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, meaning]) => `  ${name.padEnd(width)}  ${meaning}`);
}

/** A path that begins with a dash would be read as a flag. */
function below(directory: string, name: string): string {
  const start = directory.replace(/\/+$/, "");
  if (directory === ".") return name;
  return `${start.startsWith("-") ? "./" : ""}${start}/${name}`;
}

/** As 2026-11-27, in UTC. */
function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

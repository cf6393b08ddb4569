// What is generated from the tables of flags, keys and methods: files of a release, and files of this repository.

import { CLIENT_COMPLETION } from "../../src/cli/client/client_completion.ts";
import { serverCompletion } from "../../src/cli/server/server_completion.ts";
import { completionScript, type Shell, SHELLS } from "../../src/cli/shared/completion/mod.ts";
import { configPage } from "./man/config_page.ts";
import { clientPage, serverPage } from "./man/program_page.ts";
import { pageDate } from "./page_date.ts";
import { asyncApi } from "./protocol/async_api.ts";
import { ReferenceText } from "./protocol/reference_text.ts";
import { clientSchema, serverSchema } from "./schemas/config_schemas.ts";

export interface GeneratedFile {
  /** With slashes, from the directory that it belongs to. */
  readonly path: string;
  readonly text: string;
}

/** The name of the file of a script, as the shell or its packages expect it. */
const SCRIPT_NAMES: Readonly<Record<Shell, (program: string) => string>> = {
  bash: (program) => `${program}.bash`,
  zsh: (program) => `_${program}`,
  fish: (program) => `${program}.fish`,
  powershell: (program) => `${program}.ps1`,
};

/** The completions and the manual pages of a release. */
export async function releaseFiles(): Promise<GeneratedFile[]> {
  const date = await pageDate();
  const programs = [await serverCompletion(), CLIENT_COMPLETION];
  return [
    ...programs.flatMap((program) =>
      SHELLS.map((shell) => ({
        path: `completions/${SCRIPT_NAMES[shell](program.name)}`,
        text: completionScript(shell, program),
      }))
    ),
    { path: "man/rankserver.1", text: serverPage(date) },
    { path: "man/rankclient.1", text: clientPage(date) },
    { path: "man/rankserver.toml.5", text: configPage(date) },
  ];
}

/** The generated files of this repository, for users of the sources. */
export async function committedFiles(): Promise<GeneratedFile[]> {
  return [
    { path: "docs/protocol/asyncapi.json", text: jsonText(asyncApi(await ReferenceText.read())) },
    { path: "examples/schemas/rankserver.schema.json", text: jsonText(serverSchema()) },
    { path: "examples/schemas/rankclient.schema.json", text: jsonText(clientSchema()) },
  ];
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

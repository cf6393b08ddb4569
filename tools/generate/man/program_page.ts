// The manual pages of the programs, rankserver(1) and rankclient(1).

import { CLIENT_HELP } from "../../../src/cli/client/client_help.ts";
import { COMPLETION_COMMAND } from "../../../src/cli/shared/completion/mod.ts";
import type { HelpPage } from "../../../src/cli/shared/render_help.ts";
import { INIT_PAGE } from "../../../src/cli/server/init/init_page.ts";
import { INIT_COMMAND } from "../../../src/cli/server/init/mod.ts";
import { PAGES } from "../../../src/cli/server/journal/journal_pages.ts";
import { SERVER_HELP } from "../../../src/cli/server/server_help.ts";
import { type Item, type Mdoc, prose, tagList } from "./mdoc.ts";
import {
  exampleLines,
  exitList,
  flagList,
  headLines,
  seeAlso,
  synopsisLines,
  usageList,
} from "./page_parts.ts";

interface ProgramPage {
  readonly name: string;
  readonly description: string;
  readonly help: HelpPage;
  /** Sections after the flags. */
  readonly commands: Mdoc;
  readonly environment: readonly Item[];
  readonly files: readonly Item[];
  readonly others: readonly (readonly [name: string, section: number])[];
}

export function serverPage(date: Date): string {
  return programPage({
    name: "rankserver",
    description: "seat clients, rank them by arrival, and pass commands down the ranks",
    help: SERVER_HELP,
    commands: [...commandSections(), ...completionSection("rankserver")],
    environment: [{ head: "Ev RANKSERVER_*", body: variableText("RANKSERVER_LOG_FORMAT", "log.format") }],
    files: [
      {
        head: "Pa /etc/rankserver/server.toml",
        body: fileText("The configuration of the packaged service, see"),
      },
      {
        head: "Pa /var/lib/rankserver",
        body: prose("The directory of the packaged service for its journal."),
      },
    ],
    others: [["rankclient", 1], ["rankserver.toml", 5]],
  }, date);
}

export function clientPage(date: Date): string {
  return programPage({
    name: "rankclient",
    description: "take a seat on a rankserver, and send and execute commands",
    help: CLIENT_HELP,
    commands: completionSection("rankclient"),
    environment: [
      { head: "Ev RANKCLIENT_*", body: variableText("RANKCLIENT_PORT", "port") },
      {
        head: "Ev RANKCLIENT_TOKEN",
        body: prose(
          "The token for the server; it is not a key, because other users may be able to read the file.",
        ),
      },
    ],
    files: [],
    others: [["rankserver", 1], ["rankserver.toml", 5]],
  }, date);
}

function programPage(page: ProgramPage, date: Date): string {
  const { name, help, environment, files } = page;
  return [
    ...headLines({ title: name, section: 1, names: [name], description: page.description, date }),
    ".Sh SYNOPSIS",
    ...synopsisLines(help),
    ".Sh DESCRIPTION",
    ...prose(help.summary),
    ".Pp",
    "The forms of the command line are:",
    ...usageList(help, name),
    ".Pp",
    "The flags are:",
    ...flagList(help.flags, help.settings),
    ...page.commands,
    ".Sh ENVIRONMENT",
    ...tagList(environment),
    ...(files.length === 0 ? [] : [".Sh FILES", ...tagList(files)]),
    ".Sh EXIT STATUS",
    ...exitList(help),
    ".Sh EXAMPLES",
    ...exampleLines(help),
    ...seeAlso(page.others),
    "",
  ].join("\n");
}

function variableText(variable: string, key: string): Mdoc {
  return [
    "The variable of a key has the name of the program and of the key, in capital",
    "letters:",
    `.Ev ${variable}`,
    "for",
    `.Va ${key} .`,
    ...prose("A flag overrides the variable, and the variable overrides the configuration file."),
    "The keys are described in",
    ".Xr rankserver.toml 5 .",
  ];
}

function fileText(text: string): Mdoc {
  return [text, ".Xr rankserver.toml 5 ."];
}

/** The commands with flags of their own, each with these and its exit codes. */
function commandSections(): Mdoc {
  const pages = { [INIT_COMMAND]: INIT_PAGE, ...PAGES };
  return Object.entries<HelpPage>(
    Object.fromEntries(Object.entries(pages).map(([name, page]) => [name, { settings: [], ...page }])),
  ).flatMap(([name, page]) => [
    `.Ss The command ${name}`,
    ...prose(page.summary),
    ...usageList(page, "rankserver"),
    ".Pp",
    "The flags are:",
    ...flagList(page.flags, []),
    ".Pp",
    "It exits with:",
    ...exitList(page),
  ]);
}

function completionSection(program: string): Mdoc {
  const { name, help, words } = COMPLETION_COMMAND;
  return [
    `.Ss The command ${name}`,
    ".Nm",
    `.Cm ${name} Ar SHELL`,
    ".Pp",
    ...prose(`${help}. SHELL is one of ${(words as readonly string[]).join(", ")}. In bash, for example:`),
    ".Pp",
    `.Dl source <(${program} completion bash)`,
  ];
}

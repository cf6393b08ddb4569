// The words with a slash that a person types at a prompt: what each asks for, where it can be typed, and the help.

import { type Cost, costOf, type MethodName } from "./methods.ts";

/** Where words are typed: over a bare connection to the server, at rankclient's prompt, into its pipe. */
export type Face = "server" | "terminal" | "pipe";

/** What follows a word: nothing, one of these words, a command as if it stood there alone, or any text. */
export type SlashArguments = readonly string[] | "command" | "text";

interface SlashWord {
  /** What it asks for; absent: it is answered where it is typed. */
  readonly method?: MethodName;
  /** Another word for it. */
  readonly alias?: string;
  /** It asks for a dry run. */
  readonly isDryRun?: boolean;
  readonly args: SlashArguments;
  readonly faces: readonly Face[];
  /** How it is written, in the help. */
  readonly usage: string;
  /** Absent: the help does not list it. */
  readonly help?: string;
  /** The same for rankclient's prompt, where it has a key of its own. */
  readonly terminalHelp?: string;
}

/** In the order of the help. */
export const SLASH_WORDS = {
  commands: {
    args: [],
    faces: ["server", "terminal", "pipe"],
    usage: "/commands",
    help: "list the commands that you may send",
  },
  dry: {
    method: "run",
    isDryRun: true,
    args: "command",
    faces: ["server", "terminal", "pipe"],
    usage: "/dry restart nginx",
    help: "check a command without sending it",
  },
  roster: {
    method: "roster",
    alias: "who",
    args: [],
    faces: ["server", "terminal", "pipe"],
    usage: "/roster, /who",
    help: "list the clients by rank",
  },
  watch: {
    method: "watch",
    args: ["on", "off"],
    faces: ["server", "terminal", "pipe"],
    usage: "/watch on, /watch off",
    help: "show when clients join or leave",
  },
  name: {
    method: "hello",
    args: "text",
    faces: ["server", "terminal", "pipe"],
    usage: "/name alice",
    help: "choose the name that other clients see",
  },
  yield: {
    method: "yield",
    args: [],
    faces: ["server", "terminal", "pipe"],
    usage: "/yield",
    help: "move to the last rank",
  },
  // The pipe sends one command after the other: there is none that a later line could cancel.
  cancel: {
    method: "cancel",
    args: [],
    faces: ["server", "terminal"],
    usage: "/cancel",
    help: "cancel your commands that are still running",
    terminalHelp: "cancel the running command, as Ctrl-C does",
  },
  // The line that logs in is read by server/login; typed later, it only says that nothing is left to do.
  login: { args: [], faces: ["server"], usage: "/login TOKEN" },
  help: { args: [], faces: ["server", "terminal", "pipe"], usage: "/help", help: "show this help" },
  quit: {
    method: "leave",
    args: [],
    faces: ["server", "terminal", "pipe"],
    usage: "/quit",
    help: "leave",
    terminalHelp: "leave, as Ctrl-D does",
  },
} as const satisfies Readonly<Record<string, SlashWord>>;

type Words = typeof SLASH_WORDS;

/** A word that can be typed at `F`. */
export type SlashName<F extends Face = Face> = {
  [W in keyof Words]: F extends Words[W]["faces"][number] ? W : never;
}[keyof Words];

const ROWS = Object.entries<SlashWord>(SLASH_WORDS);

/** The name of a word that was typed without its slash; `undefined` when there is none such at `face`. */
export function findSlashName<F extends Face>(face: F, word: string): SlashName<F> | undefined {
  const found = ROWS.find(([name, row]) => (name === word || row.alias === word) && faceHas(face, row));
  return found?.[0] as SlashName<F> | undefined;
}

/** The words that can be typed at `face`, with their slash. */
export function slashWords(face: Face): readonly string[] {
  return [...slashCompletions(face).keys()];
}

/** What the word counts against its sender's rate. */
export function costOfWord(name: SlashName): Cost {
  const { method, isDryRun }: SlashWord = SLASH_WORDS[name];
  return method === undefined ? "one" : costOf(method, { dry_run: isDryRun });
}

/** The rows of the help: how each word is written, and what it does. */
export function slashHelp(face: Face): { readonly usage: string; readonly help: string }[] {
  return ROWS.flatMap(([, row]) => {
    const help = face === "terminal" ? row.terminalHelp ?? row.help : row.help;
    return help !== undefined && faceHas(face, row) ? [{ usage: row.usage, help }] : [];
  });
}

/** The words with their slash, each with what may follow it. */
export function slashCompletions(face: Face): ReadonlyMap<string, SlashArguments> {
  return new Map(ROWS.filter(([, row]) => faceHas(face, row)).map(([name, { args }]) => [`/${name}`, args]));
}

function faceHas(face: Face, { faces }: SlashWord): boolean {
  return faces.includes(face);
}

// The words with a slash that a person types at a prompt: what each asks for, where it can be typed, and the help.

import { type Cost, costOf, type MethodName } from "./methods.ts";

/** Where words are typed: over a bare connection to the server, at rankclient's prompt, into its pipe. */
export type Face = "server" | "terminal" | "pipe";

/** What follows a word: nothing, one of these words, or a command as if it stood there alone. */
export type SlashArguments = readonly string[] | "command";

interface SlashWord {
  /** What it asks for; absent: it is answered where it is typed. */
  readonly method?: MethodName;
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
  who: {
    method: "roster",
    args: [],
    faces: ["server", "terminal", "pipe"],
    usage: "/who",
    help: "who is here, by rank",
  },
  commands: {
    args: [],
    faces: ["server", "terminal", "pipe"],
    usage: "/commands",
    help: "what may be sent",
  },
  dry: {
    method: "run",
    isDryRun: true,
    args: "command",
    faces: ["server", "terminal", "pipe"],
    usage: "/dry restart nginx",
    help: "what would become of a command, without sending it",
  },
  watch: {
    method: "watch",
    args: ["on", "off"],
    faces: ["server", "terminal", "pipe"],
    usage: "/watch on, /watch off",
    help: "be told when somebody joins or leaves",
  },
  yield: {
    method: "yield",
    args: [],
    faces: ["server", "terminal", "pipe"],
    usage: "/yield",
    help: "leave your rank and join again behind everybody",
  },
  // The pipe sends one command after the other: there is none that a later line could cancel.
  cancel: {
    method: "cancel",
    args: [],
    faces: ["server", "terminal"],
    usage: "/cancel",
    help: "give up your commands that are still under way",
    terminalHelp: "give up the command under way, as Ctrl-C does",
  },
  // The line that logs in is read by server/login; typed later, it only says that nothing is left to do.
  login: { args: [], faces: ["server"], usage: "/login TOKEN" },
  help: { args: [], faces: ["server", "terminal", "pipe"], usage: "/help", help: "this" },
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

export function isSlashName<F extends Face>(face: F, name: string): name is SlashName<F> {
  return Object.hasOwn(SLASH_WORDS, name) && faceHas(face, SLASH_WORDS[name as SlashName]);
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

// The words with a slash that the prompt knows: for the help and for completion.

import type { SlashArguments } from "./completion.ts";
import type { Style } from "../output/mod.ts";
import { padText } from "./screen/mod.ts";

interface SlashWord {
  readonly name: SlashName;
  readonly usage: string;
  readonly says: string;
  readonly follow: SlashArguments;
}

export type SlashName = "who" | "commands" | "dry" | "watch" | "yield" | "cancel" | "help" | "quit";

const SLASH_WORDS: readonly SlashWord[] = [
  { name: "who", usage: "/who", says: "who is here, by rank", follow: [] },
  { name: "commands", usage: "/commands", says: "what may be sent", follow: [] },
  {
    name: "dry",
    usage: "/dry restart nginx",
    says: "what would become of a command, without sending it",
    follow: "command",
  },
  {
    name: "watch",
    usage: "/watch on, /watch off",
    says: "be told when somebody joins or leaves",
    follow: ["on", "off"],
  },
  { name: "yield", usage: "/yield", says: "leave your rank and join again behind everybody", follow: [] },
  { name: "cancel", usage: "/cancel", says: "give up the command under way, as Ctrl-C does", follow: [] },
  { name: "help", usage: "/help", says: "this", follow: [] },
  { name: "quit", usage: "/quit", says: "leave, as Ctrl-D does", follow: [] },
];

/** For {@linkcode complete}. */
export const SLASH_COMPLETIONS: ReadonlyMap<string, SlashArguments> = new Map(
  SLASH_WORDS.map((word) => [`/${word.name}`, word.follow]),
);

export function isSlashName(name: string): name is SlashName {
  return SLASH_COMPLETIONS.has(`/${name}`);
}

export function helpLines(style: Style): string[] {
  const usages = [
    { usage: "uptime", says: "to everybody below you" },
    { usage: "@2,3 restart nginx", says: "to ranks 2 and 3 (@4-7 is a range)" },
    ...SLASH_WORDS,
  ];
  return [
    "Type a command and its arguments; quotes keep spaces together:",
    ...usages.map(({ usage, says }) => `  ${style.strong(padText(usage, 22))}  ${says}`),
    style.faint("Tab completes, the up arrow brings back what was typed, Ctrl-C cancels."),
  ];
}

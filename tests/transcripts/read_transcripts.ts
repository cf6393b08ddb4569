// Reads the transcripts out of the pages of the protocol: the fenced blocks marked `transcript`, line by line, and the
// configuration that they share. docs/protocol/transcripts.md says what the lines mean.

import type { Page } from "../support/protocol_pages.ts";

/** One line of a transcript. */
export type Step =
  | {
    readonly kind: "connects" | "closes" | "is_closed" | "is_cut" | "evicts" | "raises";
    readonly client: string;
    readonly line: number;
  }
  | { readonly kind: "server_stops"; readonly line: number }
  | { readonly kind: "server_allows"; readonly commands: readonly string[]; readonly line: number }
  | {
    readonly kind: "sends" | "receives";
    readonly client: string;
    readonly text: string;
    readonly line: number;
  };

export interface Transcript {
  /** The path of its page. */
  readonly page: string;
  /** The heading that it stands under. */
  readonly title: string;
  /** Where its block begins, counted from 1. */
  readonly line: number;
  /** The text of the server's configuration file. */
  readonly toml: string;
  /** The text of its file of tokens; absent: nobody needs one. */
  readonly tokens?: string;
  /** Clients that were there before it begins, in order of arrival. */
  readonly members: readonly string[];
  readonly steps: readonly Step[];
}

interface Block {
  readonly page: string;
  readonly info: string;
  readonly heading: string;
  readonly line: number;
  readonly lines: readonly string[];
}

/** @throws when a block is not written as the pages say. */
export function readTranscripts(pages: readonly Page[]): Transcript[] {
  const blocks = pages.flatMap(readBlocks);
  const shared = blocks.find(({ info }) => info === "toml transcripts");
  if (shared === undefined) throw new Error("Cannot find the block `toml transcripts`");
  const tokens = blocks.find(({ info }) => info === "toml tokens");
  return blocks.filter(({ info }) => /^transcript\b/.test(info))
    .map((block) => toTranscript(block, shared, tokens));
}

function readBlocks({ path: page, text: markdown }: Page): Block[] {
  const blocks: Block[] = [];
  let heading = "";
  let open: { page: string; info: string; heading: string; line: number; lines: string[] } | undefined;
  for (const [index, text] of markdown.split("\n").entries()) {
    if (open !== undefined) {
      if (text !== "```") {
        open.lines.push(text);
        continue;
      }
      blocks.push(open);
      open = undefined;
    } else if (text.startsWith("```")) {
      open = { page, info: text.slice(3), heading, line: index + 1, lines: [] };
    } else if (text.startsWith("#")) {
      heading = text.replace(/^#+ /, "").replaceAll("`", "");
    }
  }
  return blocks;
}

function toTranscript(
  { page, info, heading, line, lines }: Block,
  shared: Block,
  tokensBlock: Block | undefined,
): Transcript {
  const attributes = new Map(info.split(" ").slice(1).map((pair) => pair.split("=") as [string, string]));
  const members = attributes.get("members")?.split(",") ?? [];
  attributes.delete("members");
  const hasTokens = attributes.delete("tokens");
  if (hasTokens && tokensBlock === undefined) throw new Error("Cannot find the block `toml tokens`");
  const tokens = hasTokens ? { tokens: tokensBlock!.lines.join("\n") } : {};
  const settings = [...attributes].map(([key, value]) => `${key} = ${value}\n`).join("");
  const toml = `${settings}${shared.lines.join("\n")}\n`;
  const steps = unfold(lines).map(([text, index]) => toStep(text, line + 1 + index));
  return { page, title: heading, line, toml, ...tokens, members, steps };
}

/** Joins what is continued on indented lines; each whole line with the index where it begins. */
function unfold(lines: readonly string[]): [text: string, index: number][] {
  const whole: [string, number][] = [];
  for (const [index, text] of lines.entries()) {
    if (text.startsWith(" ") && whole.length > 0) whole.at(-1)![0] += text.trimStart();
    else if (text !== "" && !text.startsWith("#")) whole.push([text, index]);
  }
  return whole;
}

const VERBS = {
  "connects": "connects",
  "closes": "closes",
  "is closed": "is_closed",
  "is cut": "is_cut",
  "is evicted": "evicts",
  "is raised": "raises",
} as const;

function toStep(text: string, line: number): Step {
  if (text === "server stops") return { kind: "server_stops", line };
  const allowed = /^server allows (.+)$/.exec(text)?.[1];
  if (allowed !== undefined) return { kind: "server_allows", commands: allowed.split(", "), line };
  const match = /^([A-Z]) (?:(connects|closes|is closed|is cut|is evicted|is raised)|(-->|<--)(?: (.*))?)$/
    .exec(text);
  if (match === null) throw new Error(`Cannot read line ${line} of a transcript: ${text}`);
  const [, client = "", verb, arrow, rest = ""] = match;
  if (arrow !== undefined) return { kind: arrow === "-->" ? "sends" : "receives", client, text: rest, line };
  return { kind: VERBS[verb as keyof typeof VERBS], client, line };
}

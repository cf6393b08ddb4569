// What the README prints, by section: its lines for a shell, and what it says the terminals show.

import { assert } from "@std/assert";
import { join } from "node:path";
import { PROJECT } from "../../support/programs/start_process.ts";

export const README: string = await Deno.readTextFile(join(PROJECT, "README.md"));

/** The code blocks of the section with this heading, by their language. */
export function blocksOf(heading: string, language: "sh" | "text"): string[] {
  const section = new RegExp(`^#+ ${heading}$([^]*?)(?=^#+ [A-Z]|$(?![^]))`, "m").exec(README)?.[1];
  assert(section !== undefined, `the README has no section "${heading}"`);
  return [...section.matchAll(/^```(\w+)\n([^]*?)\n```$/gm)].filter((match) => match[1] === language)
    .map((match) => match[2]!);
}

/** The lines of a block of which each belongs in a terminal of its own. */
export function linesOf(block: string | undefined): string[] {
  assert(block !== undefined, "the README lacks a block");
  return block.split("\n");
}

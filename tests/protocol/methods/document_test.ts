// The pages of the protocol against the table of methods: what is in the one is in the other.

import { assert, assertEquals } from "@std/assert";
import type * as v from "valibot";
import {
  isMethodName,
  methodOf,
  METHODS,
  NOTIFICATIONS,
  SERVER_REQUESTS,
  slashHelp,
} from "../../../src/protocol/methods/mod.ts";
import { readPage, readProtocolPages } from "../../support/protocol_pages.ts";
import { DRY_RUN_SCHEMA, METHOD_SCHEMAS, NOTIFICATION_SCHEMAS } from "./schemas.ts";

const PAGES = await readProtocolPages();
const DOCUMENT = PAGES.map(({ text }) => text).join("\n");
const REFERENCE = (await readPage("docs/protocol/reference.md")).text;

/** The sections of the reference below `## title`, by what `### ` or `#### ` says. */
function sections(title: string): ReadonlyMap<string, string> {
  const chapter = REFERENCE.split(/^## /m).find((part) => part.startsWith(`${title}\n`));
  assert(chapter !== undefined, `there is no chapter ${title}`);
  const parts = chapter.split(/^#{3,4} /m).slice(1);
  return new Map(parts.map((part) => [part.slice(0, part.indexOf("\n")), part]));
}

const CLIENT = sections("Methods of the client");
const SERVER = sections("Methods of the server");
const CLIENT_METHODS = Object.keys(METHODS).filter(isMethodName);

/** What the first column of the table with that head lists, each name with its `?`. */
function listed(section: string | undefined, head: "param" | "member"): string[] {
  const table = section?.split(/\n\n/).find((part) => new RegExp(`^\\| ${head} +\\|`).test(part)) ?? "";
  const rows = table.split("\n").slice(2).map((row) => row.split("|")[1]!);
  return rows.flatMap((cell) => [...cell.matchAll(/`(\w+\??)`/g)].map(([, name]) => name!));
}

/** The same of a schema. */
function keysOf(schema: v.GenericSchema): string[] {
  const { entries = {} } = schema as { entries?: Readonly<Record<string, v.GenericSchema>> };
  return Object.entries(entries).map(([key, { type }]) => type === "optional" ? `${key}?` : key);
}

function assertListed(section: string | undefined, head: "param" | "member", schema: v.GenericSchema): void {
  assertEquals(listed(section, head).sort(), keysOf(schema).sort());
}

Deno.test("the document has a section for each method of the table and no other, in its order", () => {
  const methods = [...REFERENCE.split(/^## /m)[1]!.matchAll(/^### (.+)$/gm)].map(([, title]) => title!);
  assertEquals(methods, CLIENT_METHODS);
  const titles = [...SERVER.keys()].map((title) => title.replace(/,.*/, ""));
  const names = new Set([...Object.keys(NOTIFICATIONS), ...Object.keys(SERVER_REQUESTS)]);
  assertEquals(titles.sort(), [...names].sort());
});

for (const name of CLIENT_METHODS) {
  Deno.test(`the document lists the params of ${name}`, () => {
    // Evict takes just one of its three.
    const { params } = METHOD_SCHEMAS[name];
    if (name === "evict") assertEquals(listed(CLIENT.get(name), "param"), ["rank", "ticket", "name"]);
    else assertListed(CLIENT.get(name), "param", params);
    assertEquals(keysOf(params).length === 0 && name !== "evict", CLIENT.get(name)!.includes("No params."));
  });
}

Deno.test("the document lists what methods give", () => {
  for (const name of ["run", "roster", "yield"] as const) {
    assertListed(CLIENT.get(name), "member", METHOD_SCHEMAS[name].result);
  }
  assertListed(CLIENT.get("Dry run"), "member", DRY_RUN_SCHEMA);
  assertEquals(
    CLIENT.get("evict")!.match(/result is `\{(.*)\}`/)?.[1],
    keysOf(METHOD_SCHEMAS.evict.result).join(", "),
  );
  const lists = METHOD_SCHEMAS.commands.result.entries.commands.item;
  assertListed(CLIENT.get("commands"), "member", lists);
  const [argument] = CLIENT.get("commands")!.match(/(?<=`\{)name.*(?=\}`)/) ?? [];
  assertEquals(argument?.split(", "), keysOf(lists.entries.args.wrapped.item));
  const [target] = CLIENT.get("Dry run")!.match(/(?<=`\{)rank.*(?=\}`)/) ?? [];
  assertEquals(target?.split(", "), keysOf(DRY_RUN_SCHEMA.entries.results.item));
  const [member] = CLIENT.get("roster")!.match(/(?<=`\{)rank.*(?=\}`)/) ?? [];
  assertEquals(member?.split(", ").sort(), keysOf(METHOD_SCHEMAS.roster.result.entries.members.item).sort());
});

for (const [name, schema] of Object.entries(NOTIFICATION_SCHEMAS)) {
  Deno.test(`the document lists the params of ${name}, from the server`, () => {
    const section = SERVER.get(name === "cancel" ? "cancel, to an executor" : name);
    // The server always sends `data`; a client can do without.
    assertListed(section?.replace("`message`, `data`", "`message`, `data?`"), "param", schema);
  });
}

Deno.test("the document says which methods cost more, need no seat or need a right", () => {
  const text = DOCUMENT.replaceAll(/\s+/g, " ");
  const [costly = ""] =
    text.match(/cost one more for every ten members: .*?, a `run` with `to_names`, and a dry run\./) ?? [];
  assertEquals(
    wordsIn(costly),
    [...CLIENT_METHODS.filter((name) => METHODS[name].cost === "all members"), "run", "to_names"].sort(),
  );
  assertEquals([METHODS.run.dryRun.cost, METHODS.run.costByName], ["all members", "all members"]);
  const [seatless = ""] = text.match(/Without a seat, a client may send only .*?\./) ?? [];
  assertEquals(wordsIn(seatless), CLIENT_METHODS.filter((name) => !METHODS[name].needsSeat).sort());
  for (const name of CLIENT_METHODS) {
    const { right } = methodOf(name);
    const errors = CLIENT.get(name)!.match(/^Errors: [^\n]+(\n[^\n]+)*/m)?.[0] ?? "";
    if (right !== undefined) assert(errors.includes("`not_allowed`"), name);
  }
});

Deno.test("the document lists every word with a slash, as the help writes it", async () => {
  const { text: rows } = await readPage("docs/protocol/text.md");
  const usages = slashHelp("server").map(({ usage }) => usage.replaceAll(", ", "`, `"));
  assertEquals(usages.filter((usage) => !rows.includes(`| \`${usage}\``)), []);
  const typed = [...rows.matchAll(/^\| `\/(\w+)/gm)].map(([, word]) => word);
  assertEquals(typed.filter((word) => word !== "login").length, usages.length);
});

function wordsIn(sentence: string): string[] {
  return [...sentence.matchAll(/`(\w+)`/g)].map(([, word]) => word!).sort();
}

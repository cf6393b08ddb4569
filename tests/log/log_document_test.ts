// docs/log.md lists every event once, with its level and its fields.

import { assertEquals } from "@std/assert";
import { levelOf } from "../../src/log/event_level.ts";
import type { ServerEvent } from "../../src/log/server_event.ts";

const PAGE = await Deno.readTextFile(new URL("../../docs/log.md", import.meta.url));
const SOURCES = await Promise.all(
  ["server_event", "cluster_event"].map((name) =>
    Deno.readTextFile(new URL(`../../src/log/${name}.ts`, import.meta.url))
  ),
);

interface Row {
  readonly event: string;
  readonly level: string;
  readonly fields: readonly string[];
}

function rowsOf(page: string): Row[] {
  return page.split("\n").filter((line) => /^\| `\w+` /.test(line)).map((line) => {
    const [, event, level, , fields] = line.split("|").map((cell) => cell.trim());
    const names = [...fields!.matchAll(/`(\w+\??)`/g)].map(([, name]) => name!);
    return { event: event!.replaceAll("`", ""), level: level!, fields: names };
  });
}

/** Where the union ends. */
function endOf(source: string): number {
  const end = source.indexOf("/** Takes an event");
  return end < 0 ? source.length : end;
}

/** The fields of each event as a union of events declares them. */
function declared(source: string): ReadonlyMap<string, string[]> {
  const union = source.slice(source.search(/export type \w+Event =/), endOf(source));
  const parts = union.split(/readonly event: "(\w+)"/).slice(1);
  const events = parts.flatMap((event, i) => i % 2 === 0 ? [[event, parts[i + 1]!] as const] : []);
  return new Map(events.map(([event, text]) => {
    const fields = [...text.matchAll(/readonly (\w+\??):/g)].map(([, name]) => name!);
    return [event, /LoggedCommand/.test(text) ? ["command", ...fields] : fields];
  }));
}

Deno.test("the page about the log lists every event once, with its level and its fields", () => {
  const rows = rowsOf(PAGE);
  const expected = SOURCES.flatMap((source) => [...declared(source)]).map(([event, fields]) => ({
    event,
    level: levelOf({ event } as ServerEvent),
    fields: fields.toSorted(),
  }));
  const byName = (a: { readonly event: string }, b: { readonly event: string }) => a.event < b.event ? -1 : 1;
  const shown = rows.map((row) => ({ ...row, fields: row.fields.toSorted() }));
  assertEquals(shown.toSorted(byName), expected.toSorted(byName));
});

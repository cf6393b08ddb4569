// What happened, in words.

import type { Activity, ActivityClient } from "../../../messages/mod.ts";
import { countText, durationText } from "../dom/mod.ts";

/** Which filters an entry belongs to. */
export type Filter = "all" | "commands" | "seats" | "failures";

export const FILTERS: readonly { readonly filter: Filter; readonly label: string }[] = [
  { filter: "all", label: "All" },
  { filter: "commands", label: "Commands" },
  { filter: "seats", label: "Seats" },
  { filter: "failures", label: "Failures" },
];

export function filtersOf(entry: Activity): readonly Filter[] {
  switch (entry.kind) {
    case "command":
      return ["all", "commands"];
    case "run":
      return isFailed(entry.counts) ? ["all", "commands", "failures"] : ["all", "commands"];
    case "refused":
      return ["all", "commands", "failures"];
    case "turned_away":
      return ["all", "failures"];
    case "server":
      return entry.level === "info" ? ["all"] : ["all", "failures"];
    case "joined":
    case "named":
    case "back":
    case "yielded":
    case "raised":
    case "away":
    case "left":
    case "evicted":
      return ["all", "seats"];
  }
}

/** A part of the sentence. Every text of others has a `kind`, which is the element that isolates it from the page's words. */
export type Part =
  | { readonly text: string; readonly kind?: "strong" | "bdi" | undefined }
  | { readonly kind: "command"; readonly command: string; readonly args: readonly string[] };

export function activityParts(entry: Activity): readonly Part[] {
  switch (entry.kind) {
    case "command": {
      const times = entry.count > 1 ? ` ${entry.count} times` : "";
      return [
        who(entry.by),
        { text: " sent " },
        command(entry),
        { text: `${times} to ${countText(entry.executors, "member")}` },
      ];
    }
    case "refused":
      return [
        who(entry.by),
        { text: " sent " },
        command(entry),
        { text: ", refused: " },
        other(entry.message ?? words(entry.reason)),
      ];
    case "run":
      return [command(entry), { text: " ended" }];
    case "joined":
      return [who(entry.client), { text: ` joined${atRank(entry.client)}` }];
    case "named":
      return [other(entry.client.address), { text: " is now named " }, who(entry.client)];
    case "back":
      return [who(entry.client), { text: ` is connected again${atRank(entry.client)}` }];
    case "yielded":
      return [who(entry.client), { text: " moved to the end of the line" }];
    case "raised":
      return [who(entry.client), { text: " was moved to the front by the operator" }];
    case "away":
      return [
        who(entry.client),
        { text: " was disconnected (" },
        other(words(entry.reason)),
        { text: `); its seat is kept for ${durationText(entry.keepMs)}` },
      ];
    case "left":
      return entry.reason === "left"
        ? [who(entry.client), { text: " left" }]
        : [who(entry.client), { text: " left: " }, other(words(entry.reason))];
    case "evicted":
      return [who(entry.client), { text: " was evicted by " }, other(entry.by ?? "the operator")];
    case "turned_away":
      return [who(entry.client), { text: " was not let in: " }, other(words(entry.reason))];
    case "server":
      return [other(entry.text)];
  }
}

const STATUS_WORDS: Readonly<Record<string, string>> = {
  ok: "ok",
  failed: "failed",
  refused: "refused",
  delivered: "delivered",
  timed_out: "timed out",
  lost: "lost",
  cancelled: "cancelled",
};

/** "timed out" for `timed_out`; a word of a later version as it is. */
export function statusText(status: string): string {
  return STATUS_WORDS[status] ?? words(status);
}

/** The statuses of a run that occurred, in the usual order. */
export function outcomeCounts(
  counts: Readonly<Record<string, number>>,
): readonly { readonly status: string; readonly count: number }[] {
  const known = Object.keys(STATUS_WORDS);
  return [
    ...known,
    ...Object.keys(counts).filter((status) => !known.includes(status) && status !== "executors"),
  ]
    .map((status) => ({ status, count: counts[status] ?? 0 })).filter(({ count }) => count > 0);
}

export function isFailed(counts: Readonly<Record<string, number>>): boolean {
  return outcomeCounts(counts).some(({ status }) => status !== "ok" && status !== "delivered");
}

function who({ name, address }: ActivityClient): Part {
  return { text: name ?? address, kind: "strong" };
}

function other(text: string): Part {
  return { text, kind: "bdi" };
}

function atRank({ rank }: ActivityClient): string {
  return rank === undefined ? "" : ` at rank ${rank}`;
}

function command(
  { command, args = [] }: { readonly command: string; readonly args?: readonly string[] | undefined },
): Part {
  return { kind: "command", command, args };
}

function words(reason: string): string {
  return reason.replaceAll("_", " ");
}

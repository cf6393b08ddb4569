// Equal results, put together. Successful ones may differ in their executor's own name; one that failed is never put
// together with a different one.

import type { RunResult, Status } from "../methods/mod.ts";

/** Executors with the same answer. */
export interface ResultGroup {
  readonly status: Status;
  /** What its members said; `stdout` and `stderr` have {@linkcode NAME_MARK} for names where those differ. */
  readonly answer: Omit<RunResult, "rank" | "ticket" | "name">;
  /** In rank order, never empty. */
  readonly executors: readonly { readonly rank: number; readonly ticket: number; readonly name: string }[];
}

/** Replaces the name of each executor in a folded output. */
export const NAME_MARK = "{name}";

/** Names shorter than this are too likely to be part of something else ("a", "7"). */
const MIN_MASKED_NAME = 2;

/** Letters, digits and "_", of which those beyond U+FFFF take two code units. */
const WORD_BEFORE = /[\p{L}\p{N}_]$/u;
const WORD_AFTER = /^[\p{L}\p{N}_]/u;

export function isSuccess(status: Status): boolean {
  return status === "ok";
}

/** Every result is in exactly one group. Successful groups come first, then the others, each by their lowest rank. */
export function foldResults(results: readonly RunResult[]): ResultGroup[] {
  const byAnswer = new Map<string, RunResult[]>();
  for (const result of [...results].sort((a, b) => a.rank - b.rank || a.ticket - b.ticket)) {
    const key = JSON.stringify(keyOf(result));
    const same = byAnswer.get(key);
    if (same === undefined) byAnswer.set(key, [result]);
    else same.push(result);
  }
  const groups = [...byAnswer.values()].map(toGroup);
  return [
    ...groups.filter((group) => isSuccess(group.status)),
    ...groups.filter((group) => !isSuccess(group.status)),
  ];
}

function keyOf(result: RunResult): unknown[] {
  const { status, code, signal, reason, cut } = result;
  const { stdout, stderr } = isSuccess(status) ? masked(result) : result;
  return [status, code, signal, reason, cut, stdout ?? "", stderr ?? ""];
}

function toGroup(results: readonly RunResult[]): ResultGroup {
  const first = results[0]!;
  const { rank: _rank, ticket: _ticket, name: _name, ...own } = first;
  const isSame = results.every(({ stdout, stderr }) =>
    isSameText(stdout, first.stdout) && isSameText(stderr, first.stderr)
  );
  return {
    status: first.status,
    answer: isSame ? own : { ...own, ...masked(first) },
    executors: results.map(({ rank, ticket, name }) => ({ rank, ticket, name })),
  };
}

/** An output that is absent says the same as an empty one. */
function isSameText(a: string | undefined, b: string | undefined): boolean {
  return (a ?? "") === (b ?? "");
}

function masked({ name, stdout, stderr }: RunResult): Pick<RunResult, "stdout" | "stderr"> {
  return {
    stdout: stdout && maskName(stdout, name),
    stderr: stderr && maskName(stderr, name),
  };
}

/**
 * Puts {@linkcode NAME_MARK} in the place of the name where it is a word of its own: "web-1" in "web-1.example"
 * but not in "web-12". A text that already has the mark stays as it is, so that it can be told from a masked one.
 */
export function maskName(text: string, name: string): string {
  if (name.length < MIN_MASKED_NAME || text.includes(NAME_MARK)) return text;
  let masked = "";
  let taken = 0;
  // By hand, not by a pattern for each name: making one takes longer than all the rest of a large run.
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at)) {
    const end = at + name.length;
    if (WORD_BEFORE.test(text.slice(Math.max(0, at - 2), at)) || WORD_AFTER.test(text.slice(end, end + 2))) {
      at++;
      continue;
    }
    masked += text.slice(taken, at) + NAME_MARK;
    taken = at = end;
  }
  return masked + text.slice(taken);
}

/** "1-4,7" for 1, 2, 3, 4, 7. @param ranks rising; an equal neighbour is listed once. */
export function formatRanks(ranks: readonly number[]): string {
  const parts: string[] = [];
  let first: number | undefined;
  ranks.forEach((rank, index) => {
    first ??= rank;
    const next = ranks[index + 1];
    if (next !== undefined && next - rank <= 1) return;
    parts.push(first === rank ? `${rank}` : `${first}-${rank}`);
    first = undefined;
  });
  return parts.join(",");
}

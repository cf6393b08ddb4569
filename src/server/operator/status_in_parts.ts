// The answer to `status` as JSON, in parts: a list of 100,000 members takes a fifth of a second to encode, and other clients
// are served between two parts.

import type { ServerFigures } from "../../protocol/methods/mod.ts";
import { showMember } from "../seats/mod.ts";
import type { Listed } from "./operator.ts";

/** Members of one part: about 130 KB, and 2 ms. */
const MEMBERS = 1_000;

/** The lists must not change meanwhile. */
export function* statusInParts(figures: ServerFigures, { roster, waitingRoom }: Listed): Generator<string> {
  yield JSON.stringify(figures).slice(0, -1);
  yield ',"roster":';
  yield* listInParts(roster, (seat) => ({ ...showMember(seat), node: seat.node }));
  yield ',"waiting_room":';
  yield* listInParts(waitingRoom, (client) => client);
  yield "}";
}

function* listInParts<T>(items: readonly T[], show: (item: T) => unknown): Generator<string> {
  yield "[";
  for (let at = 0; at < items.length; at += MEMBERS) {
    const json = JSON.stringify(items.slice(at, at + MEMBERS).map(show));
    yield `${at === 0 ? "" : ","}${json.slice(1, -1)}`;
  }
  yield "]";
}

// A line of the server as messages. Pure.

import { isNestedDeeper } from "../../../protocol/wire/mod.ts";
import { type Message, parseLine } from "../../../protocol/json_rpc/mod.ts";

export interface MessageBounds {
  /** Messages in one batch. */
  readonly batchItems: number;
  /** Objects and arrays within each other: a text that is nested deeper can be read, but not written again. */
  readonly jsonDepth: number;
}

/** Never throws: a line that is no message is one of kind `invalid`. */
export function readMessages(line: string, { batchItems, jsonDepth }: MessageBounds): readonly Message[] {
  if (isNestedDeeper(line, jsonDepth)) {
    const message = `More than ${jsonDepth} objects and arrays within each other`;
    return [{ kind: "invalid", id: null, refusal: { reason: "too_large", message } }];
  }
  const parsed = parseLine(line, batchItems);
  return parsed.kind === "batch" ? parsed.items : [parsed];
}

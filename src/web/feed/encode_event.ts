// A Server-Sent Event as bytes. Long lists are encoded in parts, and other clients are served between two of them.

import type { YieldToIo } from "../../time/mod.ts";
import type { PageEvents, Snapshot } from "../messages/mod.ts";

/** Members of one part: less than 1 ms. */
const PART = 500;

const encoder = new TextEncoder();

/** Keeps a proxy from closing a stream on which nothing happens. */
export const KEEP_ALIVE: Uint8Array = encoder.encode(":\n\n");

/** JSON has no line breaks, so that it is one line of data. */
export function encodeEvent<Name extends keyof PageEvents>(name: Name, data: PageEvents[Name]): Uint8Array {
  return encoder.encode(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** The same for a long snapshot. `snapshot` must not change meanwhile. */
export async function encodeSnapshot(
  { members, ...rest }: Snapshot,
  share: Pick<YieldToIo, "take" | "spend">,
  now: () => number,
): Promise<Uint8Array> {
  const parts: string[] = [];
  for (let at = 0; at < members.length; at += PART) {
    if (at > 0) await share.take();
    const startedAt = now();
    parts.push(JSON.stringify(members.slice(at, at + PART)).slice(1, -1));
    share.spend(now() - startedAt);
  }
  const head = `event: snapshot\ndata: ${JSON.stringify(rest).slice(0, -1)},"members":[`;
  return encoder.encode(`${head}${parts.join(",")}]}\n\n`);
}

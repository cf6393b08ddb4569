// Notifies thousands of members of their new ranks. Every message is different, so many of them are written into one text
// and encoded together: in ASCII, an index in the text is also an index in the bytes.

import type { Promotion, Seat } from "../../ranks/mod.ts";
import type { Member } from "../connection/mod.ts";

/** Messages encoded together: enough to amortize the encoder's overhead. */
const MESSAGES_PER_BLOCK = 512;

const encoder = new TextEncoder();

/** Queues a `promoted` notification for each of these members. @param members the current number of members. */
export function notifyPromotions(
  promoted: readonly Promotion<Seat<Member>>[],
  epoch: number,
  members: number,
): void {
  const end = `,"epoch":${epoch},"members":${members}}}\n`;
  for (let start = 0; start < promoted.length; start += MESSAGES_PER_BLOCK) {
    const block = promoted.slice(start, start + MESSAGES_PER_BLOCK);
    let text = "";
    const ends: number[] = [];
    for (const { seat, was } of block) {
      text += `{"jsonrpc":"2.0","method":"promoted","params":{"rank":${seat.rank},"was":${was}${end}`;
      ends.push(text.length);
    }
    const bytes = encoder.encode(text);
    for (const [i, { seat, was }] of block.entries()) {
      const session = seat.member;
      if (session.mode === "text") {
        session.notify({ method: "promoted", params: { rank: seat.rank, was, epoch, members } });
      } else {
        session.sendPart(bytes.subarray(ends[i - 1] ?? 0, ends[i]));
      }
    }
  }
}

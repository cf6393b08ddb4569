// Tells thousands of members their new ranks. Each message is its own, so they are written from a template into one text
// and encoded together: as ASCII, a place in the text is the same place in the bytes.

import type { RosterChange } from "../../ranks/mod.ts";
import type { Member } from "../connection/mod.ts";

/** Messages encoded at once: enough to make the encoder's cost small, little enough to wait for. */
const MESSAGES_PER_BLOCK = 512;

const encoder = new TextEncoder();

/** Queues one `promoted` for everybody whom `change` moved. @param members how many there are now. */
export function notifyPromotions({ promoted, epoch }: RosterChange<Member>, members: number): void {
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

// What frames of a WebSocket contain, as far as RFC 6455 has rules for it: text is UTF-8, and a close has a known code. Pure.

/** Why the connection cannot go on: the code and the reason of the closing frame. */
export interface FrameFault {
  readonly kind: "fault";
  readonly code: 1002 | 1003 | 1007 | 1008 | 1009;
  readonly reason: string;
}

/** Checks the UTF-8 of one message after the other, in parts that may end within a character. */
export class Utf8Check {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  /** Whether the decoder has parts of this message: one that is ASCII needs none. */
  #isDecoding = false;

  /** @returns false: the message is not UTF-8; nothing more may be given. @param isEnd whether it is complete */
  take(part: Uint8Array, isEnd: boolean): boolean {
    if (!this.#isDecoding && isAscii(part)) return true;
    try {
      this.#decoder.decode(part, { stream: !isEnd });
    } catch {
      return false;
    }
    this.#isDecoding = !isEnd;
    return true;
  }
}

/** What is wrong with the payload of a closing frame (sections 5.5.1 and 7.4). */
export function closeFault(payload: Uint8Array): FrameFault | undefined {
  if (payload.length === 0) return undefined;
  const code = payload[0]! * 256 + (payload[1] ?? 0);
  if (payload.length === 1 || !isCloseCode(code)) {
    return { kind: "fault", code: 1002, reason: "the closing frame has no valid code" };
  }
  if (new Utf8Check().take(payload.subarray(2), true)) return undefined;
  return { kind: "fault", code: 1007, reason: "the reason in the closing frame is not valid UTF-8" };
}

/** The registered ones, and those of libraries and programs; some are never sent. */
function isCloseCode(code: number): boolean {
  if (code >= 3_000) return code <= 4_999;
  return code >= 1_000 && code <= 1_014 && !NEVER_SENT.has(code);
}

const NEVER_SENT: ReadonlySet<number> = new Set([1_004, 1_005, 1_006]);

function isAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte > 127) return false;
  return true;
}

// Messages that were none: each is answered, and equal ones of one read are one line of the log.

import { type Report, visible } from "../../log/mod.ts";
import { encodeError, type Id, type Refusal } from "../../protocol/json_rpc/mod.ts";
import type { Reply } from "./replies.ts";
import type { Session } from "../connection/mod.ts";

export class RefusedMessages {
  readonly #report: Report;
  /** Not yet reported. */
  #untold: { session: Session; reason: string; message: string; count: number } | undefined;

  constructor(report: Report) {
    this.#report = report;
  }

  refuse(session: Session, id: Id, refusal: Refusal, reply: Reply): void {
    const { reason, message } = refusal;
    if (this.#untold?.session !== session || this.#untold.reason !== reason) {
      this.tell();
      this.#untold = { session, reason, message: visible(message), count: 0 };
    }
    this.#untold.count++;
    reply(encodeError(id, refusal));
  }

  /** Tells the log what was refused since the last call. */
  tell(): void {
    if (this.#untold === undefined) return;
    const { session: { ip, port }, reason, message, count } = this.#untold;
    this.#untold = undefined;
    this.#report({ event: "message_refused", ip, port, reason, message, count });
  }
}

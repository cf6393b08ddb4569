// A request of a program while it is handled, and what a method makes of it.

import type { Id, Refusal } from "../../protocol/json_rpc/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import type { Member, Session } from "../connection/mod.ts";
import type { Reply } from "./replies.ts";

/** Of what a client sent and a refusal repeats, in UTF-16 code units. */
export const SHOWN_LENGTH = 64;

/** Who asks, and what is to become of the answer. */
export interface Ask {
  readonly session: Session;
  readonly seat: Seat<Member>;
  readonly id: Id;
  readonly params: unknown;
  readonly reply: Reply;
}

/** An answer that is known at once. */
export type PromptAnswer = { readonly result: unknown } | { readonly refusal: Refusal };

/** "later": it goes to `reply`, at once or when it is known. */
export type Answer = PromptAnswer | "later";

export const DONE: Answer = { result: {} };

export function invalidParams(message: string): PromptAnswer {
  return { refusal: { reason: "invalid_params", message } };
}

/** What the token does not allow. */
export function mayNot(what: string, rule: "watch" | "evict"): PromptAnswer {
  return {
    refusal: { reason: "not_allowed", message: `your token does not let you ${what}`, data: { rule } },
  };
}

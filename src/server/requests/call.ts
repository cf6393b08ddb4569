// A call of a method while it is handled, and what the method makes of it.

import type { Id, Refusal } from "../../protocol/json_rpc/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import type { Member, Rights, Session } from "../connection/mod.ts";
import type { Reply } from "./replies.ts";

/** Of what a client sent and a refusal repeats, in UTF-16 code units. */
export const SHOWN_LENGTH = 64;

/** A request or a notification of a client; `params` are read. */
export interface Call<Params> {
  readonly session: Session;
  readonly seat: Seat<Member>;
  readonly id: Id;
  readonly params: Params;
  readonly reply: Reply;
}

/** An answer that is known immediately. */
export type PromptAnswer = { readonly result: unknown } | { readonly refusal: Refusal };

/** "later": it goes to `reply`, now or when it is known. */
export type Answer = PromptAnswer | "later";

export const DONE: Answer = { result: {} };

export function invalidParams(message: string): PromptAnswer {
  return { refusal: { reason: "invalid_params", message } };
}

const FORBIDDEN = { watch: "see the other members", evict: "evict members" };

/** The refusal of what the client's token does not allow; `undefined` when it does. */
export function refuseRight(rights: Rights, right: "watch" | "evict"): Refusal | undefined {
  if (rights[right]) return undefined;
  const message = `Your token does not allow you to ${FORBIDDEN[right]}`;
  return { reason: "not_allowed", message, data: { rule: right } };
}

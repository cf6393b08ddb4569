// The method `hello`: a name, a lease, or the token of a seat that is to be taken back.

import { byteLength, codeOf, count, findInvisible, fitsBytes, isVisible } from "../../words/mod.ts";
import { encodeError, encodeRequest, encodeResult, type Refusal } from "../../protocol/json_rpc/mod.ts";
import type { HelloParams } from "../../protocol/methods/mod.ts";
import { type Answer, type Call, invalidParams, type PromptAnswer } from "./call.ts";
import { normalizeName } from "../../rules/mod.ts";
import type { Runs } from "../runs/mod.ts";
import type { Seating } from "../seats/mod.ts";
import type { Session } from "../connection/mod.ts";

export interface HelloParts {
  readonly seating: Seating;
  readonly runs: Pick<Runs, "memberLeft">;
  /** The answer to a session without a seat: it waits for one, or there is no room. */
  readonly whenNotSeated: (session: Session) => Refusal;
  readonly limits: { readonly nameBytes: number };
}

/** The id of the ping that follows a token which replaces another one. */
export const CONFIRM_ID = "resume";
const CONFIRM = new TextEncoder().encode(`${encodeRequest(CONFIRM_ID, "ping", undefined)}\n`);

export class Hello {
  readonly #parts: HelloParts;

  constructor(parts: HelloParts) {
    this.#parts = parts;
  }

  handle(call: Call<HelloParams>): Answer {
    const { session, params: { name, lease_ms, resume } } = call;
    const { seating, limits } = this.#parts;
    const checked = name === undefined ? undefined : checkName(name, limits.nameBytes);
    if (checked?.ok === false) return invalidParams(checked.message);
    const greeting = { name: checked?.name, lease_ms };
    if (resume === undefined) {
      this.#greet(session, greeting);
      if (session.pendingRecords === 0) return this.#placeOf(session);
      seating.whenApplied(session, () => answerTo(call, this.#placeOf(session)));
      return "later";
    }
    const resumed = () => {
      this.#greet(session, greeting);
      seating.whenApplied(session, () => answerTo(call, this.#placeOf(session), CONFIRM));
    };
    const decide = () => {
      const refused = this.#resume(session, resume);
      if (refused === undefined) seating.whenApplied(session, resumed);
      else answerTo(call, refused);
    };
    // Meanwhile it may have asked for something else, of which it is not known yet what comes of it.
    const isContested = seating.resume.isContested(
      session,
      resume,
      () => seating.whenApplied(session, decide),
    );
    if (isContested) return "later";
    const refused = this.#resume(session, resume);
    if (refused !== undefined) return refused;
    seating.whenApplied(session, resumed);
    return "later";
  }

  #greet(session: Session, { name, lease_ms }: HelloParams): void {
    const { details } = this.#parts.seating;
    if (lease_ms !== undefined) details.lease(session, lease_ms);
    if (name !== undefined) details.rename(session, name);
  }

  #placeOf(session: Session): PromptAnswer {
    const { seating, whenNotSeated } = this.#parts;
    if (session.seat === undefined) return { refusal: whenNotSeated(session) };
    return { result: seating.welcome(session.seat) };
  }

  #resume(session: Session, token: string): { readonly refusal: Refusal } | undefined {
    const { seating: { resume }, runs } = this.#parts;
    let refusal = resume.refuseToken(session, token);
    if (refusal === undefined) {
      // It releases the seat that it was given on connecting, with all that has begun there.
      runs.memberLeft(session);
      refusal = resume.resume(session, token);
    }
    return refusal && { refusal };
  }
}

/** @param behind a ping right behind a new token: its answer says that the token has arrived. */
function answerTo({ id, reply }: Call<HelloParams>, answer: PromptAnswer, behind?: Uint8Array): void {
  if ("refusal" in answer) reply(encodeError(id, answer.refusal));
  else reply(encodeResult(id, answer.result), behind);
}

export type NameCheck =
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false; readonly message: string };

/** Spaces and line ends around a name, which are dropped. */
const AROUND = /^\p{White_Space}+|\p{White_Space}+$/gu;

/**
 * Names are shown on other people's terminals and in logs: short, not blank, and without anything that acts. Names that
 * look the same are the same: none contains an invisible character.
 *
 * @param maxBytes as UTF-8, as the name is sent and as it is kept: composing it can make it shorter or longer.
 */
export function checkName(text: string, maxBytes: number): NameCheck {
  if (!fitsBytes(text, maxBytes)) return tooLong(text, maxBytes);
  const name = normalizeName(text);
  if (name === undefined || !fitsBytes(name, maxBytes)) return tooLong(name ?? text, maxBytes);
  if (name === "") return { ok: false, message: '"name" must not be blank' };
  if (!isVisible(text.replace(AROUND, ""))) {
    return { ok: false, message: '"name" must not contain control characters' };
  }
  const invisible = findInvisible(name);
  if (invisible !== undefined) {
    return { ok: false, message: `"name" must not contain the invisible character ${codeOf(invisible)}` };
  }
  return { ok: true, name };
}

function tooLong(name: string, maxBytes: number): NameCheck {
  const message = `"name" must have at most ${count(maxBytes, "byte")}, got ${byteLength(name)}`;
  return { ok: false, message };
}

// The method `hello`: a name, a lease, or the token of a seat that somebody wants back.

import { encodeError, encodeRequest, encodeResult, type Refusal } from "../../protocol/json_rpc/mod.ts";
import { HelloParams, readShape } from "../../protocol/methods/mod.ts";
import { type Answer, type Ask, invalidParams, type PromptAnswer } from "./answer.ts";
import { checkName } from "./check_name.ts";
import type { Runs } from "../runs/mod.ts";
import type { Seating } from "../seats/mod.ts";
import type { Session } from "../connection/mod.ts";

export interface HelloParts {
  readonly seating: Seating;
  readonly runs: Pick<Runs, "memberLeft">;
  /** What a session is told that has no seat when it says hello: it waits, or there is no room. */
  readonly whenNotSeated: (session: Session) => Refusal;
  readonly limits: { readonly nameLength: number };
}

/** The id of the question that follows a token which replaces another one. */
export const CONFIRM_ID = "resume";
const CONFIRM = new TextEncoder().encode(`${encodeRequest(CONFIRM_ID, "ping", undefined)}\n`);

export class Hello {
  readonly #parts: HelloParts;

  constructor(parts: HelloParts) {
    this.#parts = parts;
  }

  handle(ask: Ask): Answer {
    const { session, params } = ask;
    const { seating, limits } = this.#parts;
    const read = readShape(HelloParams, params);
    if (!read.ok) return invalidParams(read.message);
    const { name, resume } = read.value;
    const checked = name === undefined ? undefined : checkName(name, limits.nameLength);
    if (checked?.ok === false) return invalidParams(checked.message);
    const wish = checked === undefined ? read.value : { ...read.value, name: checked.name };
    if (resume === undefined) return this.#greet(session, wish);
    const resumed = () => this.#resume(session, resume) ?? this.#greet(session, wish);
    const isContested = seating.resume.isContested(session, resume, () => answerWithQuestion(ask, resumed()));
    if (isContested) return "later";
    const answer = resumed();
    if ("refusal" in answer) return answer;
    answerWithQuestion(ask, answer);
    return "later";
  }

  #greet(session: Session, { name, lease_ms }: HelloParams): PromptAnswer {
    const { seating, whenNotSeated } = this.#parts;
    if (lease_ms !== undefined) seating.lease(session, lease_ms);
    if (name !== undefined) seating.rename(session, name);
    if (session.seat === undefined) return { refusal: whenNotSeated(session) };
    return { result: seating.welcome(session, session.seat) };
  }

  #resume(session: Session, token: string): { readonly refusal: Refusal } | undefined {
    const { seating: { resume }, runs } = this.#parts;
    let refusal = resume.refuseToken(session, token);
    if (refusal === undefined) {
      // It gives up the seat that it was given on connecting, with all that has begun there.
      runs.memberLeft(session);
      refusal = resume.resume(session, token);
    }
    return refusal && { refusal };
  }
}

/** With a question right behind the new token: its answer says that the token has arrived. */
function answerWithQuestion({ id, reply }: Ask, answer: PromptAnswer): void {
  if ("refusal" in answer) return reply(encodeError(id, answer.refusal));
  reply(encodeResult(id, answer.result), CONFIRM);
}

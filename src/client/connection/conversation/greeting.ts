// What is said to the server first, and what its answer means: a seat that is taken back, a new one, or a wait. Until the
// answer is here, a seat that we got on connecting may not be the one that we end up with, so its news are held back.
// Pure: it neither sends nor reports.

import type { HelloParams, Welcome } from "../../../protocol/methods/mod.ts";
import type { ClientEvent, RequestError } from "../../session/mod.ts";

/** The token of one seat. It resumes or releases that seat and no other, so the two are never apart. */
export interface SeatToken {
  /** The ticket of the seat. */
  readonly ticket: number;
  /** A secret. */
  readonly token: string;
}

export interface SeatWish {
  /** Lets this client in where the server asks for one: a secret. */
  readonly accessToken?: string | undefined;
  /** What the others see; absent: the address. */
  readonly name?: string | undefined;
  /** The token of the seat that we had. */
  readonly resume?: string | undefined;
  /** The lease to ask for, in ms. */
  readonly leaseMs?: number | undefined;
}

/** What is to be done after a `hello` that was refused; `events` are to be reported in any case. */
export interface Refused {
  readonly then: "go on" | "say hello again" | "give up";
  readonly events: readonly ClientEvent[];
}

export class Greeting {
  readonly #wish: SeatWish;
  #token: string | undefined;
  /** The newest of each: a server may send any number before it answers. */
  #heldWelcome: (ClientEvent & { kind: "welcome" }) | undefined;
  #heldPromotion: (ClientEvent & { kind: "promoted" }) | undefined;
  #heldWaiting: (ClientEvent & { kind: "waiting" }) | undefined;
  /** Whether the answer may name another seat, or other terms, than the welcome on connecting. */
  #isHolding: boolean;

  constructor(wish: SeatWish) {
    this.#wish = wish;
    this.#token = wish.resume;
    this.#isHolding = wish.resume !== undefined || wish.leaseMs !== undefined;
  }

  /** The params of the next `hello`. */
  get params(): HelloParams {
    const { accessToken, name, leaseMs } = this.#wish;
    return { token: accessToken, name, resume: this.#token, lease_ms: leaseMs };
  }

  /** Takes an event about the own place; gives what can be reported now. */
  pass(event: ClientEvent): readonly ClientEvent[] {
    if (!this.#isHolding) return [event];
    switch (event.kind) {
      case "welcome":
        this.#heldWelcome = event;
        this.#heldPromotion = this.#heldWaiting = undefined;
        return [];
      case "waiting":
        this.#heldWaiting = event;
        return [];
      case "promoted": {
        const was = this.#heldPromotion?.promoted.was ?? event.promoted.was;
        this.#heldPromotion = { ...event, promoted: { ...event.promoted, was } };
        return [];
      }
      default:
        return [event];
    }
  }

  /** The answer to `hello`. @param isFirst no welcome was reported yet. */
  accepted(answer: Welcome, isFirst: boolean): readonly ClientEvent[] {
    if (!this.#isHolding) return isFirst ? [{ kind: "welcome", welcome: answer }] : [];
    const early = this.#heldWelcome;
    // The token of a seat is sent once, with whichever of the two comes first.
    const resume = answer.resume ??
      (early?.welcome.ticket === answer.ticket ? early.welcome.resume : undefined);
    const welcome = { ...answer, resume };
    this.#settle();
    return [{ kind: "welcome", welcome, isBack: this.#token === undefined ? undefined : true }];
  }

  refused(error: RequestError): Refused {
    const { code, message } = error;
    const refused: ClientEvent = { kind: "refused", refused: { method: "hello", code, message } };
    if (error.reason === "unauthenticated") {
      const isAboutAccess = (error.data as { rule?: unknown } | undefined)?.rule === "token";
      if (this.#token === undefined || isAboutAccess) return { then: "give up", events: [refused] };
      // Another connection has that seat by now. The one that we got on connecting is still ours, once the rest of our
      // hello is accepted.
      this.#token = undefined;
      return { then: "say hello again", events: [{ kind: "seat_lost", why: message }] };
    }
    // The server reports the position, and later the welcome.
    const isWaiting = (error.data as { waiting?: unknown } | undefined)?.waiting === true;
    return { then: "go on", events: [...(isWaiting ? [] : [refused]), ...this.#settle()] };
  }

  #settle(): readonly ClientEvent[] {
    const held = [this.#heldWelcome, this.#heldPromotion, this.#heldWaiting].filter((event) =>
      event !== undefined
    );
    this.#heldWelcome = this.#heldPromotion = this.#heldWaiting = undefined;
    this.#isHolding = false;
    return held;
  }
}

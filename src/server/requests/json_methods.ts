// What a JSON-RPC client may ask for, method by method. Each refusal is an answer.

import { type Report, visible } from "../../log/mod.ts";
import { encodeResultOf, type Id, type Refusal } from "../../protocol/json_rpc/mod.ts";
import { type Evicted, RunEncoding } from "../../protocol/methods/mod.ts";
import * as methods from "../../protocol/methods/params.ts";
import { type Answer, type Ask, DONE, invalidParams, mayNot, SHOWN_LENGTH } from "./answer.ts";
import type { Commands, Runs } from "../runs/mod.ts";
import { Hello, type HelloParts } from "./hello.ts";
import { refuseYield } from "./refuse_yield.ts";
import type { Reply } from "./replies.ts";
import type { Seating } from "../seats/mod.ts";
import type { Session } from "../connection/mod.ts";

export interface MethodParts extends HelloParts {
  readonly seating: Seating;
  readonly commands: Commands;
  readonly runs: Runs;
  readonly report: Report;
  readonly operator: {
    /** @param by the identity of who wants it. */
    evict(params: methods.EvictParams, by?: string): Evicted | Refusal;
  };
}

const encoder = new TextEncoder();

/** What may be asked while one waits for a seat. */
const NEED_NO_SEAT = new Set(["hello", "ping", "leave"]);

export class JsonMethods {
  readonly #parts: MethodParts;
  readonly #hello: Hello;
  readonly #methods: Readonly<Record<string, (ask: Ask) => Answer>> = {
    __proto__: null as never,
    hello: (ask) => this.#hello.handle(ask),
    run: (ask) => this.#run(ask),
    cancel: (ask) => this.#cancel(ask),
    roster: (ask) => this.#roster(ask),
    watch: (ask) => this.#watch(ask),
    yield: (ask) => this.#yield(ask),
    leave: (ask) => this.#leave(ask),
    evict: (ask) => this.#evict(ask),
    ping: () => DONE,
  };

  constructor(parts: MethodParts) {
    this.#parts = parts;
    this.#hello = new Hello(parts);
  }

  /** Never throws: what goes wrong is reported, and answered. */
  call(session: Session, method: string, id: Id, params: unknown, reply: Reply): Answer {
    const handler = this.#methods[method];
    const { seat } = session;
    if (handler === undefined) {
      return {
        refusal: {
          reason: "method_not_found",
          message: `There is no method ${visible(method, SHOWN_LENGTH)}`,
        },
      };
    }
    if (seat === undefined && !NEED_NO_SEAT.has(method)) {
      return { refusal: { reason: "unavailable", message: "You have no seat yet" } };
    }
    try {
      // Those that need no seat do not look at it.
      return handler({ session, seat: seat!, id, params, reply });
    } catch (error) {
      this.#parts.report({ event: "fault", where: `method ${method}`, message: visible(String(error)) });
      return { refusal: { reason: "internal_error", message: "The server failed in answering this" } };
    }
  }

  /** The fast lane: a `run` that nobody answers. */
  send({ seat }: Session, params: unknown): Refusal | undefined {
    if (seat === undefined) return { reason: "unavailable", message: "You have no seat" };
    const read = methods.readRunParams(params);
    if (!read.ok) return { reason: "invalid_params", message: read.message };
    if (!read.value.dry_run) return this.#parts.commands.send(seat, read.value);
    return { reason: "invalid_params", message: "A dry run has an answer: send it as a request, with an id" };
  }

  #leave({ session, params }: Ask): Answer {
    const read = methods.readShape(methods.LeaveParams, params);
    if (!read.ok) return invalidParams(read.message);
    const { resume } = read.value;
    if (resume !== undefined) {
      const refusal = this.#parts.seating.resume.release(resume, session.identity);
      return refusal === undefined ? DONE : { refusal };
    }
    // Whoever has this line closes the session, when it is answered.
    session.hasLeft = true;
    return DONE;
  }

  #run({ session, seat, id, params, reply }: Ask): Answer {
    const read = methods.readRunParams(params);
    if (!read.ok) return invalidParams(read.message);
    if (read.value.dry_run) return { result: this.#parts.commands.dryRun(seat, read.value) };
    const encoding = new RunEncoding(id);
    const refusal = this.#parts.commands.run(seat, id, read.value, {
      onResult: (result, index) => session.sendText(encoding.add(result, index)),
      onEnd: (counts) => reply(encoding.end(counts)),
    });
    return refusal === undefined ? "later" : { refusal };
  }

  #cancel({ session, params }: Ask): Answer {
    const read = methods.readShape(methods.CancelParams, params);
    if (!read.ok) return invalidParams(read.message);
    if (this.#parts.runs.cancel(session, read.value.run)) return DONE;
    return invalidParams(`There is no run of yours under way with id ${shownId(read.value.run)}`);
  }

  #evict({ session, params }: Ask): Answer {
    if (!session.rights.evict) return mayNot("take a seat away", "evict");
    const read = methods.readShape(methods.EvictParams, params);
    if (!read.ok) return invalidParams(read.message);
    const evicted = this.#parts.operator.evict(read.value, session.identity);
    return "reason" in evicted ? { refusal: evicted } : { result: evicted };
  }

  #roster({ session, seat, id, reply }: Ask): Answer {
    if (!session.rights.watch) return mayNot("see who is here", "watch");
    const json = JSON.stringify(this.#parts.seating.rosterFor(seat));
    const bytes = encoder.encode(json).length;
    if (bytes < session.outboxRoom) {
      reply(encodeResultOf(id, json));
      return "later";
    }
    const message =
      `The roster has ${bytes} bytes, and only ${session.outboxRoom} fit into what may wait to be sent to you`;
    return { refusal: { reason: "too_large", message, data: { limit: session.outboxRoom } } };
  }

  #watch({ session, params }: Ask): Answer {
    const read = methods.readShape(methods.WatchParams, params);
    if (!read.ok) return invalidParams(read.message);
    if (read.value.on && !session.rights.watch) return mayNot("see who is here", "watch");
    this.#parts.seating.watch(session, read.value.on);
    return DONE;
  }

  #yield({ session, seat }: Ask): Answer {
    const { seating, runs } = this.#parts;
    const refusal = refuseYield(seating.roster, seat);
    if (refusal !== undefined) return { refusal };
    runs.memberLeft(session);
    return { result: seating.moveToEnd(session) };
  }
}

/** An id that somebody made up, of any length. */
function shownId(id: Id): string {
  return visible(JSON.stringify(id), SHOWN_LENGTH);
}

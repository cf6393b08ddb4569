// What a JSON-RPC client may ask for: a handler for each method of the table. Each refusal is an answer.

import type { Report } from "../../log/mod.ts";
import { visible } from "../../words/mod.ts";
import {
  encodeError,
  encodeResult,
  encodeResultOf,
  type Id,
  type Refusal,
} from "../../protocol/json_rpc/mod.ts";
import {
  type CancelParams,
  type Evicted,
  type EvictParams,
  type LeaveParams,
  type MethodName,
  methodOf,
  METHODS,
  type ReadParamsOf,
  readShape,
  RunEncoding,
  type RunParams,
  type WatchParams,
} from "../../protocol/methods/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import type { Member, Session } from "../connection/mod.ts";
import { type AllowList, type Commands, describeCommands, type Runs } from "../runs/mod.ts";
import { mayLead, type Seating } from "../seats/mod.ts";
import { type Answer, type Call, DONE, invalidParams, refuseRight, SHOWN_LENGTH } from "./call.ts";
import { Hello, type HelloParts } from "./hello.ts";
import type { Reply } from "./replies.ts";

export interface MethodParts extends HelloParts {
  readonly seating: Seating;
  readonly commands: Commands;
  readonly runs: Runs;
  readonly allowed: Pick<AllowList, "rules">;
  readonly report: Report;
  readonly operator: {
    /** @param by the client that asks for it. */
    evict(params: EvictParams, by: Session): Evicted | Refusal | Promise<Evicted | Refusal>;
  };
}

/** More than any client has, unless its server cannot reach the others. */
const MAX_PENDING_PROOFS = 16;
const TOO_MANY_PINGS: Answer = {
  refusal: {
    reason: "rate_limited",
    message: `Too many pings without an answer: at most ${MAX_PENDING_PROOFS}`,
  },
};

type Handlers = { readonly [M in MethodName]: (call: Call<ReadParamsOf<M>>) => Answer };

/** A row of the table with its handler, which takes what the row's shape gives. */
interface Handled {
  readonly row: ReturnType<typeof methodOf>;
  readonly handle: (call: Call<never>) => Answer;
}

const encoder = new TextEncoder();

export class JsonMethods {
  readonly #parts: MethodParts;
  readonly #methods: ReadonlyMap<string, Handled>;

  constructor(parts: MethodParts) {
    this.#parts = parts;
    const hello = new Hello(parts);
    const handlers: Handlers = {
      hello: (call) => hello.handle(call),
      run: (call) => this.#run(call),
      cancel: (call) => this.#cancel(call),
      roster: (call) => this.#roster(call),
      commands: (call) => this.#allowedCommands(call),
      watch: (call) => this.#watch(call),
      yield: (call) => this.#yield(call),
      leave: (call) => this.#leave(call),
      evict: (call) => this.#evict(call),
      ping: (call) => this.#ping(call),
    };
    const names = Object.keys(handlers) as MethodName[];
    this.#methods = new Map(names.map((name) => [name, { row: methodOf(name), handle: handlers[name] }]));
  }

  /** Never throws: what goes wrong is reported, and answered. */
  call(session: Session, method: string, id: Id, params: unknown, reply: Reply): Answer {
    const handled = this.#methods.get(method);
    const { seat } = session;
    if (handled === undefined) {
      const message = `Unknown method "${visible(method, SHOWN_LENGTH)}"`;
      return { refusal: { reason: "method_not_found", message } };
    }
    const { row, handle } = handled;
    if (seat === undefined && row.needsSeat) {
      return { refusal: { reason: "unavailable", message: "You do not have a seat yet" } };
    }
    const refusal = row.right && refuseRight(session.rights, row.right);
    if (refusal !== undefined) return { refusal };
    const read = readShape<unknown>(row.params, params);
    if (!read.ok) return invalidParams(read.message);
    try {
      // Those that need no seat do not look at it.
      return handle({ session, seat: seat!, id, params: read.value as never, reply });
    } catch (error) {
      this.#parts.report({ event: "fault", where: `method ${method}`, message: visible(String(error)) });
      return { refusal: { reason: "internal_error", message: "Internal error" } };
    }
  }

  /** A `run` as a notification, which is not answered. */
  send({ seat }: Session, params: unknown): Refusal | undefined {
    if (seat === undefined) return { reason: "unavailable", message: "You do not have a seat yet" };
    const read = readShape(METHODS.run.params, params);
    if (!read.ok) return { reason: "invalid_params", message: read.message };
    if (!read.value.dry_run) return this.#parts.commands.send(seat, read.value);
    return { reason: "invalid_params", message: "A dry run must be a request: send it with an id" };
  }

  #leave({ session, params: { resume }, id, reply }: Call<LeaveParams>): Answer {
    if (resume !== undefined) {
      const refusal = this.#parts.seating.resume.release(resume, session.identity);
      if (refusal instanceof Promise) {
        void refusal.then((known) => reply(known ? encodeError(id, known) : encodeResult(id, {})));
        return "later";
      }
      if (refusal !== undefined) return { refusal };
      this.#parts.seating.noteTold(session);
      return DONE;
    }
    // The line handler closes the session once this is answered.
    session.hasLeft = true;
    return DONE;
  }

  #run({ session, seat, id, params, reply }: Call<RunParams>): Answer {
    if (params.dry_run) return { result: this.#parts.commands.dryRun(seat, params) };
    const encoding = new RunEncoding(id);
    const refusal = this.#parts.commands.run(seat, id, params, {
      onResult: (result, index) => session.sendText(encoding.add(result, index)),
      onEnd: (counts) => reply(encoding.end(counts)),
    });
    return refusal === undefined ? "later" : { refusal };
  }

  #cancel({ session, params: { run } }: Call<CancelParams>): Answer {
    if (this.#parts.runs.cancel(session, run)) return DONE;
    return invalidParams(`You have no run in flight with id ${shownId(run)}`);
  }

  #evict({ session, params, id, reply }: Call<EvictParams>): Answer {
    const { operator, seating } = this.#parts;
    const evicted = operator.evict(params, session);
    if (evicted instanceof Promise) {
      void evicted.then((known) =>
        reply("reason" in known ? encodeError(id, known) : encodeResult(id, known))
      );
      return "later";
    }
    if ("reason" in evicted) return { refusal: evicted };
    seating.noteTold(session);
    return { result: evicted };
  }

  #roster({ session, seat, id, reply }: Call<undefined>): Answer {
    return replyWhole("The roster", this.#parts.seating.rosterFor(seat), { session, id, reply });
  }

  #allowedCommands({ session, id, reply }: Call<undefined>): Answer {
    const { allowed, seating } = this.#parts;
    const commands = describeCommands(allowed.rules, session.rights.issue, seating.capacity);
    return replyWhole("The list of commands", { commands }, { session, id, reply });
  }

  #watch({ session, params: { on } }: Call<WatchParams>): Answer {
    const refusal = on ? refuseRight(session.rights, "watch") : undefined;
    if (refusal !== undefined) return { refusal };
    this.#parts.seating.watch(session, on);
    return DONE;
  }

  #yield({ session, seat, id, reply }: Call<undefined>): Answer {
    const { seating, runs } = this.#parts;
    const refusal = refuseYield(seating.roster, seat);
    if (refusal !== undefined) return { refusal };
    runs.memberLeft(session);
    seating.yields.moveToEnd(session, (place) => reply(encodeResult(id, place)));
    return "later";
  }

  /** The answer to a client with a lease proves that it still has its seat. */
  #ping({ session, id, reply }: Call<undefined>): Answer {
    if (session.leaseMs === 0) return DONE;
    if (session.pendingProofs >= MAX_PENDING_PROOFS) return TOO_MANY_PINGS;
    session.pendingProofs++;
    this.#parts.seating.shared.whenProven(session, () => {
      session.pendingProofs--;
      reply(encodeResult(id, {}));
    });
    return "later";
  }
}

/** Answers with a result of any length, unless the client would be closed for it as too slow. */
function replyWhole(
  what: string,
  result: object,
  to: Pick<Call<undefined>, "session" | "id" | "reply">,
): Answer {
  const { session, id, reply } = to;
  const json = JSON.stringify(result);
  const bytes = encoder.encode(json).length;
  if (bytes < session.outboxRoom) {
    reply(encodeResultOf(id, json));
    return "later";
  }
  const message = `${what} has ${bytes} bytes, but your queue has room for only ${session.outboxRoom}`;
  return { refusal: { reason: "too_large", message, data: { limit: session.outboxRoom } } };
}

const NO_SUCCESSOR: Refusal = {
  reason: "no_recipient",
  message: "No client below you could lead: none that is connected has a lease",
};

/**
 * A member with a lease, perhaps with a program that would be stopped for it, keeps its place while no member behind it
 * could lead instead.
 *
 * @param roster by rank, everything settled
 */
function refuseYield(roster: readonly Seat<Member>[], { rank, member }: Seat<Member>): Refusal | undefined {
  if (member.leaseMs === 0) return undefined;
  const isFollowed = roster.slice(rank + 1).some(({ member }) => mayLead(member));
  return isFollowed ? undefined : NO_SUCCESSOR;
}

/** An id of the client's choice, of any length. */
function shownId(id: Id): string {
  return visible(JSON.stringify(id), SHOWN_LENGTH);
}

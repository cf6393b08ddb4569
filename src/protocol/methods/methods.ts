// The table of methods: what each takes and gives, what it costs and what it needs, as docs/protocol/reference.md
// describes it. A new method is a row here and its handler in server/requests (the compiler asks for it), and a section in
// the document.

import {
  cancelParamsShape,
  evictParamsShape,
  helloParamsShape,
  leaveParamsShape,
  noParamsShape,
  runParamsShape,
  type RunRequest,
  watchParamsShape,
} from "./params.ts";
import { commandListShape } from "./command_shapes.ts";
import { evictedShape, raisedShape, serverStatusShape, statusParamsShape } from "./operator_shapes.ts";
import {
  cancelNoteShape,
  dryRunSummaryShape,
  executeParamsShape,
  executeResultShape,
  resultNoteShape,
  runSummaryShape,
} from "./run_shapes.ts";
import { rosterChangedShape, rosterShape } from "./roster_shapes.ts";
import {
  closingShape,
  commandsChangedShape,
  placeShape,
  promotedShape,
  refusedShape,
  waitingNoteShape,
  welcomeNoteShape,
  welcomeShape,
  yieldRequestedShape,
} from "./seat_shapes.ts";
import { ignored, object, type OutputOf, type Shape } from "./shapes.ts";

/** What a call counts against its sender's rate: one command, or more the more members there are. */
export type Cost = "one" | "all members";

interface Method {
  /** As the server reads them. */
  readonly params: Shape<unknown>;
  /** As the client reads it. */
  readonly result: Shape<unknown>;
  /** "all members": it reports every member, or reports to every member. */
  readonly cost: Cost;
  /** The same call with `dry_run`. */
  readonly dryRun?: { readonly result: Shape<unknown>; readonly cost: Cost } | undefined;
  /** The cost with `to_names`, which are searched for in the whole roster. */
  readonly costByName?: Cost | undefined;
  /** False: a client that waits for a seat may send it, too. */
  readonly needsSeat: boolean;
  /** What the sender's token has to allow. */
  readonly right?: "watch" | "evict" | undefined;
  /** Why only the client program itself may send it, and not those that use its seat; absent: they may. */
  readonly reserved?: string | undefined;
  /** Absent: the clients of the server. */
  readonly senders?: readonly Sender[];
}

/** Who sends a method: a client of the server, or its operator through the control socket. */
type Sender = "client" | "operator";

/** `{}`: it is done. */
const doneShape = object<Record<never, never>>({});

/** What the clients and the operator of a server may send to it. */
export const METHODS = {
  hello: {
    params: helloParamsShape,
    result: welcomeShape,
    cost: "all members",
    needsSeat: false,
    reserved: "the client sends it when it connects; set its name and token when you start it",
  },
  run: {
    params: runParamsShape,
    result: runSummaryShape,
    cost: "one",
    dryRun: { result: dryRunSummaryShape, cost: "all members" },
    costByName: "all members",
    needsSeat: true,
  },
  cancel: { params: cancelParamsShape, result: doneShape, cost: "one", needsSeat: true },
  roster: {
    params: noParamsShape,
    result: rosterShape,
    cost: "all members",
    needsSeat: true,
    right: "watch",
  },
  commands: { params: noParamsShape, result: commandListShape, cost: "one", needsSeat: true },
  // Without the right to watch, watching can still be turned off.
  watch: { params: watchParamsShape, result: doneShape, cost: "all members", needsSeat: true },
  yield: { params: noParamsShape, result: placeShape, cost: "all members", needsSeat: true },
  leave: {
    params: leaveParamsShape,
    result: doneShape,
    cost: "one",
    needsSeat: false,
    reserved: "the client sends it when it ends; stop the client to release its seat",
  },
  status: {
    params: statusParamsShape,
    result: serverStatusShape,
    cost: "one",
    needsSeat: false,
    senders: ["operator"],
  },
  evict: {
    params: evictParamsShape,
    result: evictedShape,
    cost: "all members",
    needsSeat: true,
    right: "evict",
    senders: ["client", "operator"],
  },
  raise: {
    params: evictParamsShape,
    result: raisedShape,
    cost: "all members",
    needsSeat: false,
    senders: ["operator"],
  },
  ping: {
    params: noParamsShape,
    result: doneShape,
    cost: "one",
    needsSeat: false,
    senders: ["client", "operator"],
  },
} as const satisfies Readonly<Record<string, Method>>;

type Methods = typeof METHODS;
type SentBy<S extends Sender> = {
  [M in keyof Methods]: Methods[M] extends { readonly senders: readonly (infer Senders)[] }
    ? S extends Senders ? M : never
    : S extends "client" ? M
    : never;
}[keyof Methods];

/** A method that a client may send. */
export type MethodName = SentBy<"client">;
/** A method that the operator may send. */
export type OperatorMethodName = SentBy<"operator">;

/** The params of a method as they are read. */
export type ReadParamsOf<M extends keyof Methods> = OutputOf<Methods[M]["params"]>;
/** The params of a method as they are sent, where what has a default may be left out; `undefined`: it has none. */
export type ParamsOf<M extends keyof Methods> = M extends "run" ? RunRequest : ReadParamsOf<M>;
/** The result of a method. */
export type ResultOf<M extends keyof Methods> = OutputOf<
  Methods[M]["result"] | (Methods[M] extends { readonly dryRun: { readonly result: infer R } } ? R : never)
>;

/** By name as it comes over the wire, where "constructor" is no method. */
const ROWS: ReadonlyMap<string, Method> = new Map(
  Object.entries<Method>(METHODS).map(([name, row]) => [name, withAllKeys(row)]),
);

/** Every call reads a row: the engine reads objects with the same keys in the same order fastest. */
function withAllKeys(row: Method): Method {
  const { params, result, cost, dryRun, costByName, needsSeat, right, reserved, senders = ["client"] } = row;
  return { params, result, cost, dryRun, costByName, needsSeat, right, reserved, senders };
}

/** The row of a method that a client may send. */
export function methodOf<M extends MethodName>(
  name: M,
): Method & { readonly params: Shape<ReadParamsOf<M>> } {
  return ROWS.get(name) as Method & { readonly params: Shape<ReadParamsOf<M>> };
}

export function isMethodName(name: string): name is MethodName {
  return isSentBy(name, "client");
}

/** In the order of the table. */
export const OPERATOR_METHODS: readonly OperatorMethodName[] = [...ROWS.keys()].filter(
  (name): name is OperatorMethodName => isSentBy(name, "operator"),
);

export function isOperatorMethodName(name: string): name is OperatorMethodName {
  return isSentBy(name, "operator");
}

function isSentBy(name: string, sender: Sender): boolean {
  return ROWS.get(name)?.senders?.includes(sender) === true;
}

/** What a call costs; a method that does not exist costs the minimum. @param params as they came */
export function costOf(name: string, params: unknown): Cost {
  const row = ROWS.get(name);
  if (row === undefined) return "one";
  const { dryRun, costByName, cost } = row;
  const { dry_run, to_names } = (params ?? {}) as { dry_run?: unknown; to_names?: unknown };
  if (dryRun !== undefined && dry_run === true) return dryRun.cost;
  return costByName !== undefined && to_names !== undefined ? costByName : cost;
}

/** The notifications of the server, with their params as the client reads them. */
export const NOTIFICATIONS = {
  welcome: welcomeNoteShape,
  promoted: promotedShape,
  execute: executeParamsShape,
  cancel: cancelNoteShape,
  result: resultNoteShape,
  waiting: waitingNoteShape,
  roster_changed: rosterChangedShape,
  commands_changed: commandsChangedShape,
  refused: refusedShape,
  yield_requested: yieldRequestedShape,
  closing: closingShape,
} as const satisfies Readonly<Record<string, Shape<unknown>>>;

export type NotificationName = keyof typeof NOTIFICATIONS;
export type NotificationParams<N extends NotificationName> = OutputOf<typeof NOTIFICATIONS[N]>;

/** The requests of the server. */
export const SERVER_REQUESTS = {
  execute: { params: executeParamsShape, result: executeResultShape },
  // Any response to it will do.
  ping: { params: ignored, result: ignored },
} as const satisfies Readonly<Record<string, { params: Shape<unknown>; result: Shape<unknown> }>>;

// Sends commands to their executors. All commands that one read of an issuer contained for the members below it become one
// chunk of bytes: it is encoded once and written once per executor, however many commands it holds.

import type { Seat } from "../../ranks/mod.ts";
import type { Seating } from "../seats/mod.ts";
import type { Member } from "../connection/mod.ts";
import type { CommandLog } from "./command_log.ts";
import type { CommandTally } from "./command_tally.ts";
import { executeText } from "./execute_text.ts";
import type { OtherNodes } from "./other_nodes.ts";

const encoder = new TextEncoder();

/** Commands of one issuer to all members below it that have not been sent yet. */
interface QueuedCommands {
  readonly issuer: Seat<Member>;
  /** The common end of these messages, after the arguments. */
  readonly tail: string;
  json: string;
  /** Where in it begins what other servers have not been sent. */
  unsentFrom: number;
  /** Those that are not logged yet. */
  readonly tally: CommandTally;
}

const REST = ',"method":"execute","params":{"command":';
const HEAD = `{"jsonrpc":"2.0"${REST}`;

export class FanOut {
  readonly #seating: Seating;
  readonly #log: CommandLog;
  readonly #others: OtherNodes | undefined;
  #queued: QueuedCommands | undefined;
  /** A cache: most commands have the same issuer as the one before. Rank and name change only with the epoch. */
  #lastTail: { readonly ticket: number; readonly epoch: number; readonly text: string } | undefined;

  /** @param others absent: all members are connected to this server. */
  constructor(seating: Seating, log: CommandLog, others?: OtherNodes) {
    this.#seating = seating;
    this.#log = log;
    this.#others = others;
  }

  /** Adds a command to all members below the issuer; {@linkcode flush} sends it. */
  toAllBelow(issuer: Seat<Member>, command: string, args: readonly string[]): void {
    this.plainToAllBelow(issuer, command, [JSON.stringify(args)]);
  }

  /** Like {@linkcode toAllBelow} for many commands of the same name. @param args the arguments of each, as JSON */
  plainToAllBelow(issuer: Seat<Member>, command: string, args: readonly string[]): void {
    const queued = this.#queueFor(issuer);
    const { tail } = queued;
    const head = `${HEAD}${JSON.stringify(command)},"args":`;
    let json = queued.json;
    for (let i = 0; i < args.length; i++) json += head + args[i]! + tail;
    queued.json = json;
    queued.tally.add(command, args);
  }

  /** Sends the queued. To be called before anything else is sent, and at the end. */
  flush(): void {
    const queued = this.#queued;
    if (queued === undefined) return;
    this.#queued = undefined;
    const { issuer, tally, json } = queued;
    // The roster at the time the commands were accepted: members that have left since are still in it.
    const roster = this.#seating.unsettledRoster;
    const bytes = encoder.encode(json);
    const executors = send(roster, issuer.rank + 1, json, bytes);
    this.#sendToOthers(queued, bytes);
    this.#log.talliedAccepted(issuer, tally, executors);
  }

  /** Sends one command to certain executors; with `run`, as a request that they answer. */
  toChosen(
    issuer: Seat<Member>,
    executors: readonly Seat<Member>[],
    command: string,
    args: readonly string[],
    run?: number,
  ): void {
    const words = `${JSON.stringify(command)},"args":${JSON.stringify(args)}`;
    const head = run === undefined ? HEAD : `{"jsonrpc":"2.0","id":${run}${REST}`;
    // So that commands are logged in the order in which they were accepted.
    if (this.#queued?.tally.isEmpty === false) this.flush();
    if (executors.length === this.#seating.unsettledRoster.length - issuer.rank - 1) {
      // All members below the issuer: the command can join the queued.
      const queued = this.#queueFor(issuer);
      if (run !== undefined) this.#sendToOthers(queued);
      queued.json += head + words + queued.tail;
      if (run !== undefined) queued.unsentFrom = queued.json.length;
    } else {
      this.flush();
      const json = head + words + this.#tail(issuer);
      const bytes = encoder.encode(json);
      send(executors, 0, json, bytes);
      if (run === undefined) this.#others?.toChosen(issuer, executors, bytes);
    }
    // Every server has its own number for a run.
    if (run !== undefined) this.#others?.begin(issuer, executors, run, REST + words + this.#tail(issuer));
    const count = executors.reduce((sum, { member }) => member.rights.execute ? sum + 1 : sum, 0);
    this.#log.accepted(issuer, { command, args }, count, run);
  }

  #queueFor(issuer: Seat<Member>): QueuedCommands {
    if (this.#queued?.issuer === issuer) return this.#queued;
    this.flush();
    const tally = this.#log.tally(issuer);
    return this.#queued = { issuer, tail: this.#tail(issuer), json: "", unsentFrom: 0, tally };
  }

  /** Sends other servers what they have not been sent of the queued. @param all of it, if it is encoded */
  #sendToOthers(queued: QueuedCommands, all?: Uint8Array): void {
    const { issuer, json, unsentFrom } = queued;
    if (this.#others === undefined || unsentFrom === json.length) return;
    queued.unsentFrom = json.length;
    const isAll = all !== undefined && unsentFrom === 0;
    this.#others.toAllBelow(issuer, isAll ? all : encoder.encode(json.slice(unsentFrom)));
  }

  #tail({ rank, ticket, member: { name } }: Seat<Member>): string {
    const { epoch } = this.#seating;
    const last = this.#lastTail;
    if (last?.ticket === ticket && last.epoch === epoch) return last.text;
    const text = `,"from":${JSON.stringify({ rank, ticket, name })},"epoch":${epoch}}}\n`;
    this.#lastTail = { ticket, epoch, text };
    return text;
  }
}

/**
 * Sends lines of JSON to the `seats` from index `first` on that may execute, in the form that each session reads.
 *
 * @param jsonBytes the lines, encoded
 * @returns the number of executors
 */
function send(seats: readonly Seat<Member>[], first: number, json: string, jsonBytes: Uint8Array): number {
  let textBytes: Uint8Array | undefined;
  let executors = seats.length - first;
  for (let i = first; i < seats.length; i++) {
    const session = seats[i]!.member;
    if (!session.rights.execute) {
      executors--;
      continue;
    }
    session.send(session.mode === "text" ? textBytes ??= encoder.encode(executeText(json)) : jsonBytes);
  }
  return executors;
}

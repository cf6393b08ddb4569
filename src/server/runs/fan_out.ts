// Sends commands to their executors. All commands that one read of an issuer contained for the members below it become one
// chunk of bytes: it is encoded once and written once per executor, however many commands it holds.

import type { Seat } from "../../ranks/mod.ts";
import type { ExecuteParams } from "../../protocol/methods/mod.ts";
import { executeLine } from "../../protocol/text/mod.ts";
import type { Seating } from "../seats/mod.ts";
import type { Member } from "../connection/mod.ts";
import type { CommandLog } from "./command_log.ts";
import type { CommandTally } from "./command_tally.ts";

const encoder = new TextEncoder();

/** Commands of one issuer to all members below it that have not been sent yet. */
interface QueuedCommands {
  readonly issuer: Seat<Member>;
  /** The common end of these messages, after the arguments. */
  readonly tail: string;
  json: string;
  /** Those that are not logged yet. */
  readonly tally: CommandTally;
}

const HEAD = '{"jsonrpc":"2.0","method":"execute","params":{"command":';

export class FanOut {
  readonly #seating: Seating;
  readonly #log: CommandLog;
  #queued: QueuedCommands | undefined;
  /** A cache: most commands have the same issuer as the one before. Rank and name change only with the epoch. */
  #lastTail: { readonly ticket: number; readonly epoch: number; readonly text: string } | undefined;

  constructor(seating: Seating, log: CommandLog) {
    this.#seating = seating;
    this.#log = log;
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
    const executors = send(roster, issuer.rank + 1, json);
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
    const head = run === undefined
      ? HEAD
      : `{"jsonrpc":"2.0","id":${run},"method":"execute","params":{"command":`;
    // So that commands are logged in the order in which they were accepted.
    if (this.#queued?.tally.isEmpty === false) this.flush();
    if (executors.length === this.#seating.unsettledRoster.length - issuer.rank - 1) {
      // All members below the issuer: the command can join the queued.
      const queued = this.#queueFor(issuer);
      queued.json += head + words + queued.tail;
    } else {
      this.flush();
      send(executors, 0, head + words + this.#tail(issuer));
    }
    const count = executors.reduce((sum, { member }) => member.rights.execute ? sum + 1 : sum, 0);
    this.#log.accepted(issuer, { command, args }, count, run);
  }

  #queueFor(issuer: Seat<Member>): QueuedCommands {
    if (this.#queued?.issuer === issuer) return this.#queued;
    this.flush();
    return this.#queued = { issuer, tail: this.#tail(issuer), json: "", tally: this.#log.tally(issuer) };
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
 * Sends lines of JSON to the `seats` from index `first` on that may execute, in the form that each session reads. Each form
 * is encoded once.
 *
 * @returns the number of executors
 */
function send(seats: readonly Seat<Member>[], first: number, json: string): number {
  const jsonBytes = encoder.encode(json);
  let textBytes: Uint8Array | undefined;
  let executors = seats.length - first;
  for (let i = first; i < seats.length; i++) {
    const session = seats[i]!.member;
    if (!session.rights.execute) {
      executors--;
      continue;
    }
    session.send(session.mode === "text" ? textBytes ??= encodeText(json) : jsonBytes);
  }
  return executors;
}

/** The same commands as text. Parsed from the JSON, because text sessions are rare. */
function encodeText(json: string): Uint8Array {
  const commands = json.trimEnd().split("\n").map((line) => JSON.parse(line).params as ExecuteParams);
  return encoder.encode(commands.map(({ command, args, from }) => executeLine(command, args, from)).join(""));
}

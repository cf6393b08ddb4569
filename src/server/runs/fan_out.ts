// Hands a command to its executors. What one read of an issuer brought for everybody below it becomes one chunk of bytes
// that all of them share: one encode, and one write for each executor, however many commands it holds.

import type { Seat } from "../../ranks/mod.ts";
import type { ExecuteParams } from "../../protocol/methods/mod.ts";
import { executeLine } from "../../protocol/text/mod.ts";
import type { Report } from "../../log/mod.ts";
import type { Seating } from "../seats/mod.ts";
import type { Member } from "../connection/mod.ts";

const encoder = new TextEncoder();

/** Commands of one issuer for everybody below it, not yet handed over. */
interface Gathered {
  readonly issuer: Seat<Member>;
  /** What all these messages end with, after the arguments. */
  readonly tail: string;
  json: string;
  /** By command, how often it was accepted and is not yet in the log. */
  readonly counts: Map<string, number>;
}

const HEAD = '{"jsonrpc":"2.0","method":"execute","params":{"command":';

export class FanOut {
  readonly #seating: Seating;
  readonly #report: Report;
  #gathered: Gathered | undefined;
  /** The last one: most commands come from the same issuer as the one before. Rank and name do not change in an epoch. */
  #lastTail: { readonly ticket: number; readonly epoch: number; readonly text: string } | undefined;

  constructor(seating: Seating, report: Report) {
    this.#seating = seating;
    this.#report = report;
  }

  /** Gathers a command to everybody below the issuer; {@linkcode flush} hands it over. */
  toAllBelow(issuer: Seat<Member>, command: string, args: readonly string[]): void {
    this.plainToAllBelow(issuer, command, [JSON.stringify(args)]);
  }

  /** Like {@linkcode toAllBelow} for many at once. @param args of each, as JSON */
  plainToAllBelow(issuer: Seat<Member>, command: string, args: readonly string[]): void {
    const gathered = this.#gatherFor(issuer);
    const { tail, counts } = gathered;
    const head = `${HEAD}${JSON.stringify(command)},"args":`;
    let json = gathered.json;
    for (let i = 0; i < args.length; i++) json += head + args[i]! + tail;
    gathered.json = json;
    counts.set(command, (counts.get(command) ?? 0) + args.length);
  }

  /** Hands what was gathered to those below the issuer. To be called before anything else is sent, and at the end. */
  flush(): void {
    const gathered = this.#gathered;
    if (gathered === undefined) return;
    this.#gathered = undefined;
    const { issuer, counts, json } = gathered;
    // As it was when these were accepted: whoever left since is still in it and hears nothing.
    const roster = this.#seating.unsettledRoster;
    const executors = send(roster, issuer.rank + 1, json);
    const { ip, port } = issuer.member;
    for (const [command, count] of counts) {
      this.#report({ event: "command_accepted", ip, port, rank: issuer.rank, command, executors, count });
    }
  }

  /** Hands one command to chosen executors; with `run`, as a request that they are to answer. */
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
    // The log tells of what was accepted before this first.
    if (this.#gathered !== undefined && this.#gathered.counts.size > 0) this.flush();
    if (executors.length === this.#seating.unsettledRoster.length - issuer.rank - 1) {
      // The same executors as of every other command to all: one chunk for all of them.
      const gathered = this.#gatherFor(issuer);
      gathered.json += head + words + gathered.tail;
    } else {
      this.flush();
      send(executors, 0, head + words + this.#tail(issuer));
    }
    const count = executors.reduce((sum, { member }) => member.rights.execute ? sum + 1 : sum, 0);
    const { ip, port } = issuer.member;
    const about = { ip, port, rank: issuer.rank, command, executors: count, count: 1 };
    this.#report({ event: "command_accepted", ...about, ...(run === undefined ? {} : { run }) });
  }

  #gatherFor(issuer: Seat<Member>): Gathered {
    if (this.#gathered?.issuer === issuer) return this.#gathered;
    this.flush();
    return this.#gathered = { issuer, tail: this.#tail(issuer), json: "", counts: new Map() };
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
 * Sends lines of JSON to `seats` from index `first` on, each in its own form, each form encoded once; who may not execute
 * is left out.
 *
 * @returns how many are to execute it
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

/** The same commands for whoever is to be shown them. Read back, since hardly anybody ever is. */
function encodeText(json: string): Uint8Array {
  const commands = json.trimEnd().split("\n").map((line) => JSON.parse(line).params as ExecuteParams);
  return encoder.encode(commands.map(({ command, args, from }) => executeLine(command, args, from)).join(""));
}

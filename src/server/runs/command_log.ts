// Logs commands: who sent which, with its arguments unless the configuration hides them. Bounded: what is logged of one
// read, and of one command, does not grow with them.

import { clientRef, type LoggedCommand, type Report } from "../../log/mod.ts";
import type { Refusal } from "../../protocol/json_rpc/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import { byteLength, visible } from "../../words/mod.ts";
import type { Member } from "../connection/mod.ts";
import type { AllowList } from "./allow_list.ts";
import { truncateToBytes } from "./truncate.ts";

/** Different commands of one read that are logged one by one; more are counted by name. */
const MAX_DIFFERENT = 8;
/** Of the arguments of one command together; one that is cut ends in "…". */
const MAX_ARGS_BYTES = 1_024;
const MAX_COMMAND_BYTES = 64;

interface Counted {
  readonly command: string;
  /** As JSON. */
  readonly args: string;
  count: number;
}

/** The commands of one read that are not logged yet: equal ones in a row are counted together. */
export class CommandTally {
  readonly #showsArguments: boolean;
  readonly #different: Counted[] = [];
  /** By name, where the arguments are not shown. */
  readonly #counts = new Map<string, number>();

  constructor(showsArguments: boolean) {
    this.#showsArguments = showsArguments;
  }

  get isEmpty(): boolean {
    return this.#different.length === 0 && this.#counts.size === 0;
  }

  /** @param args the arguments of each, as JSON */
  add(command: string, args: readonly string[]): void {
    const shown = this.#showsArguments ? this.#addDifferent(command, args) : 0;
    const rest = args.length - shown;
    if (rest > 0) this.#counts.set(command, (this.#counts.get(command) ?? 0) + rest);
  }

  /** What is to be logged, in the order of arrival, followed by the counts by name. */
  *entries(): Iterable<LoggedCommand & { readonly count: number }> {
    for (const { command, args, count } of this.#different) {
      yield { command, ...loggedArguments(JSON.parse(args)), count };
    }
    for (const [command, count] of this.#counts) {
      yield this.#showsArguments ? { command, args_differ: true, count } : { command, count };
    }
  }

  /** @returns how many it has counted, up to the first that is one too many */
  #addDifferent(command: string, args: readonly string[]): number {
    const different = this.#different;
    let last = different.at(-1);
    for (let i = 0; i < args.length; i++) {
      if (last?.command === command && last.args === args[i]) last.count++;
      else if (different.length === MAX_DIFFERENT) return i;
      else different.push(last = { command, args: args[i]!, count: 1 });
    }
    return args.length;
  }
}

export class CommandLog {
  readonly #report: Report;
  readonly #showsArguments: boolean;
  readonly #allowed: Pick<AllowList, "get">;

  constructor(report: Report, showsArguments: boolean, allowed: Pick<AllowList, "get">) {
    this.#report = report;
    this.#showsArguments = showsArguments;
    this.#allowed = allowed;
  }

  tally(): CommandTally {
    return new CommandTally(this.#showsArguments);
  }

  /** All commands of a tally have gone to as many executors. */
  talliedAccepted({ member, rank }: Seat<Member>, tally: CommandTally, executors: number): void {
    const who = clientRef(member);
    for (const counted of tally.entries()) {
      this.#report({ event: "command_accepted", ...who, rank, ...counted, executors });
    }
  }

  accepted(
    { member, rank }: Seat<Member>,
    { command, args }: { readonly command: string; readonly args: readonly string[] },
    executors: number,
    run?: number,
  ): void {
    const logged = { command, ...this.#shown(args), executors, count: 1, run };
    this.#report({ event: "command_accepted", ...clientRef(member), rank, ...logged });
  }

  refused(
    { member, rank }: Seat<Member>,
    { command, args }: { readonly command: string; readonly args: readonly string[] },
    refusal: Refusal,
  ): void {
    const who = { ...clientRef(member), rank };
    const { reason } = refusal;
    if (this.#showsArguments) {
      const logged = { command: cut(command, MAX_COMMAND_BYTES), ...loggedArguments(args) };
      const message = visible(refusal.message);
      this.#report({ event: "command_refused", ...who, ...logged, reason, message });
    } else {
      // What is not a command's name may be a whole line that was typed in quotes.
      const name = this.#allowed.get(command) === undefined ? "(hidden)" : command;
      this.#report({ event: "command_refused", ...who, command: name, reason, ...brokenRule(refusal) });
    }
  }

  #shown(args: readonly string[]): Pick<LoggedCommand, "args" | "args_omitted"> {
    return this.#showsArguments ? loggedArguments(args) : {};
  }
}

/** The message without what was sent, where there is more to say than the reason. */
function brokenRule({ data }: Refusal): { readonly message?: string } {
  if (data?.rule === undefined) return {};
  const what = data.position === undefined ? "the command" : `argument ${data.position}`;
  return { message: `${what} breaks the rule "${data.rule}"` };
}

/** As many arguments as may be logged. */
function loggedArguments(args: readonly string[]): Pick<LoggedCommand, "args" | "args_omitted"> {
  // Most are far too short to be measured: a UTF-16 code unit takes three bytes at most.
  const units = args.reduce((sum, arg) => sum + arg.length + 1, 0);
  if (units * 3 <= MAX_ARGS_BYTES) return { args };
  const shown: string[] = [];
  let room = MAX_ARGS_BYTES;
  for (const arg of args) {
    if (room <= 0) return { args: shown, args_omitted: args.length - shown.length };
    const part = cut(arg, room);
    shown.push(part);
    // An empty argument takes room, too.
    room -= byteLength(part) + 1;
  }
  return { args: shown };
}

function cut(text: string, maxBytes: number): string {
  const { text: start, isCut } = truncateToBytes(text, maxBytes);
  return isCut ? `${start}…` : text;
}

// Adds commands to the audit: sender, executors, and the status of each. Equal commands of one read are one entry, as in the
// log.

import type { AuditCommand, AuditSink } from "../../journal/mod.ts";
import { clientRef, type LoggedCommand } from "../../log/mod.ts";
import type { Refusal } from "../../protocol/json_rpc/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import { visible } from "../../words/mod.ts";
import type { Member } from "../connection/mod.ts";
import type { AllowList } from "./allow_list.ts";
import type { CommandTally } from "./command_tally.ts";
import { brokenRule, cut, hiddenName, loggedArguments, MAX_COMMAND_BYTES } from "./logged_arguments.ts";
import type { Run, SentFrom } from "./run.ts";

interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

export class CommandAudit {
  readonly #sink: AuditSink;
  readonly #allowed: Pick<AllowList, "get">;

  constructor(sink: AuditSink, allowed: Pick<AllowList, "get">) {
    this.#sink = sink;
    this.#allowed = allowed;
  }

  get recordsArguments(): boolean {
    return this.#sink.recordsArguments;
  }

  from({ ticket, rank, member }: Seat<Member>): SentFrom {
    const { identity } = member;
    return { by: { ...clientRef(member), identity, ticket, rank }, position: this.#sink.position };
  }

  /** All commands of a tally have gone to as many executors. */
  tallied({ by, position }: SentFrom, tally: CommandTally, executors: number): void {
    for (const { count, ...command } of tally.entries(this.recordsArguments)) {
      this.#sink.note({ kind: "command", by, ...toAudit(command), executors }, position, count);
    }
  }

  /** A command without answers has gone to certain executors. */
  sent(issuer: Seat<Member>, command: Command, executors: number): void {
    const { by, position } = this.from(issuer);
    this.#sink.note({ kind: "command", by, ...this.#shown(command), executors }, position);
  }

  refused(issuer: Seat<Member>, { command, args }: Command, refusal: Refusal): void {
    const { by, position } = this.from(issuer);
    const { reason } = refusal;
    const shown = this.recordsArguments
      ? {
        ...this.#shown({ command: cut(command, MAX_COMMAND_BYTES), args }),
        message: visible(refusal.message),
      }
      : { command: hiddenName(this.#allowed, command), ...brokenRule(refusal) };
    this.#sink.note({ kind: "refusal", by, ...shown, reason }, position);
  }

  ended(
    { from, number, executors, statuses, ...command }: Run,
    counts: Readonly<Record<string, number>>,
    ms: number,
  ): void {
    if (from === undefined) return;
    const { by, position } = from;
    const entry = { kind: "run", by, run: number, ...this.#shown(command), counts, ms } as const;
    const tickets = executors.map(({ ticket }) => ticket);
    this.#sink.note({ ...entry, executors: tickets, statuses: statuses as string[] }, position);
  }

  #shown({ command, args }: Command): AuditCommand {
    return this.recordsArguments ? toAudit({ command, ...loggedArguments(args) }) : { command };
  }
}

function toAudit({ command, args, args_omitted, args_differ }: LoggedCommand): AuditCommand {
  return { command, args, argsOmitted: args_omitted, argsDiffer: args_differ };
}

// Logs commands: who sent which, with its arguments unless the configuration hides them, and records the same in the audit.
// Bounded: what is logged of one read, and of one command, does not grow with them.

import { clientRef, type LoggedCommand, type Report } from "../../log/mod.ts";
import type { Refusal } from "../../protocol/json_rpc/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import { visible } from "../../words/mod.ts";
import type { Member } from "../connection/mod.ts";
import type { AllowList } from "./allow_list.ts";
import type { CommandAudit } from "./command_audit.ts";
import { CommandTally } from "./command_tally.ts";
import { brokenRule, cut, hiddenName, loggedArguments, MAX_COMMAND_BYTES } from "./logged_arguments.ts";

export class CommandLog {
  readonly #report: Report;
  readonly #showsArguments: boolean;
  readonly #allowed: Pick<AllowList, "get">;
  readonly #audit: CommandAudit | undefined;

  constructor(
    report: Report,
    showsArguments: boolean,
    allowed: Pick<AllowList, "get">,
    audit?: CommandAudit,
  ) {
    this.#report = report;
    this.#showsArguments = showsArguments;
    this.#allowed = allowed;
    this.#audit = audit;
  }

  /** For the commands of one issuer. */
  tally(issuer: Seat<Member>): CommandTally {
    const keepsArguments = this.#showsArguments || this.#audit?.recordsArguments === true;
    return new CommandTally(keepsArguments, this.#audit?.from(issuer));
  }

  /** All commands of a tally have gone to as many executors. */
  talliedAccepted({ member, rank }: Seat<Member>, tally: CommandTally, executors: number): void {
    const who = clientRef(member);
    for (const counted of tally.entries(this.#showsArguments)) {
      this.#report({ event: "command_accepted", ...who, rank, ...counted, executors });
    }
    if (tally.from !== undefined) this.#audit?.tallied(tally.from, tally, executors);
  }

  accepted(
    issuer: Seat<Member>,
    { command, args }: { readonly command: string; readonly args: readonly string[] },
    executors: number,
    run?: number,
  ): void {
    const { member, rank } = issuer;
    const logged = { command, ...this.#shown(args), executors, count: 1, run };
    this.#report({ event: "command_accepted", ...clientRef(member), rank, ...logged });
    // A run is recorded when it has ended.
    if (run === undefined) this.#audit?.sent(issuer, { command, args }, executors);
  }

  refused(
    issuer: Seat<Member>,
    { command, args }: { readonly command: string; readonly args: readonly string[] },
    refusal: Refusal,
  ): void {
    const { member, rank } = issuer;
    const who = { ...clientRef(member), rank };
    const { reason } = refusal;
    this.#audit?.refused(issuer, { command, args }, refusal);
    if (this.#showsArguments) {
      const logged = { command: cut(command, MAX_COMMAND_BYTES), ...loggedArguments(args) };
      const message = visible(refusal.message);
      this.#report({ event: "command_refused", ...who, ...logged, reason, message });
    } else {
      const name = hiddenName(this.#allowed, command);
      this.#report({ event: "command_refused", ...who, command: name, reason, ...brokenRule(refusal) });
    }
  }

  #shown(args: readonly string[]): Pick<LoggedCommand, "args" | "args_omitted"> {
    return this.#showsArguments ? loggedArguments(args) : {};
  }
}

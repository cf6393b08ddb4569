// A session by hand, over nc or telnet: a line is a command for the clients below, or a word with a slash. Answers are
// plain lines.

import type { Refusal } from "../../protocol/json_rpc/mod.ts";
import { costOf, costOfWord, type RunParams, slashWords } from "../../protocol/methods/mod.ts";
import {
  commandLines,
  type CommandRequest,
  dryRunLines,
  HELP_LINES,
  incompleteMessage,
  parseTextRequest,
  refusedLine,
  resultLines,
  rosterLines,
  type SlashRequest,
  summaryLine,
  type TextRequest,
  toRunParams,
  watchText,
} from "../../protocol/text/mod.ts";
import { isCommandName } from "../../rules/mod.ts";
import { unknownCommand, unknownWord } from "../../spelling/mod.ts";
import { agoTextOf } from "../../time/mod.ts";
import { count, visible } from "../../words/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import { type AllowList, type Commands, describeCommands, type FanOut, type Runs } from "../runs/mod.ts";
import { costForAll, type RateLimit } from "../limits/mod.ts";
import type { Seating } from "../seats/mod.ts";
import { mayIssue, type Member, type Session } from "../connection/mod.ts";
import { refuseRight, SHOWN_LENGTH } from "./call.ts";
import { checkName } from "./hello.ts";

export interface TextHandlerParts {
  readonly seating: Seating;
  readonly commands: Commands;
  readonly rateLimit: RateLimit;
  readonly fanOut: FanOut;
  readonly runs: Runs;
  readonly allowed: Pick<AllowList, "rules" | "names">;
  readonly limits: { readonly nameBytes: number };
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

export class TextHandler {
  readonly #parts: TextHandlerParts;
  /** Names the runs of text sessions, which have no ids of their own. */
  #nextKey = 1;

  constructor(parts: TextHandlerParts) {
    this.#parts = parts;
  }

  /** The first line has shown that a person is there, who has read what was sent so far. */
  begin(session: Session): void {
    this.#parts.fanOut.flush();
    session.mode = "text";
    this.#parts.runs.memberReadsText(session);
    const { seat } = session;
    if (seat === undefined) return this.#parts.seating.tellWaiting(session);
    // This invalidates the token that it was sent while it could have been a program.
    this.#parts.seating.details.noteMode(session);
    session.notify({ method: "welcome", params: this.#parts.seating.welcome(seat) });
  }

  /** Handles one line. */
  handle(session: Session, line: string): void {
    this.#parts.fanOut.flush();
    const request = parseTextRequest(line, "server", {
      seats: this.#parts.seating.capacity,
      isCommand: (name) => this.#commandsOf(session).includes(name),
    });
    const { seat } = session;
    if (seat === undefined && request.kind === "slash" && request.name === "quit") return this.#quit(session);
    const tooMuch = this.#parts.rateLimit.take(session, this.#costOf(request));
    if (tooMuch !== undefined) return this.refuse(session, tooMuch);
    switch (request.kind) {
      case "empty":
        return;
      case "invalid":
        return session.sendText(refusedLine(undefined, request.message));
      case "run":
        return seat === undefined ? sendNoSeat(session) : this.#run(session, seat, request);
      case "slash":
        return seat === undefined
          ? this.#answerSeatless(session, request)
          : this.#answer(session, seat, request);
      case "incomplete":
        return session.sendText(refusedLine(undefined, incompleteMessage(request.name)));
      case "unknown":
        return this.#refuseUnknown(session, request.name);
    }
  }

  #costOf(request: TextRequest): number {
    const isSlash = request.kind !== "unknown" && "name" in request && request.name !== undefined;
    const cost = isSlash ? costOfWord(request.name) : request.kind === "run" ? costOf("run", request) : "one";
    if (cost === "one") return 1;
    return costForAll(this.#parts.seating.unsettledRoster.length);
  }

  refuse(session: Session, refusal: Refusal): void {
    session.sendText(refusedLine(refusal.reason, refusal.message));
  }

  #run(session: Session, seat: Seat<Member>, request: CommandRequest): void {
    const refusal = this.#parts.commands.run(seat, this.#nextKey++, toParams(request), {
      onResult: (result) => session.sendText(resultLines(result)),
      onEnd: (counts) => session.sendText(summaryLine(request.command, counts)),
    });
    if (refusal === undefined) return;
    const isMisspelt = refusal.data?.rule === "commands" && isCommandName(request.command);
    if (!isMisspelt) return this.refuse(session, refusal);
    return this.#refuseCommand(session, refusal, request.command);
  }

  #refuseCommand(session: Session, { reason, message }: Refusal, name: string): void {
    session.sendText(refusedLine(reason, unknownCommand(message, name, this.#commandsOf(session))));
  }

  #refuseUnknown(session: Session, word: string): void {
    const name = `/${visible(word, SHOWN_LENGTH)}`;
    session.sendText(refusedLine(undefined, unknownWord(name, slashWords("server"))));
  }

  /** While it waits for a seat. */
  #answerSeatless(session: Session, request: SlashRequest): void {
    switch (request.name) {
      case "help":
        return session.sendText(HELP_LINES);
      case "name":
        return this.#rename(session, request.text);
      default:
        return sendNoSeat(session);
    }
  }

  #answer(session: Session, seat: Seat<Member>, request: SlashRequest): void {
    switch (request.name) {
      case "roster":
        return this.#sendRoster(session, seat);
      case "name":
        return this.#rename(session, request.text);
      case "commands":
        return session.sendText(this.#commandLines(session));
      case "dry": {
        const summary = this.#parts.commands.dryRun(seat, toParams(request.run));
        return session.sendText(dryRunLines(request.run.command, summary));
      }
      case "watch":
        return this.#watch(session, request.option);
      case "yield":
        return this.#yield(session);
      case "cancel":
        return session.sendText(`${count(this.#parts.runs.cancelAllOf(session), "run")} cancelled\n`);
      case "help":
        return session.sendText(HELP_LINES);
      case "login":
        return session.sendText(
          session.identity === undefined ? "This server requires no token\n" : "You are already logged in\n",
        );
      case "quit":
        return this.#quit(session);
    }
  }

  #sendRoster(session: Session, seat: Seat<Member>): void {
    const refusal = refuseRight(session.rights, "watch");
    if (refusal !== undefined) return this.refuse(session, refusal);
    const now = this.#parts.wallClock();
    session.sendText(rosterLines(this.#parts.seating.rosterFor(seat), (time) => agoTextOf(time, now)));
  }

  #rename(session: Session, text: string): void {
    const checked = checkName(text, this.#parts.limits.nameBytes);
    if (!checked.ok) return session.sendText(refusedLine(undefined, checked.message));
    this.#parts.seating.details.rename(session, checked.name);
    session.sendText(`Your name is now "${visible(checked.name)}"\n`);
  }

  #watch(session: Session, option: "on" | "off"): void {
    const refusal = option === "on" ? refuseRight(session.rights, "watch") : undefined;
    if (refusal !== undefined) return this.refuse(session, refusal);
    this.#parts.seating.watch(session, option === "on");
    session.sendText(`${watchText(option === "on")}\n`);
  }

  #commandLines({ rights: { issue } }: Session): string {
    const { allowed, seating } = this.#parts;
    return commandLines(describeCommands(allowed.rules, issue, seating.capacity));
  }

  /** The names of the commands that its token allows. */
  #commandsOf({ rights }: Session): readonly string[] {
    return mayIssue(rights, this.#parts.allowed.names);
  }

  #quit(session: Session): void {
    session.sendText("Goodbye\n");
    session.close("left");
  }

  #yield(session: Session): void {
    this.#parts.runs.memberLeft(session);
    this.#parts.seating.yields.moveToEnd(session, ({ rank }) => {
      session.sendText(`You are now rank ${rank}, the last one\n`);
    });
  }
}

function sendNoSeat(session: Session): void {
  session.sendText("You do not have a seat yet; /quit leaves\n");
}

function toParams(request: CommandRequest): RunParams {
  return { ...toRunParams(request), results: "all", dry_run: false };
}

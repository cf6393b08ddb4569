// A session by hand, over nc or telnet: a line is a command for the clients below, or a word with a slash. Answers are
// plain lines.

import type { Refusal } from "../../protocol/json_rpc/mod.ts";
import { costOf, costOfWord, type RunParams } from "../../protocol/methods/mod.ts";
import {
  type CommandRequest,
  dryRunLines,
  HELP_LINES,
  parseTextRequest,
  refusedLine,
  resultLines,
  rosterLines,
  type SlashRequest,
  summaryLine,
  type TextRequest,
  toRunParams,
} from "../../protocol/text/mod.ts";
import { visible } from "../../words/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import type { Commands, FanOut, Runs } from "../runs/mod.ts";
import { costForAll, type RateLimit } from "../limits/mod.ts";
import type { Seating } from "../seats/mod.ts";
import type { Member, Session } from "../connection/mod.ts";
import { refuseRight, SHOWN_LENGTH } from "./call.ts";

export interface TextHandlerParts {
  readonly seating: Seating;
  readonly commands: Commands;
  readonly rateLimit: RateLimit;
  readonly fanOut: FanOut;
  readonly runs: Runs;
  /** The allow-list, name by name with its description. */
  readonly allowed: readonly { readonly name: string; readonly description: string }[];
}

const INCOMPLETE = { dry: "After /dry comes a command", watch: "Type /watch on or /watch off" };

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
    session.notify({ method: "welcome", params: this.#parts.seating.welcome(session, seat) });
  }

  /** Handles one line. */
  handle(session: Session, line: string): void {
    this.#parts.fanOut.flush();
    const { seat } = session;
    const request = parseTextRequest(line, "server", this.#parts.seating.capacity);
    if (seat === undefined && request.kind === "slash" && request.name === "quit") return this.#quit(session);
    const tooMuch = this.#parts.rateLimit.take(session, this.#costOf(request));
    if (tooMuch !== undefined) return session.sendText(refusedLine(tooMuch.reason, tooMuch.message));
    if (seat === undefined) return session.sendText("You have no seat yet\n");
    switch (request.kind) {
      case "empty":
        return;
      case "invalid":
        return session.sendText(refusedLine(undefined, request.message));
      case "run":
        return this.#run(session, seat, request);
      case "slash":
        return this.#answer(session, seat, request);
      case "incomplete":
        return session.sendText(refusedLine(undefined, INCOMPLETE[request.name]));
      case "unknown": {
        const message = `There is no /${visible(request.name, SHOWN_LENGTH)}; /help lists what there is`;
        return session.sendText(refusedLine(undefined, message));
      }
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
    if (refusal !== undefined) this.refuse(session, refusal);
  }

  #answer(session: Session, seat: Seat<Member>, request: SlashRequest): void {
    switch (request.name) {
      case "who":
        return this.#who(session, seat);
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
        return session.sendText(`${this.#parts.runs.cancelAllOf(session)} cancelled\n`);
      case "help":
        return session.sendText(HELP_LINES);
      case "login":
        return session.sendText(
          session.identity === undefined ? "You are in: no token is asked for\n" : "You are in already\n",
        );
      case "quit":
        return this.#quit(session);
    }
  }

  #who(session: Session, seat: Seat<Member>): void {
    const refusal = refuseRight(session.rights, "watch");
    if (refusal !== undefined) return this.refuse(session, refusal);
    session.sendText(rosterLines(this.#parts.seating.rosterFor(seat)));
  }

  #watch(session: Session, option: "on" | "off"): void {
    const refusal = option === "on" ? refuseRight(session.rights, "watch") : undefined;
    if (refusal !== undefined) return this.refuse(session, refusal);
    this.#parts.seating.watch(session, option === "on");
    session.sendText(`Watching is ${option}\n`);
  }

  #commandLines({ rights: { issue } }: Session): string {
    return this.#parts.allowed.filter(({ name }) => issue === undefined || issue.has(name)).map(commandLine)
      .join("");
  }

  #quit(session: Session): void {
    session.sendText("Goodbye\n");
    session.close("left");
  }

  #yield(session: Session): void {
    this.#parts.runs.memberLeft(session);
    const { rank } = this.#parts.seating.moveToEnd(session);
    session.sendText(`You are now rank ${rank}, behind everybody\n`);
  }
}

function toParams(request: CommandRequest): RunParams {
  return { ...toRunParams(request), results: "all", dry_run: false };
}

function commandLine({ name, description }: { readonly name: string; readonly description: string }): string {
  return description === "" ? `${name}\n` : `${name}  ${description}\n`;
}

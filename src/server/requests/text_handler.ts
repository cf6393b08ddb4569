// A session by hand, over nc or telnet: a line is a command for those below, or a question with a slash. Answers are
// plain lines.

import type { Refusal } from "../../protocol/json_rpc/mod.ts";
import type { RunParams } from "../../protocol/methods/mod.ts";
import {
  dryRunLines,
  HELP_LINES,
  parseCommandWords,
  parseTextRequest,
  refusedLine,
  resultLines,
  rosterLines,
  summaryLine,
  type TextRequest,
} from "../../protocol/text/mod.ts";
import { visible } from "../../log/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import type { Commands, FanOut, Runs } from "../runs/mod.ts";
import { costForAll, type RateLimit } from "../limits/mod.ts";
import type { Seating } from "../seats/mod.ts";
import type { Member, Session } from "../connection/mod.ts";

export interface TextHandlerParts {
  readonly seating: Seating;
  readonly commands: Commands;
  readonly rateLimit: RateLimit;
  readonly fanOut: FanOut;
  readonly runs: Runs;
  /** The allow-list, name by name with its description. */
  readonly allowed: readonly { readonly name: string; readonly description: string }[];
}

/** What tells something about every member, or tells something to every member. */
const ABOUT_ALL = new Set(["who", "dry", "watch", "yield"]);

const MAY_NOT_WATCH: Refusal = {
  reason: "not_allowed",
  message: "your token does not let you see who is here",
  data: { rule: "watch" },
};

type CommandRequest = TextRequest & { readonly kind: "run" };

export class TextHandler {
  readonly #parts: TextHandlerParts;
  /** Names the runs of text sessions, which have no ids of their own. */
  #nextKey = 1;

  constructor(parts: TextHandlerParts) {
    this.#parts = parts;
  }

  /** The first line has shown that this is a person: what it was sent so far it was shown. */
  begin(session: Session): void {
    this.#parts.fanOut.flush();
    session.mode = "text";
    this.#parts.runs.memberReadsText(session);
    const { seat } = session;
    if (seat === undefined) return this.#parts.seating.tellWaiting(session);
    // With this the token that it was given while it could have been a program is worth nothing.
    session.notify({ method: "welcome", params: this.#parts.seating.welcome(session, seat) });
  }

  /** Handles one line. */
  handle(session: Session, line: string): void {
    this.#parts.fanOut.flush();
    const { seat } = session;
    const request = parseTextRequest(line, this.#parts.seating.capacity);
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
        return this.#answer(session, seat, request.name, request.words);
    }
  }

  #costOf(request: TextRequest): number {
    const isAboutAll = request.kind === "slash" && ABOUT_ALL.has(request.name);
    return isAboutAll ? costForAll(this.#parts.seating.unsettledRoster.length) : 1;
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

  #dryRun(session: Session, seat: Seat<Member>, words: readonly string[]): void {
    const request = parseCommandWords(words, this.#parts.seating.capacity);
    if (request.kind !== "run") {
      const message = request.kind === "invalid" ? request.message : "After /dry comes a command";
      return session.sendText(refusedLine(undefined, message));
    }
    session.sendText(dryRunLines(request.command, this.#parts.commands.dryRun(seat, toParams(request))));
  }

  #answer(session: Session, seat: Seat<Member>, name: string, words: readonly string[]): void {
    switch (name) {
      case "who":
        if (!session.rights.watch) return this.refuse(session, MAY_NOT_WATCH);
        return session.sendText(rosterLines(this.#parts.seating.rosterFor(seat)));
      case "commands":
        return session.sendText(this.#commandLines(session));
      case "dry":
        return this.#dryRun(session, seat, words);
      case "watch":
        return this.#watch(session, words[0]);
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
      default:
        return session.sendText(
          refusedLine(undefined, `There is no /${visible(name, 64)}; /help lists what there is`),
        );
    }
  }

  #watch(session: Session, word: string | undefined): void {
    if (word !== "on" && word !== "off") {
      return session.sendText(refusedLine(undefined, "Type /watch on or /watch off"));
    }
    if (word === "on" && !session.rights.watch) return this.refuse(session, MAY_NOT_WATCH);
    this.#parts.seating.watch(session, word === "on");
    session.sendText(`Watching is ${word}\n`);
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

function toParams({ command, args, to }: CommandRequest): RunParams {
  return { command, args: [...args], dry_run: false, ...(to === undefined ? {} : { to: [...to] }) };
}

function commandLine({ name, description }: { readonly name: string; readonly description: string }): string {
  return description === "" ? `${name}\n` : `${name}  ${description}\n`;
}

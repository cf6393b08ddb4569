// The client without a terminal: one command a line on standard input, answers on standard output, events on standard
// error. With JSON every line of output is an object, and requests of JSON-RPC are taken as well.
//
// Commands are carried out one after the other, as the author of a script expects. Requests of JSON-RPC carry their ids
// and need no order: a bounded number is under way at any time.

import type { Line } from "../../protocol/wire/mod.ts";
import { visible, visibleJson } from "../../words/mod.ts";
import { ErrorCode } from "../../protocol/json_rpc/mod.ts";
import {
  answerText,
  errorLine,
  eventJson,
  eventLines,
  jsonLine,
  type LineOutput,
  noticeLine,
  notSentLine,
  OutageNotices,
  renamedText,
  unlessLeaving,
} from "../output/mod.ts";
import {
  ask,
  type ClientRequest,
  graver,
  RequestRelay,
  suggestCommand,
  unknownWordMessage,
  type Verdict,
  verdictOf,
  verdictOfError,
} from "../requests/mod.ts";
import { type ClientEvent, type ClientSession, RequestError } from "../session/mod.ts";
import { InputError, inputLines } from "./input_lines.ts";
import { parsePipeLine, PIPE_HELP, type PipeLine } from "./pipe_line.ts";
import { SeatGate } from "./seat_gate.ts";

export interface PipeParts {
  readonly session: ClientSession;
  readonly input: AsyncIterable<Uint8Array>;
  /** Answers wait for its reader. */
  readonly stdout: LineOutput;
  /** Never waits for its reader: what has no room is left out. */
  readonly stderr: LineOutput;
  /** Aborted when the client is to leave, whatever is still under way. */
  readonly signal: AbortSignal;
  readonly isJson: boolean;
  /** Keep the seat after the end of the input. */
  readonly mayStay: boolean;
  readonly bounds: PipeBounds;
}

export interface PipeBounds {
  readonly inputLineBytes: number;
  readonly pipeRequests: number;
  /** How long stdout may wait for its reader once the client is to leave, and stderr at the end. */
  readonly closeTimeoutMs: number;
}

export class Pipe {
  readonly #parts: PipeParts;
  readonly #gate = new SeatGate();
  readonly #outage = new OutageNotices();
  readonly #relay: RequestRelay;
  /** Aborted when no further line is to be read. */
  readonly #stopping = new AbortController();
  #verdict: Verdict = "ok";
  #lineNumber = 0;

  constructor(parts: PipeParts) {
    this.#parts = parts;
    this.#relay = new RequestRelay(parts.session, {
      maxPending: parts.bounds.pipeRequests,
      answer: (line) => parts.stdout.print(visibleJson(line)),
      inform: (line) => parts.stdout.tryPrint(visibleJson(line)),
    });
  }

  /** Serves until the input ends and everything is answered, and closes the session. */
  async run(): Promise<Verdict> {
    const { session, signal, stdout, stderr, isJson, mayStay, bounds } = this.#parts;
    const stop = () => this.#stopping.abort();
    const isStopped = new Promise<void>((resolve) =>
      this.#stopping.signal.addEventListener("abort", () => resolve(), { once: true })
    );
    let verdictAtClose: Verdict | undefined;
    // What is cancelled because its answer could not be written has not failed by itself.
    stdout.closed.addEventListener("abort", () => verdictAtClose = this.#wholeVerdict(), { once: true });
    const reasons = [signal, stdout.closed];
    for (const reason of reasons) reason.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();

    const showing = this.#showEvents();
    const reading = this.#readInput();
    // Without any input, too: a client that could not connect reports that.
    const done = reading.then(() => this.#gate.isSeated()).then(() => this.#relay.idle());
    await Promise.race([mayStay ? done.then(() => isStopped) : done, isStopped]);
    stop();
    await session.close();
    const printed = Promise.all([showing, done]).then(() => stdout.flushed());
    await unlessLeaving(printed, signal, bounds.closeTimeoutMs);
    const { failure } = stdout;
    if (failure !== undefined) stderr.note(noticeLine("error", failure, isJson));
    await stderr.flushedWithin(bounds.closeTimeoutMs);
    for (const reason of reasons) reason.removeEventListener("abort", stop);
    return graver(verdictAtClose ?? this.#wholeVerdict(), failure === undefined ? "ok" : "failed");
  }

  #wholeVerdict(): Verdict {
    return graver(this.#verdict, this.#relay.verdict);
  }

  async #showEvents(): Promise<void> {
    const { session, stderr, isJson } = this.#parts;
    for await (const event of session.events) {
      this.#gate.note(event);
      if (event.kind === "disconnected" && event.retryInMs === undefined) {
        this.#judge(event.isUnauthenticated ? "unauthenticated" : "lost");
      }
      if (isJson) {
        // A result is shown with the line that it belongs to.
        if (event.kind !== "result") stderr.note(jsonLine(eventJson(event)));
      } else if (this.#outage.shows(event)) {
        for (const line of linesToShow(event)) stderr.note(line);
      }
    }
    this.#gate.end();
    this.#stopping.abort();
  }

  async #readInput(): Promise<void> {
    try {
      await this.#takeInput();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#judge("usage");
      this.#parts.stderr.note(noticeLine("error", visible(error.message), this.#parts.isJson));
      this.#stopping.abort();
    }
  }

  async #takeInput(): Promise<void> {
    const { input, bounds } = this.#parts;
    for await (const line of inputLines(input, bounds.inputLineBytes, this.#stopping.signal)) {
      if (this.#stopping.signal.aborted) return;
      this.#lineNumber++;
      if (await this.#take(line) === "quit") return this.#stopping.abort();
    }
  }

  async #take(line: Line): Promise<"quit" | void> {
    if ("fault" in line) return await this.#refuse("", `The line is ${line.fault.replace("_", " ")}`);
    const { text } = line;
    if (/^\s*[{[]/.test(text)) {
      if (!this.#parts.isJson) return await this.#refuse(text, "JSON-RPC requests require --json");
      if (await this.#gate.isSeated()) return await this.#relay.take(text);
      return await this.#refuse(text, "There is no connection", "lost");
    }
    const read = await this.#parse(text);
    switch (read.kind) {
      case "empty":
        return;
      case "quit":
        return "quit";
      case "help":
        return await this.#say(text, PIPE_HELP, {});
      case "invalid":
        return await this.#refuse(text, read.message);
      case "unknown":
        return await this.#refuse(text, unknownWordMessage(read.name, "pipe"));
      case "name":
      case "request":
        if (!await this.#gate.isSeated()) return await this.#refuse(text, "There is no connection", "lost");
        return await (read.kind === "name" ? this.#rename(text, read.name) : this.#ask(text, read.request));
    }
  }

  /** A command may be called "help": the list of commands has to be known. */
  async #parse(text: string): Promise<PipeLine> {
    const read = parsePipeLine(text);
    if (read.kind !== "help" || text.trim().startsWith("/")) return read;
    await this.#gate.isSeated();
    return parsePipeLine(text, this.#commands);
  }

  async #rename(text: string, name: string): Promise<void> {
    try {
      await this.#parts.session.rename(name);
      await this.#say(text, renamedText(name), {});
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.#judge(verdictOfError(error));
      await this.#sayError(text, error);
    }
  }

  get #commands(): readonly string[] {
    return this.#parts.session.place?.commands ?? [];
  }

  async #ask(text: string, request: ClientRequest): Promise<void> {
    const { session, stderr, isJson } = this.#parts;
    const line = this.#lineNumber;
    const response = await ask(session, request, {
      onResult: ({ rank, ticket, name, status }) => {
        // Its output is in the answer.
        if (isJson) stderr.note(jsonLine({ event: "result", line, rank, ticket, name, status }));
      },
    });
    this.#judge(verdictOf(response));
    if (response.kind !== "error") return await this.#say(text, answerText(response), response.raw);
    const { params } = request as { readonly params?: { readonly command: string } };
    await this.#sayError(text, suggestCommand(response.error, params?.command ?? "", this.#commands));
  }

  async #say(text: string, plain: string, result: unknown): Promise<void> {
    const { stdout, isJson } = this.#parts;
    await stdout.print(isJson ? jsonLine({ line: this.#lineNumber, text, result }) : plain);
  }

  async #sayError(text: string, error: RequestError): Promise<void> {
    const { stdout, stderr, isJson } = this.#parts;
    if (isJson) await stdout.print(jsonLine({ line: this.#lineNumber, text, error: error.toErrorObject() }));
    else stderr.note(errorLine(error));
  }

  async #refuse(text: string, message: string, verdict: Verdict = "usage"): Promise<void> {
    const { stdout, stderr, isJson } = this.#parts;
    this.#judge(verdict);
    const reason = verdict === "lost" ? "unavailable" : "invalid_request";
    if (!isJson) return stderr.note(`Line ${this.#lineNumber}: ${notSentLine(message)}`);
    const error = { code: ErrorCode[reason], message, data: { reason } };
    await stdout.print(jsonLine({ line: this.#lineNumber, text, error }));
  }

  #judge(verdict: Verdict): void {
    this.#verdict = graver(this.#verdict, verdict);
  }
}

/** A run's results are on standard output, with its answer; of an execution, only the end is shown. */
function linesToShow(event: ClientEvent): string[] {
  return event.kind === "result" || event.kind === "execute" ? [] : eventLines(event);
}

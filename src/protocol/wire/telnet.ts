// What a telnet client sends besides the text of its user: negotiation at the start, and commands later, such as for Ctrl-C
// (RFC 854). None of it is part of a line. An option that is not agreed on stays off, so only a timing mark needs an answer.

/** Begins every telnet command. It occurs nowhere in UTF-8. */
const IAC = 255;
/** The lowest command (RFC 1184); what follows an IAC and is lower shows that it was none. */
const FIRST_COMMAND = 236;
/** Begins a subnegotiation, which ends at IAC SE. */
const SB = 250;
const SE = 240;
/** WILL, WONT, DO and DONT, each followed by an option. */
const WILL = 251;
const WONT = 252;
const DO = 253;
const DONT = 254;
/** An option that is asked for after an interrupt: until it is answered, the client shows nothing (RFC 860). */
const TIMING_MARK = 6;
/** Bytes of a subnegotiation: what goes on for longer is none. */
const MAX_PARAMETER_BYTES = 1_024;

const NEWLINE = 10;
const SPACES: readonly number[] = [9, 11, 12, 13, 32];
const BYTE_ORDER_MARK: readonly number[] = [0xef, 0xbb, 0xbf];
/** The first bytes of JSON-RPC: "{" and "[". */
const JSON_STARTS: readonly number[] = [0x7b, 0x5b];

const NO_TIMING_MARK = Uint8Array.of(IAC, WONT, TIMING_MARK);

/** Who sends the bytes; `unknown` until a line has shown it. */
export type Sender = "program" | "person" | "unknown";

/** What the next byte is. */
type Expected = "text" | "command" | "option" | "parameter" | "parameter_command";

/** Removes telnet commands from what a person sends, wherever a read ends. What a program sends is left as it is. */
export class TelnetFilter {
  readonly #answer: (bytes: Uint8Array) => void;
  #expected: Expected = "text";
  #command = 0;
  #parameterBytes = 0;
  /** The line that shows who sends it, as far as it has been read. */
  #line: "start" | "text" | "json" = "start";
  #isMarkDue = false;

  /** @param answer sends what a command has to be answered with. */
  constructor(answer: (bytes: Uint8Array) => void) {
    this.#answer = answer;
  }

  /** The bytes of `chunk` that are no telnet commands. */
  strip(chunk: Uint8Array, sender: Sender): Uint8Array {
    if (sender === "program") return chunk;
    if (sender === "person" && this.#expected === "text" && !chunk.includes(IAC)) return chunk;
    const text = this.#withoutCommands(chunk, sender === "unknown");
    // Once for all that one read contains: the answer to a flood must not be one.
    if (this.#isMarkDue) this.#answer(NO_TIMING_MARK);
    this.#isMarkDue = false;
    return text;
  }

  #withoutCommands(chunk: Uint8Array, isUnknown: boolean): Uint8Array {
    // One more for a byte that the read before ended with.
    const kept = new Uint8Array(chunk.length + 1);
    let length = 0;
    const keep = (byte: number) => {
      if (isUnknown) this.#lookAt(byte);
      kept[length++] = byte;
    };
    for (const byte of chunk) {
      if (isUnknown && this.#line === "json") keep(byte);
      else if (this.#expected === "text" && byte !== IAC) keep(byte);
      else if (this.#expected === "command" && byte < FIRST_COMMAND) {
        this.#expected = "text";
        keep(IAC);
        keep(byte);
      } else this.#expected = this.#next(byte);
    }
    return kept.subarray(0, length);
  }

  #next(byte: number): Expected {
    switch (this.#expected) {
      case "text":
        return "command";
      case "command":
        this.#command = byte;
        this.#parameterBytes = 0;
        if (byte === SB) return "parameter";
        return byte >= WILL && byte <= DONT ? "option" : "text";
      case "option":
        this.#isMarkDue ||= this.#command === DO && byte === TIMING_MARK;
        return "text";
      case "parameter":
        if (++this.#parameterBytes > MAX_PARAMETER_BYTES) return "text";
        return byte === IAC ? "parameter_command" : "parameter";
      case "parameter_command":
        return byte === SE ? "text" : "parameter";
    }
  }

  /** Looks at a byte of text for who sends it: a line of JSON is a program's, and so is all that follows. */
  #lookAt(byte: number): void {
    if (this.#line === "json") return;
    if (byte === NEWLINE) this.#line = "start";
    else if (this.#line === "start" && !SPACES.includes(byte) && !BYTE_ORDER_MARK.includes(byte)) {
      this.#line = JSON_STARTS.includes(byte) ? "json" : "text";
    }
  }
}

// What a telnet client sends before its user types: negotiation (RFC 854). None of it is part of a line, and none of it
// needs an answer: an option that is not agreed on stays off.

/** Begins every telnet command. It occurs nowhere in UTF-8. */
const IAC = 255;
/** Begins a subnegotiation, which ends at IAC SE. */
const SB = 250;
const SE = 240;
/** WILL, WONT, DO and DONT, each followed by an option. */
const WILL = 251;
const DONT = 254;

/** What the next byte is. */
type Expected = "text" | "command" | "option" | "parameter" | "parameter_command";

/** Removes the telnet commands at the start of a connection, wherever a read ends. */
export class TelnetOpening {
  #expected: Expected = "text";
  #isOver = false;

  /** The bytes of `chunk` that do not belong to the opening; from the first byte of text on, all of them. */
  strip(chunk: Uint8Array): Uint8Array {
    let at = 0;
    while (!this.#isOver && at < chunk.length) {
      this.#isOver = this.#expected === "text" && chunk[at] !== IAC;
      if (!this.#isOver) this.#expected = after(this.#expected, chunk[at++]!);
    }
    return chunk.subarray(at);
  }
}

function after(expected: Expected, byte: number): Expected {
  switch (expected) {
    case "text":
      return "command";
    case "command":
      if (byte === SB) return "parameter";
      return byte >= WILL && byte <= DONT ? "option" : "text";
    case "option":
      return "text";
    case "parameter":
      return byte === IAC ? "parameter_command" : "parameter";
    case "parameter_command":
      return byte === SE ? "text" : "parameter";
  }
}

// The answer to `execute` that most executors give most of the time, in the one spelling that encoders without spaces
// give: {"jsonrpc":"2.0","id":7,"result":{"code":0}}. Read without being parsed; the rest is left to the general way.

/** An executor's answer without output. */
export interface PlainAnswer {
  readonly id: number;
  readonly code: number;
  /** Where in the text its line ends. */
  readonly end: number;
}

const BEGINNING = '{"jsonrpc":"2.0","id":';
const BEFORE_CODE = ',"result":{"code":';
const ENDING = "}}\n";
const DIGIT_0 = 48;
const DIGIT_9 = 57;
// So many digits are always a safe integer.
const MAX_DIGITS = 15;

/** The plain answer in `lines` at `start`, if there is one. Negative codes are left to the general way. */
export function readPlainAnswer(lines: string, start: number): PlainAnswer | undefined {
  if (!lines.startsWith(BEGINNING, start)) return undefined;
  const idAt = start + BEGINNING.length;
  const idEnd = digitsEnd(lines, idAt);
  const codeAt = idEnd + BEFORE_CODE.length;
  if (idEnd === idAt || !lines.startsWith(BEFORE_CODE, idEnd)) return undefined;
  const codeEnd = digitsEnd(lines, codeAt);
  if (codeEnd === codeAt || !lines.startsWith(ENDING, codeEnd)) return undefined;
  const id = toNumber(lines, idAt, idEnd);
  const code = toNumber(lines, codeAt, codeEnd);
  return { id, code, end: codeEnd + ENDING.length };
}

/** Where the integer at `start` ends; at `start` when there is none, or one that JSON would write differently. */
function digitsEnd(text: string, start: number): number {
  let at = start;
  while (at - start <= MAX_DIGITS && isDigit(text.charCodeAt(at))) at++;
  const isTooLong = at - start > MAX_DIGITS;
  const hasLeadingZero = at - start > 1 && text.charCodeAt(start) === DIGIT_0;
  return isTooLong || hasLeadingZero ? start : at;
}

function isDigit(unit: number): boolean {
  return unit >= DIGIT_0 && unit <= DIGIT_9;
}

function toNumber(text: string, start: number, end: number): number {
  let number = 0;
  for (let at = start; at < end; at++) number = 10 * number + text.charCodeAt(at) - DIGIT_0;
  return number;
}

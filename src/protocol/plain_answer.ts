// The answer to `execute` that most executors give most of the time, in the one spelling that encoders without spaces
// give: {"jsonrpc":"2.0","id":7,"result":{"code":0}}. Read without being parsed; all else is for the general way.

/** An executor's answer without output. */
export interface PlainAnswer {
  readonly id: number;
  readonly code: number;
  /** Where in the text its line ends. */
  readonly end: number;
}

const BEGINNING = '{"jsonrpc":"2.0","id":';
// So many digits are always a safe integer, and its only spelling.
const PATTERN = /(0|[1-9]\d{0,14}),"result":\{"code":(0|-?[1-9]\d{0,14})\}\}\n/y;

/** The plain answer that stands in `lines` at `start`, if one does. */
export function readPlainAnswer(lines: string, start: number): PlainAnswer | undefined {
  if (!lines.startsWith(BEGINNING, start)) return undefined;
  PATTERN.lastIndex = start + BEGINNING.length;
  const match = PATTERN.exec(lines);
  return match === null
    ? undefined
    : { id: Number(match[1]), code: Number(match[2]), end: PATTERN.lastIndex };
}

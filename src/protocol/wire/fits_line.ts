// Whether a text may be sent as one line.

const encoder = new TextEncoder();

/** @param maxBytes of the line as UTF-8, without its ending */
export function fitsLine(line: string, maxBytes: number): boolean {
  // Most lines are far too short to be measured: a UTF-16 code unit takes three bytes at most.
  return line.length * 3 <= maxBytes || encoder.encode(line).length <= maxBytes;
}

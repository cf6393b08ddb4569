// A client without a terminal: lines in, lines out.

export { inputLines } from "./input_lines.ts";
export { Pipe } from "./pipe.ts";
export { toRun } from "./pipe_line.ts";

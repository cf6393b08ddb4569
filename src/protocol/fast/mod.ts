// The two kinds of lines that come in great numbers, recognised without being parsed: a second, faster reading of what
// json_rpc and methods read. Everything that is not in just this spelling is left to those; tests hold the two together.

export { readPlainAnswer } from "./plain_answer.ts";
export { PlainRunReader, type PlainRuns } from "./plain_runs.ts";

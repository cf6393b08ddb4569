// Sessions by hand: what a person types and what is printed.

export { readPlainAnswer } from "./plain_answer.ts";
export { PlainRunReader, type PlainRuns } from "./plain_runs.ts";
export { executeLine, noteToJson, noteToText, refusedLine, type ServerNote } from "./server_note.ts";
export { splitWords } from "./split_words.ts";
export { dryRunLines, HELP_LINES, resultLines, rosterLines, summaryLine } from "./text_lines.ts";
export { parseCommandWords, parseTextRequest, type TextRequest } from "./text_request.ts";

// Sessions by hand: what a person types and what is printed.

export { commandLines, commandRow, layOutCommands } from "./command_lines.ts";
export {
  executeLine,
  noteToJson,
  noteToNewcomer,
  noteToText,
  refusedLine,
  type ServerNote,
} from "./server_note.ts";
export { splitWords } from "./split_words.ts";
export {
  dryRunLines,
  HELP_LINES,
  resultLines,
  rosterLines,
  slashHelpLines,
  summaryLine,
  watchText,
} from "./text_lines.ts";
export { nameTarget } from "./text_targets.ts";
export {
  type CommandRequest,
  incompleteMessage,
  parseCommandWords,
  parseTextRequest,
  type SlashRequest,
  type TextRequest,
  toRunParams,
} from "./text_request.ts";

// What a client prints: lines for a screen, and JSON for programs.

export { answerText, renamedText } from "./answer_text.ts";
export { eventJson, jsonLine, missedLine, type Notice, noticeLine } from "./event_json.ts";
export { commandText, errorLine, eventLines, notSentLine, refusalLine } from "./event_lines.ts";
export { LineOutput, unlessLeaving } from "./line_output.ts";
export { OutageNotices } from "./outage_notices.ts";
export { type Style, styleFor } from "./screen_style.ts";

// What the prompt draws: tables, progress, prompts. Pure.

export { commandLines } from "./screen_commands.ts";
export { renderResultTable } from "./result_table.ts";
export { dryRunLines } from "./screen_dry_run.ts";
export { KnownNames } from "./screen_names.ts";
export { type LiveView, NOTHING_PAINTED, type Painted, repaint, type ScreenSize } from "./screen_paint.ts";
export { addResult, type Progress, progressLine, startProgress } from "./screen_progress.ts";
export { pastedRows, promptText } from "./screen_prompt.ts";
export { rosterLines } from "./screen_roster.ts";
export { byTicket, type Shown, ShownRanks } from "./shown_ranks.ts";
export { packParts, padText } from "./screen_width.ts";

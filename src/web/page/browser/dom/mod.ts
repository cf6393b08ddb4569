// What every part of the page draws with.

export { Announcer } from "./announcer.ts";
export { commandWords } from "./command_words.ts";
export { confirmAction, openDialog, type Question, showNotice } from "./dialog.ts";
export { clockText, dateText, durationText, shortTimeText } from "./durations.ts";
export {
  type Attributes,
  button,
  byId,
  element,
  isolated,
  setText,
  setTitle,
  svgElement,
} from "./element.ts";
export { FrameBatch } from "./frame_batch.ts";
export { shownText } from "./shown_text.ts";
export { startTheme } from "./theme.ts";
export { countText, numberText } from "./words.ts";

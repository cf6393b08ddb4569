// The words of messages: plurals, and text that a terminal can show.

export { count } from "./count.ts";
export { isVisible, visible, visibleJson } from "./visible_text.ts";

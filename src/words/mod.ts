// The words of messages: plurals, and text that a terminal can show. The size of text.

export { count } from "./count.ts";
export { codeOf, findInvisible } from "./invisible_text.ts";
export { byteLength, fitsBytes } from "./utf8.ts";
export { isVisible, quoted, visible, visibleJson } from "./visible_text.ts";

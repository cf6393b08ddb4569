// The words of messages: plurals, addresses, and text that a terminal can show. The size of text.

export { count } from "./count.ts";
export { codeOf, findInvisible } from "./invisible_text.ts";
export { type Address, addressText, parseAddress, type ServerAddress } from "./parse_address.ts";
export { byteLength, fitsBytes } from "./utf8.ts";
export { isVisible, quoted, shown, visible, visibleJson } from "./visible_text.ts";
export { withoutUser } from "./without_user.ts";

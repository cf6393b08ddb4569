// Bytes to lines, and what the first bytes of a connection say.

export {
  badRequest,
  findForeignGreeting,
  findHttpBeginning,
  findHttpRequest,
  type ForeignGreeting,
} from "./foreign_greeting.ts";
export { joinBytes } from "./join_bytes.ts";
export { hasMoreParts, isNestedDeeper } from "./json_depth.ts";
export { endsOfText, type LineEnds } from "./line_ends.ts";
export { type Block, type Line, lineBetween, lineEnd, type LineFault, LineFramer } from "./line_framer.ts";
export { type Sender, TelnetFilter } from "./telnet.ts";
export {
  HANDSHAKE_FAILURE_ALERT,
  isClientHello,
  isTlsAlert,
  mayBeClientHello,
  UNEXPECTED_MESSAGE_ALERT,
} from "./tls_record.ts";
export { type Sink, writeAll } from "./write_all.ts";

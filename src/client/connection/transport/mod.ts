// Bytes to lines and back on one connection to the server, and how one is made.

export { detectingTls, dial, type DialAddress, type ServerAccess, type TlsTrust } from "./dial.ts";
export { lookUp, mayHaveSeveral, resolveAll } from "./look_up.ts";
export { LineSender } from "./line_sender.ts";
export { Link, type LinkBounds, type LinkConn } from "./link.ts";

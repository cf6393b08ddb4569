// Connections: bytes in, bytes out.

export { acceptLoop } from "./accept_loop.ts";
export { formatAddress, type Member, type SeatedMember } from "./member.ts";
export { mayIssue, type Rights, RIGHTS_WITHOUT_TOKEN } from "./rights.ts";
export { type ClientConnection, Session, type SessionHost } from "./session.ts";
export { WriteTurns } from "./write_turns.ts";

// Connections: bytes in, bytes out.

export { acceptLoop } from "./listener.ts";
export { formatAddress, type Member, type SeatedMember } from "./member.ts";
export { mayIssue, type Rights, RIGHTS_WITHOUT_TOKEN } from "./rights.ts";
export { type ClientConnection, Session, type SessionHost } from "./session.ts";
export { WriteScheduler } from "./write_scheduler.ts";

// One connection: accepting, reading, writing and closing it, and the client at its other end.

export { Acceptor, type Incoming, type Listener } from "./listener.ts";
export { formatAddress, type Member, type SeatedMember } from "./member.ts";
export { mayIssue, NO_RIGHTS, type Rights, RIGHTS_WITHOUT_TOKEN } from "./rights.ts";
export { Session, type SessionHost } from "./session.ts";
export { WriteScheduler } from "./write_scheduler.ts";

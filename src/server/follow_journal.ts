// Applies the records of a shared journal to this server. Its clients must connect again when its name or state was replaced.

import type { SharedJournal } from "../journal/engines/mod.ts";
import type { Report } from "../log/mod.ts";
import type { Member, Session } from "./connection/mod.ts";
import type { RemoteRuns } from "./cluster/mod.ts";
import { visible } from "../words/mod.ts";
import { CONNECT_AGAIN, type Seating } from "./seats/mod.ts";

export interface FollowerParts {
  readonly journal: SharedJournal<Member>;
  readonly seating: Seating;
  readonly sessions: ReadonlySet<Session>;
  /** `undefined` if there is no connection to the other servers. */
  readonly others: Pick<RemoteRuns, "nodeGone" | "renewed"> | undefined;
  readonly report: Report;
  /** Starts writing what has been queued. */
  readonly flush: () => void;
}

/** @returns resolves when the journal has failed permanently: the server must stop */
export function followJournal(parts: FollowerParts): Promise<Error> {
  const { journal, seating, sessions, others, report, flush } = parts;
  const failed = Promise.withResolvers<Error>();
  journal.listen({
    has: (id) => seating.changes.has(id),
    applied(effects) {
      // An error here must not end the journal.
      try {
        seating.changes.applied(effects);
        for (const effect of effects) {
          if (effect.kind === "node gone" && effect.node.id !== journal.node) {
            others?.nodeGone(effect.node.id);
          }
        }
      } catch (error) {
        report({ event: "fault", where: "a record of the journal", message: visible(String(error)) });
      }
    },
    replaced() {
      seating.changes.replaced();
      for (const session of [...sessions]) {
        if (session.id !== "") session.closeWith("unavailable", CONNECT_AGAIN);
      }
      others?.renewed();
      flush();
    },
    suspended() {},
    failed: failed.resolve,
  });
  return failed.promise;
}

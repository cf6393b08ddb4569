// A shared journal of which some methods do more.

import type { SharedJournal } from "./shared_journal.ts";

/** The same journal, with these methods in place of its own. Getters, because what it says changes. */
export function wrapJournal<Member>(
  journal: SharedJournal<Member>,
  methods: Partial<Pick<SharedJournal<Member>, "listen" | "append" | "whenEchoed">>,
): SharedJournal<Member> {
  return {
    isShared: true,
    get state() {
      return journal.state;
    },
    get position() {
      return journal.position;
    },
    get node() {
      return journal.node;
    },
    get nodes() {
      return journal.nodes;
    },
    get isSuspended() {
      return journal.isSuspended;
    },
    isLive: (node) => journal.isLive(node),
    listen: (listener) => journal.listen(listener),
    append: (record) => journal.append(record),
    whenAt: (position, callback) => journal.whenAt(position, callback),
    whenEchoed: (callback) => journal.whenEchoed(callback),
    leave: (signal) => journal.leave(signal),
    stop: () => journal.stop(),
    ...methods,
  };
}

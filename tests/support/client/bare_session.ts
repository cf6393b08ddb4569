// A session without a server: what a test does not give it does nothing.

import type { ClientSession } from "../../../src/client/session/client_session.ts";

export function bareSession(parts: Partial<ClientSession>): ClientSession {
  return {
    place: undefined,
    events: new ReadableStream({ start: (controller) => controller.close() }),
    request: () => Promise.resolve({}),
    dryRun: () => Promise.reject(new Error("nothing is run here")),
    run: () => ({ id: 1, done: new Promise(() => {}) }),
    rename: () => Promise.resolve(),
    notify: () => Promise.resolve(),
    close: () => Promise.resolve(),
    ...parts,
  };
}

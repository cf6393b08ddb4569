// A log that gets some records late.

import { type LogPort, LogRequestError } from "../../../src/journal/engines/nats/log/mod.ts";

/**
 * The same log. An append of a record of these kinds is lost until `until` has resolved, and is then attempted again.
 */
export function lateLog(log: LogPort, kinds: readonly string[], until: Promise<void>): LogPort {
  let isOver = false;
  void until.then(() => isOver = true);
  return {
    get isConnected() {
      return log.isConnected;
    },
    read: (...args) => log.read(...args),
    readNext: (...args) => log.readNext(...args),
    describe: (...args) => log.describe(...args),
    follow: (...args) => log.follow(...args),
    watch: (...args) => log.watch(...args),
    async append(text, id, timeoutMs) {
      if (isOver || !kinds.includes(JSON.parse(text).record.kind)) {
        return await log.append(text, id, timeoutMs);
      }
      await until;
      throw new LogRequestError("it was lost");
    },
  };
}

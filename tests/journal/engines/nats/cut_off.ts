// A log whose new records do not arrive, as behind a broken connection that was not noticed.

import type { LogPort } from "../../../../src/journal/engines/nats/mod.ts";

/** @param isCut whether records are lost on their way now */
export function cutOff(log: LogPort, isCut: () => boolean): LogPort {
  return {
    get isConnected() {
      return log.isConnected;
    },
    append: (...args) => log.append(...args),
    read: (...args) => log.read(...args),
    readNext: (...args) => log.readNext(...args),
    describe: (...args) => log.describe(...args),
    follow: (listener) => log.follow((sequence, data) => isCut() || listener(sequence, data)),
    watch: (listener) => log.watch(listener),
  };
}

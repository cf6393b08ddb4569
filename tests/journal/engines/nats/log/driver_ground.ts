// A driver on a log in memory, with rules that keep what they apply.

import { LogDriver, type LogEvent } from "../../../../../src/journal/engines/nats/log/mod.ts";
import { FakeClock } from "../../../../support/fake_clock.ts";
import { FakeLog, IDENTITY } from "./fake_log.ts";

export class DriverGround {
  readonly clock = new FakeClock();
  readonly log = new FakeLog(this.clock);
  readonly applied: number[] = [];
  readonly restored: string[] = [];
  readonly events: LogEvent[] = [];
  /** Throws instead of applying this record. */
  unknownSequence = 0;
  readonly driver = new LogDriver<string>({
    log: this.log,
    snapshots: this.log.snapshots,
    system: { clock: this.clock, random: () => 1 },
    identity: IDENTITY,
    node: "me",
    rules: {
      apply: (sequence) => {
        if (sequence === this.unknownSequence) throw new Error("what is this?");
        this.applied.push(sequence);
        return `outcome of ${sequence}`;
      },
      restore: ({ state }) => void this.restored.push(state),
      beat: () => ({ t: "beat" }),
    },
    onEvent: (event) => void this.events.push(event),
  });

  async start(): Promise<void> {
    await this.driver.start();
  }

  /** "suspended", "resumed", or the reason of a fault. */
  get told(): string[] {
    return this.events.map((event) => event.kind === "fault" ? event.fault.reason : event.kind);
  }

  get beats(): number {
    return this.log.records.filter((record) => JSON.parse(record).t === "beat").length;
  }
}

// The same rules in their simplest form: plain objects that are searched as a whole each time. The tests compare the journal's
// state with it.

import type { Arrival, Effect, JournalRecord, SeatedClient } from "../../src/journal/mod.ts";

export interface NaiveSeat {
  readonly ticket: number;
  readonly client: SeatedClient;
}

type Kinds = readonly Effect["kind"][];

export class NaiveState {
  /** Replaced as a whole, so that a caller may keep them. */
  seats: readonly NaiveSeat[] = [];
  waiting: Arrival[] = [];
  capacity = 0;
  waitingCapacity = 0;
  isComplete = false;
  epoch = 0;

  /** @returns the kinds of effects that are expected */
  apply(position: number, record: JournalRecord): Kinds {
    const kinds = this.#apply(position, record);
    const shows = ["start", "leave", "lapse", "away", "claim", "yield", "rename", "lease"].includes(
      record.kind,
    );
    if (kinds[0] === "seated" || (kinds[0] !== "void" && shows)) this.epoch = position;
    return kinds;
  }

  #apply(position: number, record: JournalRecord): Kinds {
    switch (record.kind) {
      case "start":
        ({ capacity: this.capacity, waitingCapacity: this.waitingCapacity, isComplete: this.isComplete } =
          record);
        this.seats = this.seats.filter(({ client }) => client.isProgram).slice(0, record.capacity)
          .map(({ ticket, client }) => ({ ticket, client: { ...client, isAway: true } }));
        this.waiting = [];
        return ["started"];
      case "complete":
        this.isComplete = true;
        return ["completed"];
      case "join": {
        const { kind: _, ...client } = record;
        if (this.#isKnown(record.id)) return ["void"];
        if (this.seats.length < this.capacity) return this.#seat(position, client);
        if (this.waiting.length >= this.waitingCapacity) return ["full"];
        this.waiting.push(client);
        return ["waiting"];
      }
      case "withdraw": {
        const before = this.waiting.length;
        this.waiting = this.waiting.filter(({ id }) => id !== record.id);
        return before === this.waiting.length ? ["void"] : ["withdrawn"];
      }
    }
    const seat = this.seats.find(({ ticket }) => ticket === record.ticket);
    if (seat === undefined || seat.client.n !== record.n) return ["void"];
    const { client } = seat;
    const change = (changes: Partial<SeatedClient>): Kinds => {
      this.seats = this.seats.map((one) =>
        one === seat ? { ...seat, client: { ...client, ...changes } } : one
      );
      return ["changed"];
    };
    switch (record.kind) {
      case "spoke":
        return change(record.isProgram ? { isProgram: true } : { hash: undefined });
      case "leave":
        return this.#free(position, seat);
      case "lapse":
        return client.isAway ? this.#free(position, seat) : ["void"];
      case "away":
        return client.isAway ? ["void"] : change({ isAway: true });
      case "claim": {
        const { id, presented, hash, node } = record;
        if (client.isEvicted || ![client.hash, client.usedHash].includes(presented)) return ["void"];
        if (id !== client.id && this.#isKnown(id)) return ["void"];
        return change({ id, hash, usedHash: presented, n: client.n + 1, isAway: false, node });
      }
      case "confirm":
        return client.usedHash === undefined ? ["void"] : change({ usedHash: undefined });
      case "yield": {
        const others = this.seats.filter((one) => one !== seat);
        const token = record.hash === undefined ? {} : { hash: record.hash, usedHash: undefined };
        this.seats = [...others, { ticket: position, client: { ...client, ...token, n: 0 } }];
        return ["yielded"];
      }
      case "evict":
        return client.isEvicted ? ["void"] : change({ isEvicted: true });
      case "rename":
        return change({ name: record.name });
      case "lease":
        return change({
          leaseMs: Math.max(client.leaseMs, record.leaseMs),
          hash: client.hash ?? record.hash,
        });
    }
  }

  #isKnown(id: string): boolean {
    return [...this.seats.map(({ client }) => client), ...this.waiting].some((client) => client.id === id);
  }

  #seat(position: number, client: Arrival): Kinds {
    const fresh = { n: 0, isProgram: false, isAway: false, isEvicted: false };
    this.seats = [...this.seats, { ticket: position, client: { ...fresh, ...client } }];
    return ["seated"];
  }

  #free(position: number, seat: NaiveSeat): Kinds {
    this.seats = this.seats.filter((one) => one !== seat);
    const next = this.seats.length < this.capacity ? this.waiting.shift() : undefined;
    return next === undefined ? ["left"] : ["left", ...this.#seat(position, next)];
  }
}

// Things that arrive one after another and are waited for: lines of a connection, events of a server. Every wait ends,
// with what came or with a sentence that says what was waited for and what came instead.

/** How long a wait lasts unless told: far longer than anything here takes, even on a busy machine. */
export const WAIT_MS = 10_000;

/** How many of the last arrivals an error message shows. */
const SHOWN = 10;

export class Arrivals<Item> {
  /** Everything that ever came, in order. */
  readonly all: Item[] = [];
  readonly #what: string;
  readonly #waiters = new Set<() => void>();
  #next = 0;
  #end: string | undefined;

  /** @param what the plural of what arrives, for error messages. */
  constructor(what: string) {
    this.#what = what;
  }

  push(item: Item): void {
    this.all.push(item);
    this.#wake();
  }

  /** No more will come; `why` stands in the error of whoever still waits. */
  end(why: string): void {
    this.#end ??= why;
    this.#wake();
  }

  /** Why no more will come, once that is so. */
  get endedBy(): string | undefined {
    return this.#end;
  }

  /** The first unread one that matches; everything before it counts as read. */
  next(matches: (item: Item) => boolean = () => true, withinMs = WAIT_MS): Promise<Item> {
    return this.#wait(
      () => {
        while (this.#next < this.all.length) {
          const item = this.all[this.#next++]!;
          if (matches(item)) return { found: item };
        }
        return undefined;
      },
      withinMs,
      matches,
    );
  }

  /** The first one ever that matches, read or not. */
  until(matches: (item: Item) => boolean, withinMs = WAIT_MS): Promise<Item> {
    let at = 0;
    return this.#wait(
      () => {
        while (at < this.all.length) {
          const item = this.all[at++]!;
          if (matches(item)) return { found: item };
        }
        return undefined;
      },
      withinMs,
      matches,
    );
  }

  /** Resolves with why it ended. */
  ended(withinMs = WAIT_MS): Promise<string> {
    return this.#wait(() => this.#end === undefined ? undefined : { found: this.#end }, withinMs, "the end");
  }

  /** @param look is not called again once it has found something. */
  async #wait<Found>(
    look: () => { found: Found } | undefined,
    withinMs: number,
    wanted: unknown,
  ): Promise<Found> {
    const { promise, resolve, reject } = Promise.withResolvers<Found>();
    const waiter = () => {
      let result: { found: Found } | undefined;
      try {
        result = look();
      } catch (error) {
        this.#waiters.delete(waiter);
        return reject(error);
      }
      if (result === undefined && this.#end === undefined) return;
      this.#waiters.delete(waiter);
      if (result === undefined) reject(this.#missing(`that was all (${this.#end})`, wanted));
      else resolve(result.found);
    };
    this.#waiters.add(waiter);
    const timer = setTimeout(() => reject(this.#missing(`${withinMs} ms passed`, wanted)), withinMs);
    try {
      waiter();
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    }
  }

  #wake(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }

  #missing(how: string, wanted: unknown): Error {
    const last = this.all.slice(-SHOWN).map((item) => JSON.stringify(item).slice(0, 300)).join("\n  ");
    return new Error(
      `Cannot find ${wanted} among the ${this.#what}: ${how}; ${this.all.length} came, the last are\n  ${last}`,
    );
  }
}

// Tells users of screen readers what happened: politely, at most every few seconds, and in one sentence or two.

import { setText } from "./element.ts";

const PAUSE_MS = 3_000;
const MAX_SENTENCES = 4;

export class Announcer {
  readonly #region: HTMLElement;
  #pending: string[] = [];
  #omitted = 0;
  #timer: number | undefined;

  constructor(region: HTMLElement) {
    this.#region = region;
  }

  /** Is read out with what else happens in the same seconds; the newest sentences win. */
  say(sentence: string): void {
    this.#pending.push(sentence);
    if (this.#pending.length > MAX_SENTENCES) {
      this.#pending.shift();
      this.#omitted++;
    }
    this.#timer ??= setTimeout(() => this.#flush(), PAUSE_MS / 3);
  }

  #flush(): void {
    const more = this.#omitted === 0 ? [] : [`And ${this.#omitted} more changes`];
    setText(this.#region, `${[...this.#pending, ...more].join(". ")}.`);
    this.#pending = [];
    this.#omitted = 0;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#pending.length > 0) this.#flush();
    }, PAUSE_MS);
  }
}

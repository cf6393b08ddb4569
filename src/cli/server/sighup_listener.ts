// SIGHUP as a wish to read the configuration again. It is listened to before anybody can know that the server listens:
// without a listener, the signal would end the process.

export class SighupListener {
  #onWish: (() => void) | undefined;
  #isWished = false;

  constructor() {
    Deno.addSignalListener("SIGHUP", this.#wish);
  }

  /** Calls back for every wish from now on, and at once for those that came before. */
  listen(onWish: () => void): void {
    this.#onWish = onWish;
    if (this.#isWished) onWish();
  }

  /** The signal ends the process again. */
  release(): void {
    Deno.removeSignalListener("SIGHUP", this.#wish);
  }

  readonly #wish = (): void => {
    this.#isWished = true;
    this.#onWish?.();
  };
}

// An empty file beside the store of seats: the store lacks something that was promised. It is there when a full disk takes
// no more of the store itself, since an empty file needs next to nothing.

export class BehindMark {
  readonly #path: string;
  #isSet: boolean;

  /** @param storePath the store's own file. */
  constructor(storePath: string) {
    this.#path = `${storePath}.behind`;
    this.#isSet = isThere(this.#path);
  }

  get isSet(): boolean {
    return this.#isSet;
  }

  /** @returns why it could not be set, if so */
  set(): string | undefined {
    if (this.#isSet) return undefined;
    try {
      // New: where somebody has put a link meanwhile, nothing is emptied.
      Deno.openSync(this.#path, { write: true, createNew: true }).close();
      this.#isSet = true;
      return undefined;
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) {
        this.#isSet = true;
        return undefined;
      }
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** @throws when it is there and cannot be removed */
  clear(): void {
    if (!this.#isSet) return;
    Deno.removeSync(this.#path);
    this.#isSet = false;
  }
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

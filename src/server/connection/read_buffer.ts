// The buffer that a session reads into. 10,000 idle clients hold 10,000 of them, so it is small until a client sends a
// lot, and small again once that is over.

const IDLE_BYTES = 512;
// For clients whose answers are a little longer than the smallest buffer: with 64 KiB they would never count as calm.
const MEDIUM_BYTES = 4 * 1024;
const BUSY_BYTES = 64 * 1024;
/** Consecutive reads that fit the smallest buffer before a client counts as idle again. */
const CALM_READS = 32;

export class ReadBuffer {
  #bytes = new Uint8Array(IDLE_BYTES);
  #calmReads = 0;
  #fullReads = 0;

  /** The buffer for the next read. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Counts a read of `count` bytes. */
  note(count: number): void {
    this.#calmReads = count > IDLE_BYTES ? 0 : this.#calmReads + 1;
    this.#fullReads = count === this.#bytes.length ? this.#fullReads + 1 : 0;
  }

  /** Replaces the buffer if the last reads call for another size. @param mayGrow false for a client not yet logged in. */
  resize(mayGrow: boolean): void {
    if (mayGrow && this.#fullReads > 0) {
      if (this.#bytes.length < BUSY_BYTES) {
        this.#bytes = new Uint8Array(this.#bytes.length === IDLE_BYTES ? MEDIUM_BYTES : BUSY_BYTES);
      }
    } else if (this.#bytes.length > IDLE_BYTES && this.#calmReads > CALM_READS) {
      this.#bytes = new Uint8Array(IDLE_BYTES);
    }
  }
}

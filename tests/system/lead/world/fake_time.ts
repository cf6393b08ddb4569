// A time of day that a test sets for one client and its guard, or for the server, with libfaketime (Debian: faketime); the clock that only
// runs stays the real one.

const LIBRARIES = [
  "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
  "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
  "/usr/lib64/faketime/libfaketimeMT.so.1",
];

export const FAKE_TIME_LIBRARY = LIBRARIES.find(isFile);

export class FakeTime {
  readonly #path: string;

  /** @param path of a file to make. */
  constructor(path: string) {
    this.#path = path;
    this.set(0);
  }

  /** For a process, and everything that it starts. */
  get env(): Readonly<Record<string, string>> {
    return {
      LD_PRELOAD: FAKE_TIME_LIBRARY!,
      FAKETIME_TIMESTAMP_FILE: this.#path,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      DONT_FAKE_MONOTONIC: "1",
    };
  }

  /** So many seconds after the real time. */
  set(seconds: number): void {
    // In one step: it is read at any moment.
    Deno.writeTextFileSync(`${this.#path}.new`, `${seconds < 0 ? "-" : "+"}${Math.abs(seconds)}\n`);
    Deno.renameSync(`${this.#path}.new`, this.#path);
  }
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

// What a service reports to systemd (sd_notify(3)). It knows no socket: the caller sends the messages.

/** What systemd learns of this process. */
export interface ServiceManager {
  /** It serves. The first time, it also starts to prove that it runs, if systemd watches that. */
  ready(status: string): void;
  /** One line for `systemctl status`. */
  status(text: string): void;
  /** Followed by {@linkcode ready}, whatever became of the reload. */
  reloading(): void;
  stopping(status: string): void;
  /** Sends nothing more. */
  close(): void;
}

/** Where there is no systemd. */
export const NO_MANAGER: ServiceManager = {
  ready() {},
  status() {},
  reloading() {},
  stopping() {},
  close() {},
};

export interface ManagerParts {
  /** Must not block. A message that cannot be sent is lost. */
  readonly send: (message: string) => void;
  /** Of CLOCK_MONOTONIC, in microseconds. */
  readonly monotonicUsec: () => bigint;
  /** systemd ends a service that is silent for so long; `undefined`: it does not watch. */
  readonly watchdogMs: number | undefined;
  readonly every: (ms: number, callback: () => void) => () => void;
}

export class SystemdManager implements ServiceManager {
  readonly #parts: ManagerParts;
  #stopWatchdog: (() => void) | undefined;

  constructor(parts: ManagerParts) {
    this.#parts = parts;
  }

  ready(status: string): void {
    this.#send("READY=1", statusLine(status));
    const { watchdogMs, every } = this.#parts;
    if (watchdogMs === undefined) return;
    // Half of it, as sd_watchdog_enabled(3) recommends. From a timer: it proves that the event loop runs.
    this.#stopWatchdog ??= every(Math.max(1, watchdogMs / 2), () => this.#send("WATCHDOG=1"));
  }

  status(text: string): void {
    this.#send(statusLine(text));
  }

  reloading(): void {
    // The time is for Type=notify-reload of systemd 253; earlier versions ignore it.
    this.#send("RELOADING=1", `MONOTONIC_USEC=${this.#parts.monotonicUsec()}`, statusLine("Reloading"));
  }

  stopping(status: string): void {
    this.#send("STOPPING=1", statusLine(status));
  }

  close(): void {
    this.#stopWatchdog?.();
    this.#stopWatchdog = () => {};
  }

  #send(...lines: readonly string[]): void {
    this.#parts.send(lines.join("\n"));
  }
}

/** One line: what follows a line feed would be a message of its own. */
function statusLine(text: string): string {
  // deno-lint-ignore no-control-regex -- replaces control characters
  return `STATUS=${text.replaceAll(/[\x00-\x1f\x7f]+/g, " ")}`;
}

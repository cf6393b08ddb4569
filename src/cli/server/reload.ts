// SIGHUP: reads the configuration again, has each part of the running server look at it, and only when all of them can
// take it over lets them. Whatever is wrong with it, everything stays as it was.

import { compareConfig, type ServerConfig } from "../../config/mod.ts";
import { ConfigError, renderProblem } from "../../config/toml/mod.ts";
import { type Report, visible } from "../../log/mod.ts";

/** What cannot be taken over, and why: one sentence for the operator. */
export class ReloadError extends Error {
  override readonly name = "ReloadError";
}

/** A part of the server that can change while it runs. */
export interface LivePart {
  /**
   * Makes ready what `next` asks for; nobody sees anything of it yet.
   *
   * @returns `undefined` when it is all the same to this part.
   * @throws {ReloadError} when it cannot be taken over.
   */
  prepare(next: ServerConfig): Promise<PreparedChange | undefined>;
}

export interface PreparedChange {
  /** What is new beside the keys of the configuration, for the log. */
  readonly changed: readonly string[];
  /** Takes it over. Must not fail. */
  apply(): void;
}

export interface ReloadOptions {
  /** What the server was started with. */
  readonly config: ServerConfig;
  /** Reads and checks the configuration as at the start. @throws {ConfigError} */
  readonly readConfig: () => Promise<ServerConfig>;
  readonly parts: readonly LivePart[];
  readonly report: Report;
}

export class Reloads {
  readonly #options: ReloadOptions;
  /** What has been taken over last. */
  #taken: ServerConfig;
  #state: "idle" | "reloading" | "asked again" = "idle";

  constructor(options: ReloadOptions) {
    this.#options = options;
    this.#taken = options.config;
  }

  /** One at a time; whoever asks meanwhile gets another one after it. Never rejects. */
  async reload(): Promise<void> {
    if (this.#state !== "idle") {
      this.#state = "asked again";
      return;
    }
    do {
      this.#state = "reloading";
      await this.#once();
    } while (this.#isAskedAgain());
    this.#state = "idle";
  }

  #isAskedAgain(): boolean {
    return this.#state === "asked again";
  }

  async #once(): Promise<void> {
    const { readConfig, parts, report } = this.#options;
    try {
      const prepared: PreparedChange[] = [];
      const next = await readConfig();
      for (const part of parts) {
        const change = await part.prepare(next);
        if (change !== undefined) prepared.push(change);
      }
      this.#takeOver(next, prepared);
    } catch (error) {
      for (const message of describe(error)) report({ event: "reload_failed", message: visible(message) });
    }
  }

  #takeOver(next: ServerConfig, prepared: readonly PreparedChange[]): void {
    const { config, report } = this.#options;
    for (const change of prepared) change.apply();
    const changed = [
      ...compareConfig(this.#taken, next).live,
      ...prepared.flatMap((change) => change.changed),
    ];
    this.#taken = next;
    // Against what the server was started with: it is said again until the restart comes.
    report({ event: "reloaded", changed, needs_restart: compareConfig(config, next).restart });
  }
}

function describe(error: unknown): string[] {
  if (error instanceof ConfigError) return error.problems.map(renderProblem);
  if (error instanceof ReloadError) return [error.message];
  return [`a fault: ${error instanceof Error ? error.message : error}`];
}

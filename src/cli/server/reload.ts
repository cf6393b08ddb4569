// SIGHUP: reads the configuration again and lets each part of the running server prepare for it. Only if all parts can
// apply the changes does any of them; otherwise the running configuration stays.

import { compareConfig, type ServerConfig, type TokenEntry } from "../../config/mod.ts";
import { ConfigError, renderProblem } from "../../config/toml/mod.ts";
import type { Report } from "../../log/mod.ts";
import { visible } from "../../words/mod.ts";
import type { RankServer } from "../../server/mod.ts";
import { FileError, type TextReader } from "../shared/mod.ts";
import { readTokensFile } from "./files/mod.ts";
import type { OpenedTls } from "./tls/mod.ts";

/** A part of the server that can change while it runs. */
export interface LivePart {
  /**
   * Prepares for `next` without any visible effect.
   *
   * @returns `undefined` if nothing changes for this part.
   * @throws {ConfigError | FileError} if it cannot be applied.
   */
  prepare(next: ServerConfig): Promise<PreparedChange | undefined>;
}

export interface PreparedChange {
  /** What has changed besides the keys of the configuration, for the log. */
  readonly changed: readonly string[];
  readonly warning?: string | undefined;
  /** Must not fail. */
  apply(): void;
}

export interface ReloadOptions {
  /** The configuration of the start. */
  readonly config: ServerConfig;
  /** Reads and validates the configuration again. @throws {ConfigError} */
  readonly readConfig: () => Promise<ServerConfig>;
  readonly parts: readonly LivePart[];
  /** Pipes and the like, which were read at the start and cannot be read again. */
  readonly readOnce?: readonly string[];
  readonly report: Report;
  /** Before the first and after the last of several reloads in a row. `isApplied`: what became of the last. */
  readonly onStart?: (() => void) | undefined;
  readonly onEnd?: ((isApplied: boolean) => void) | undefined;
}

export class Reloads {
  readonly #options: ReloadOptions;
  /** The configuration that was applied last. */
  #current: ServerConfig;
  #state: "idle" | "reloading" | "requested again" = "idle";

  constructor(options: ReloadOptions) {
    this.#options = options;
    this.#current = options.config;
  }

  /** Reloads run one at a time; requests during one cause one more after it. Never rejects. */
  async reload(): Promise<void> {
    if (this.#state !== "idle") {
      this.#state = "requested again";
      return;
    }
    this.#options.onStart?.();
    let isApplied: boolean;
    do {
      this.#state = "reloading";
      isApplied = await this.#once();
    } while (this.#isRequestedAgain());
    this.#state = "idle";
    this.#options.onEnd?.(isApplied);
  }

  #isRequestedAgain(): boolean {
    return this.#state === "requested again";
  }

  async #once(): Promise<boolean> {
    const { readConfig, parts, readOnce = [], report } = this.#options;
    for (const path of readOnce) report({ event: "config_warning", message: keptText(path) });
    try {
      const prepared: PreparedChange[] = [];
      const next = await readConfig();
      for (const part of parts) {
        const change = await part.prepare(next);
        if (change !== undefined) prepared.push(change);
      }
      this.#apply(next, prepared);
      return true;
    } catch (error) {
      for (const message of describe(error)) report({ event: "reload_failed", message: visible(message) });
      return false;
    }
  }

  #apply(next: ServerConfig, prepared: readonly PreparedChange[]): void {
    const { config, report } = this.#options;
    for (const { apply, warning } of prepared) {
      apply();
      if (warning !== undefined) report({ event: "config_warning", message: visible(warning) });
    }
    const changed = [
      ...compareConfig(this.#current, next).live,
      ...prepared.flatMap((change) => change.changed),
    ];
    this.#current = next;
    // Compared with the start, so that each reload repeats what still needs a restart.
    report({ event: "reloaded", changed, needs_restart: compareConfig(config, next).restart });
  }
}

/** The allow-list with its rules. */
export function commandsPart(server: Pick<RankServer, "reconfigure">): LivePart {
  return {
    prepare: (next) => Promise.resolve({ changed: [], apply: () => server.reconfigure(next) }),
  };
}

/** The tokens in the file of the start. A client whose token is gone is disconnected. */
export function tokensPart(
  server: Pick<RankServer, "replaceTokens">,
  path: string,
  current: readonly TokenEntry[],
  read: TextReader,
): LivePart {
  let used = current;
  return {
    async prepare() {
      const tokens = await readTokensFile(path, read);
      if (JSON.stringify(tokens) === JSON.stringify(used)) return undefined;
      return {
        changed: ["tokens"],
        apply() {
          used = tokens;
          server.replaceTokens(tokens);
        },
      };
    },
  };
}

/** The certificate and its key, in the files of the start. */
export function certificatePart(tls: Pick<OpenedTls, "readAgain">, read: TextReader): LivePart {
  return {
    async prepare() {
      const renewed = await tls.readAgain(read);
      return renewed && { changed: ["certificate"], ...renewed };
    },
  };
}

function keptText(path: string): string {
  return `${visible(path)} is not a regular file and cannot be read again; keeping what was read at startup`;
}

function describe(error: unknown): string[] {
  if (error instanceof ConfigError) return error.problems.map(renderProblem);
  if (error instanceof FileError) return [error.message];
  return [`internal error: ${error instanceof Error ? error.message : error}`];
}

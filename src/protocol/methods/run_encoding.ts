// How a run's results are written. Each is sent twice, as it comes in and in the answer to the run, and encoded once.

import type { Id } from "../json_rpc/mod.ts";
import type { RunCounts, RunResult } from "./run_shapes.ts";

/** The results of one run for one issuer, in the form in which they are sent. */
export class RunEncoding {
  readonly #id: string;
  readonly #noteHead: string;
  /** By index of the executor; without the opening brace, which the note has elsewhere. */
  readonly #results: string[] = [];

  /** @param id the issuer's id for the run. */
  constructor(id: Id) {
    this.#id = JSON.stringify(id);
    this.#noteHead = `{"jsonrpc":"2.0","method":"result","params":{"run":${this.#id},`;
  }

  /** Takes the result with that index. @returns the notification `result`, with its line ending */
  add(result: RunResult, index: number): string {
    const fields = JSON.stringify(result).slice(1);
    this.#results[index] = fields;
    return this.#noteHead + fields + "}\n";
  }

  /** The answer to the run, with the results that were taken. */
  end(counts: RunCounts): string {
    const head = JSON.stringify(counts).slice(0, -1);
    // Without the places of those that were not asked for.
    const taken = this.#results.filter(() => true);
    const results = taken.length === 0 ? "" : `{${taken.join(",{")}`;
    return `{"jsonrpc":"2.0","id":${this.#id},"result":${head},"results":[${results}]}}`;
  }
}

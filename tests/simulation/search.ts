// Runs scenarios one after the other. An unhandled rejection counts as a violation, too.

import { isLogScenario, type LogScenario, logScenarioOf } from "./log/log_scenario.ts";
import { simulateLog } from "./log/simulate_log.ts";
import type { Violation } from "./oracle/violation.ts";
import { type Scenario, scenarioOf } from "./scenario.ts";
import { type BaseConfigs, loadBaseConfigs } from "./configs.ts";
import { simulate, type SimulationOutcome } from "./simulate.ts";
import { outsideMicrotasks } from "./world/scheduler.ts";

/** Of the server and its clients, or of several nodes on one log. */
export type AnyScenario = Scenario | LogScenario;

export interface Totals {
  seeds: number;
  faults: number;
  simulatedMs: number;
  /** How often each kind of event has happened. */
  readonly covered: Map<string, number>;
}

export class Search implements Disposable {
  readonly totals: Totals = { seeds: 0, faults: 0, simulatedMs: 0, covered: new Map() };
  readonly #base: BaseConfigs;
  readonly #unhandled: string[] = [];
  readonly #onUnhandled = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    const { reason } = event;
    this.#unhandled.push(reason instanceof Error ? reason.stack ?? reason.message : String(reason));
  };

  private constructor(base: BaseConfigs) {
    this.#base = base;
    globalThis.addEventListener("unhandledrejection", this.#onUnhandled);
  }

  static async open(): Promise<Search> {
    return new Search(await loadBaseConfigs());
  }

  [Symbol.dispose](): void {
    globalThis.removeEventListener("unhandledrejection", this.#onUnhandled);
  }

  /** Runs one scenario. A trace (`traces`) takes longer. */
  async run(scenario: AnyScenario, options?: { readonly traces?: boolean }): Promise<SimulationOutcome> {
    const outcome = await outsideMicrotasks(() =>
      isLogScenario(scenario) ? simulateLog(scenario, options) : simulate(scenario, this.#base, options)
    );
    // Rejections are reported in the next turn of the event loop.
    await new Promise((resolve) => setTimeout(resolve));
    const [unhandled] = this.#unhandled.splice(0);
    const violation: Violation | undefined = outcome.violation ??
      (unhandled === undefined ? undefined : {
        at: outcome.simulatedMs,
        guarantee: "fault",
        message: `unhandled rejection: ${unhandled}`,
      });
    this.totals.seeds++;
    this.totals.faults += outcome.faults;
    this.totals.simulatedMs += outcome.simulatedMs;
    for (const [what, count] of outcome.covered) {
      this.totals.covered.set(what, (this.totals.covered.get(what) ?? 0) + count);
    }
    return { ...outcome, violation };
  }

  runSeed(seed: number, options?: { readonly traces?: boolean }): Promise<SimulationOutcome> {
    return this.run(scenarioOf(seed), options);
  }

  runLogSeed(seed: number, options?: { readonly traces?: boolean }): Promise<SimulationOutcome> {
    return this.run(logScenarioOf(seed), options);
  }
}

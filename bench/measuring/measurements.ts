// What has been measured: the steps' answers, by peer and repetition.

import type { StepResult } from "../load/load_generator.ts";
import { type DerivedSource, type Row, type Source, sourceFor } from "../rows/mod.ts";
import type { Peer } from "../servers/peers.ts";

/** By peer, one map of "plan/step" for each repetition. */
export class Measurements {
  readonly #byPeer = new Map<Peer, Map<string, StepResult>[]>();

  set(peer: Peer, repetition: number, plan: string, step: string, result: StepResult): void {
    const repetitions = this.#byPeer.get(peer) ?? [];
    this.#byPeer.set(peer, repetitions);
    (repetitions[repetition] ??= new Map()).set(`${plan}/${step}`, result);
  }

  /** One value for each repetition, `undefined` where there is none. */
  values(row: Row, peer: Peer): (number | undefined)[] {
    const source = sourceFor(row, peer);
    return (this.#byPeer.get(peer) ?? []).map((results) => source && valueOf(results, source));
  }

  /** The highest share of a processor that the generator used in any step of that name. */
  mostLoadCpu(step: string): number {
    const all = [...this.#byPeer.values()].flat().flatMap((results) => [...results]);
    const isOfStep = (key: string) => key.split("/")[1]!.split(":")[0] === step;
    const shares = all.filter(([key]) => isOfStep(key)).map(([, result]) => result.load_cpu ?? 0);
    return Math.max(0, ...shares);
  }
}

type Results = ReadonlyMap<string, StepResult>;

function valueOf(results: Results, source: Source | DerivedSource): number | undefined {
  if (!("from" in source)) return results.get(`${source.plan}/${source.step}`)?.[source.field];
  const values = source.from.map((part) => valueOf(results, part));
  return values.every((value) => value !== undefined) ? source.combine(values) : undefined;
}

// What has to be said beside the figures.

import type { Options } from "../options.ts";
import type { FilledRow } from "./table.ts";

/** Sentences about the machine and the way of measuring, without which figures mean nothing. */
export function describeRun(
  options: Options,
  machine: Record<string, string>,
  generator: Record<string, number>,
  deliveryBytes: ReadonlyMap<number, number>,
): string[] {
  const { repetitions, window, seconds, isPinned, isSource } = options;
  const versions = Object.entries(machine).map(([name, value]) => `${name} ${value}`).join(", ");
  const what = isSource ? "from source" : "the executable";
  const placement = isPinned ? "server and generator on a processor each" : "placed by the kernel";
  const shares = Object.entries(generator).map(([step, share]) => `${step} ${(share * 100).toFixed(0)} %`);
  return [
    `Measured on ${new Date().toISOString().slice(0, 10)}: ${versions}.`,
    `rankserver: ${what}, its log on and written to a file; payload 100 bytes, window ${window}, ${seconds} s a step, ` +
    `medians of ${repetitions} with the least and the greatest, ${placement}.`,
    ...paddingFact([...deliveryBytes.values()]),
    `The load generator used at most: ${shares.join(", ")} of its processor.`,
  ];
}

function paddingFact(deliveryBytes: readonly number[]): string[] {
  if (deliveryBytes.length === 0) return [];
  const [least, most] = [Math.min(...deliveryBytes), Math.max(...deliveryBytes)];
  const bytes = least === most ? `${least}` : `${least} to ${most}`;
  return [
    `Where bytes are equal, the peers' messages are padded: their deliveries have the ${bytes} bytes of rankserver's.`,
  ];
}

/** One line: how many targets are met, and which are not. */
export function verdict(rows: readonly FilledRow[]): string {
  const judged = rows.filter((row) => row.isMet !== undefined);
  const missed = judged.filter((row) => !row.isMet).map((row) => row.key);
  const which = missed.length === 0 ? "" : `; missed: ${missed.join(", ")}`;
  return `${judged.length - missed.length} of ${judged.length} targets are met${which}.`;
}

export function processorName(): string {
  const line = Deno.readTextFileSync("/proc/cpuinfo").split("\n").find((line) =>
    line.startsWith("model name")
  );
  return `${line?.split(": ")[1] ?? "unknown"} x ${navigator.hardwareConcurrency}`;
}

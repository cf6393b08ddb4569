// `deno task bench`: measures rankserver beside redis-server, nats-server and a raw broadcaster, and prints one table.

import { parseArgs } from "@std/cli/parse-args";
import { join, resolve } from "node:path";
import { drawGrowth } from "./growth_svg.ts";
import { LoadGenerator } from "./load.ts";
import { Measuring } from "./measure.ts";
import { type Peer, type PeerSetup, peerVersion } from "./peers.ts";
import { insertMeasured, renderMarkdown } from "./markdown.ts";
import { GROWTH_ROWS, isGrowth, type Row, ROWS } from "./rows.ts";
import { Running } from "./running.ts";
import { type FilledRow, fillRows, renderTable } from "./table.ts";

const HELP = `Measure rankserver beside redis-server, nats-server and a raw broadcaster.

Usage: deno task bench [OPTIONS]

  --quick         one short repetition without the slowest rows, under two minutes
  --repeat N      repetitions (5)
  --only ROW,...  only these rows; a part of a name is enough: --only closed,memory
  --peers P,...   only beside these: redis,nats,raw
  --window N      messages on their way at most (256)
  --source        the sources in place of the executable
  --unpinned      leave it to the kernel on which processor who runs
  --svg FILE      also measure growth with the clients, and draw it there
  --markdown FILE put the figures between the marks in FILE: docs/performance.md has them
  --json          print JSON
  --help          print this
`;

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

const root = resolve(import.meta.dirname!, "..");

interface Options {
  readonly rows: readonly Row[];
  readonly peers: readonly string[];
  readonly repetitions: number;
  readonly seconds: number;
  readonly window: number;
  readonly isSource: boolean;
  readonly isPinned: boolean;
  readonly isJson: boolean;
  readonly svg: string | undefined;
  readonly markdown: string | undefined;
}

function readOptions(words: string[]): Options | string | undefined {
  const unknown: string[] = [];
  const args = parseArgs(words, {
    boolean: ["quick", "json", "source", "unpinned", "help"],
    string: ["repeat", "only", "peers", "window", "svg", "markdown"],
    unknown: (word) => (unknown.push(word), false),
  });
  if (args.help) return undefined;
  if (unknown.length > 0) return `${unknown[0]} is not understood`;
  const repetitions = Number(args.repeat ?? (args.quick ? 1 : 5));
  const window = Number(args.window ?? 256);
  if (!Number.isInteger(repetitions) || repetitions < 1) return "--repeat takes a number from 1";
  if (!Number.isInteger(window) || window < 1 || window > 4096) {
    return "--window takes a number from 1 to 4096";
  }
  const parts = args.only?.split(",") ?? [""];
  const all = args.svg === undefined ? ROWS : [...ROWS, ...GROWTH_ROWS];
  const isWanted = (row: Row) =>
    args.only === undefined ? !(args.quick && row.isSlow) : parts.some((part) => row.key.includes(part));
  const rows = all.filter((row) => isWanted(row) || isGrowth(row));
  if (rows.length === 0) return `--only ${args.only} names no row`;
  return {
    rows,
    peers: args.peers?.split(",") ?? ["redis", "nats", "raw"],
    repetitions,
    seconds: args.quick ? 0.4 : 1,
    window,
    isSource: args.source,
    isPinned: !args.unpinned,
    isJson: args.json,
    svg: args.svg,
    markdown: args.markdown,
  };
}

async function rankserverArgv(options: Options): Promise<[string, ...string[]]> {
  if (options.isSource) {
    const permissions = ["--no-prompt", "--allow-net", "--allow-read", "--allow-env"];
    return [Deno.execPath(), "run", ...permissions, join(root, "main.ts"), "server"];
  }
  const compile = new Deno.Command(Deno.execPath(), {
    args: ["task", "compile", "--only", "server"],
    cwd: root,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  });
  const { success, stdout } = await compile.output();
  await Deno.stderr.write(stdout);
  if (!success) throw new Error("Cannot compile rankserver, see above");
  return [join(root, "dist/rankserver")];
}

/** The version in the executable, as the note beside it says. */
async function compiledRuntime(): Promise<string> {
  const note = await Deno.readTextFile(join(root, "dist/.rankserver.json"));
  return (JSON.parse(note) as { runtime: string }).runtime;
}

/** What there is to compare with, and the versions for the record. */
function findPeers(wanted: readonly string[]): { peers: Peer[]; versions: Record<string, string> } {
  const peers: Peer[] = ["rankserver"];
  const versions: Record<string, string> = { deno: Deno.version.deno, v8: Deno.version.v8 };
  for (const peer of ["redis", "nats"] as const) {
    if (!wanted.includes(peer)) continue;
    const version = peerVersion(peer);
    if (version === undefined) {
      console.error(`${peer}-server is not installed: its columns stay empty.`);
      continue;
    }
    versions[`${peer}-server`] = version;
    peers.push(peer);
  }
  if (wanted.includes("raw")) peers.push("raw");
  return { peers, versions };
}

async function bench(options: Options, running: Running): Promise<void> {
  // How much else the machine has to do, before this adds to it.
  const busyness = Deno.loadavg()[0]!.toFixed(2);
  // Rather now than after a quarter of an hour.
  if (options.markdown !== undefined) insertMeasured(await Deno.readTextFile(options.markdown), "");
  const load = new LoadGenerator(running, root, options.isPinned);
  const { peers, versions } = findPeers(options.peers);
  const rankserver = await rankserverArgv(options);
  const setup: PeerSetup = { rankserver, root, folder: running.folder };
  const onProgress = (what: string) => {
    if (Deno.stderr.isTerminal()) Deno.stderr.writeSync(new TextEncoder().encode(`\r\x1b[K${what}`));
  };
  const measurements = await new Measuring(running, load, setup, { ...options, peers, onProgress }).run();
  onProgress("");
  const filled = fillRows(options.rows, measurements);
  const generator = {
    pipelined: measurements.mostLoadCpu("pipelined"),
    closed: measurements.mostLoadCpu("closed"),
  };
  const machine = {
    ...versions,
    ...(options.isSource ? {} : { "runtime of the executable": await compiledRuntime() }),
    processor: processorName(),
    kernel: Deno.osRelease(),
    "load average before": busyness,
  };
  const facts = describeRun(options, machine, generator);
  const { rows: _, ...chosen } = options;
  const report = { machine, options: chosen, generator, rows: filled };
  if (options.isJson) console.log(JSON.stringify(report, null, 2));
  else console.log(`${renderTable(filled, peers)}\n${facts.join("\n")}\n${verdict(filled)}`);
  if (options.svg !== undefined) await write(options.svg, drawGrowth(filled));
  if (options.markdown !== undefined) {
    const document = await Deno.readTextFile(options.markdown);
    const measured = renderMarkdown(filled, peers, facts);
    await write(options.markdown, insertMeasured(document, measured));
  }
}

/** Writes a file as `deno fmt` wants it, since it may be one of the project's. */
async function write(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, text);
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", resolve(path)], cwd: root }).output();
}

/** Sentences about the machine and the way of measuring, without which figures mean nothing. */
function describeRun(
  options: Options,
  machine: Record<string, string>,
  generator: Record<string, number>,
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
    `The load generator used at most: ${shares.join(", ")} of its processor.`,
  ];
}

/** One line: how many targets are met, and which are not. */
function verdict(rows: readonly FilledRow[]): string {
  const judged = rows.filter((row) => row.isMet !== undefined);
  const missed = judged.filter((row) => !row.isMet).map((row) => row.key);
  const which = missed.length === 0 ? "" : `; missed: ${missed.join(", ")}`;
  return `${judged.length - missed.length} of ${judged.length} targets are met${which}.`;
}

function processorName(): string {
  const line = Deno.readTextFileSync("/proc/cpuinfo").split("\n").find((line) =>
    line.startsWith("model name")
  );
  return `${line?.split(": ")[1] ?? "unknown"} x ${navigator.hardwareConcurrency}`;
}

async function main(words: string[]): Promise<number> {
  const options = readOptions(words);
  if (options === undefined) {
    console.log(HELP);
    return 0;
  }
  if (typeof options === "string") {
    console.error(`Cannot measure: ${options}.\n\n${HELP}`);
    return EXIT_USAGE;
  }
  const running = new Running();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      running.endAll();
      Deno.exit(EXIT_INTERRUPTED);
    });
  }
  try {
    await bench(options, running);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return EXIT_FAILED;
  } finally {
    running.endAll();
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));

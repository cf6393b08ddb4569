// `deno task bench`: measures rankserver beside redis-server, nats-server and a raw broadcaster, and prints a table for
// each kind of measurement.

import { resolve } from "node:path";
import { LoadGenerator } from "./load/load_generator.ts";
import type { BenchSetup } from "./measuring/bench_setup.ts";
import { measure } from "./measuring/measure.ts";
import { HELP, type Options, readOptions } from "./options.ts";
import { describeRun, processorName, verdict } from "./report/describe_run.ts";
import { drawGrowth } from "./report/growth_svg.ts";
import { insertMeasured, renderMarkdown } from "./report/markdown.ts";
import { fillRows, renderTables } from "./report/table.ts";
import { natsServersFor, needsTls, type RowGroup } from "./rows/mod.ts";
import { makeCertificate } from "./servers/certificate.ts";
import {
  compiledRuntime,
  rankserverExecutable,
  rankserverSource,
  timedPrograms,
} from "./servers/executables.ts";
import { findNats, type NatsPrograms } from "./servers/nats.ts";
import { type Peer, peerVersion } from "./servers/peers.ts";
import { Running } from "./servers/running.ts";

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

const root = resolve(import.meta.dirname!, "..");

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

/** The groups without the rows whose NATS servers are missing, which is said. */
function withNats(groups: readonly RowGroup[], programs: NatsPrograms): RowGroup[] {
  const missing = new Set<number>();
  const hasServers = (count: number) => {
    const has = count === 0 || (count === 1 ? programs.one : programs.three) !== undefined;
    if (!has) missing.add(count);
    return has;
  };
  const kept = groups.map(({ title, rows }) => ({
    title,
    rows: rows.filter((row) => hasServers(natsServersFor(row))),
  })).filter(({ rows }) => rows.length > 0);
  if (missing.has(1)) console.error("nats-server is not installed: the rows of a cluster are left out.");
  if (missing.has(3)) {
    console.error(
      "nats-server 2.10 is not installed, and NATS_SERVER names none: the rows with three are left out.",
    );
  }
  return kept;
}

async function bench(options: Options, running: Running): Promise<void> {
  const { isSource, isPinned, seconds, window, repetitions } = options;
  const nats = findNats();
  const groups = withNats(options.groups, nats);
  const rows = groups.flatMap(({ rows }) => rows);
  // How much else the machine has to do, before this adds to it.
  const busyness = Deno.loadavg()[0]!.toFixed(2);
  // Rather now than after half an hour.
  if (options.markdown !== undefined) insertMeasured(await Deno.readTextFile(options.markdown), "");
  const { peers, versions } = findPeers(options.peers);
  const { folder } = running;
  const wantsTls = needsTls(rows, peers);
  const load = new LoadGenerator(running, root, isPinned, wantsTls);
  const certificate = load.hasTls ? makeCertificate(folder) : undefined;
  if (wantsTls && certificate === undefined) {
    console.error(
      "openssl or its headers are missing (Debian: openssl, libssl-dev): rows with TLS stay empty.",
    );
  }
  const setup: BenchSetup = {
    running,
    load,
    servers: {
      rankserver: isSource ? rankserverSource(root) : await rankserverExecutable(root),
      root,
      folder,
      certificate,
    },
    nats,
    seconds,
    window,
  };
  const onProgress = (what: string) => {
    if (Deno.stderr.isTerminal()) Deno.stderr.writeSync(new TextEncoder().encode(`\r\x1b[K${what}`));
  };
  const { measurements, deliveryBytes } = await measure(
    { rows, peers, repetitions, onProgress },
    setup,
    () => timedPrograms(root, folder, isSource),
  );
  onProgress("");
  const filled = fillRows(groups, measurements);
  const generator = {
    pipelined: measurements.mostLoadCpu("pipelined"),
    closed: measurements.mostLoadCpu("closed"),
  };
  const machine = {
    ...versions,
    ...(isSource ? {} : { "runtime of the executable": await compiledRuntime(root) }),
    processor: processorName(),
    kernel: Deno.osRelease(),
    "load average before": busyness,
  };
  const facts = describeRun(options, machine, generator, deliveryBytes);
  const { groups: _, ...chosen } = options;
  const report = {
    machine,
    options: chosen,
    generator,
    deliveryBytes: Object.fromEntries(deliveryBytes),
    rows: filled,
  };
  if (options.isJson) console.log(JSON.stringify(report, null, 2));
  else console.log(`${renderTables(filled, peers)}\n${facts.join("\n")}\n${verdict(filled)}`);
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

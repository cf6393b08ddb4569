// What is soaked: a server process of which the insides, or at least the outside, can be asked for.

import { join } from "node:path";
import { askControl } from "../../src/control/ask_control.ts";
import type { Address } from "../../tests/attacks/connect.ts";
import { openDescriptors, residentBytes } from "../../tests/support/programs/process_facts.ts";
import { SERVER } from "../../tests/support/programs/executables.ts";
import { PROJECT, ServerProcess } from "../../tests/support/programs/start_process.ts";
import { TextLineStream } from "../../tools/text_lines.ts";
import { verifyJournalFile } from "../../tests/support/server/verify_journal_file.ts";
import type { Insides } from "./server_entry.ts";

export interface Facts {
  readonly resident: number;
  readonly descriptors: number;
  readonly connections: number;
  readonly members: number;
  readonly runs: number;
  /** Only of a server from its sources. */
  readonly heap?: number;
  readonly timers?: number;
  readonly faults: number;
}

export interface Subject extends AsyncDisposable {
  readonly name: string;
  readonly address: Address;
  ask(): Promise<Facts>;
}

const ASKING = { withinMs: 10_000, maxLength: 65_536 };

/**
 * The server from its sources, with a collector that can be forced.
 *
 * @param config path of its configuration.
 * @param certificate to be trusted, when it speaks TLS.
 */
export async function fromSources(config: string, certificate?: string): Promise<Subject> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-all",
      "--v8-flags=--expose-gc,--max-semi-space-size=4",
      join(PROJECT, "bench", "soak", "server_entry.ts"),
      config,
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const questions = child.stdin.getWriter();
  const answers = child.stdout.pipeThrough(new TextLineStream()).getReader();
  const askInsides = async (): Promise<Insides> => {
    await questions.write(new TextEncoder().encode("?\n"));
    const { value } = await answers.read();
    if (value === undefined) throw new Error("The server from its sources has ended");
    return JSON.parse(value);
  };
  const { port } = await askInsides();
  return {
    name: certificate === undefined ? "sources" : "with TLS",
    address: { port, ...(certificate === undefined ? {} : { certificate }) },
    async ask() {
      const { port: _, ...insides } = await askInsides();
      return { ...insides, ...await outsides(child.pid) };
    },
    async [Symbol.asyncDispose]() {
      await questions.close().catch(() => {/* It has ended already. */});
      await child.status;
      await answers.cancel();
    },
  };
}

/** The executable, asked through its control socket. @param journal the file of its journal, which is verified at the end */
export async function executable(config: string, socket: string, journal: string): Promise<Subject> {
  const server = await ServerProcess.start({
    program: SERVER,
    args: ["--config", config, "--control", socket],
    env: { RANKSERVER_JOURNAL_FILE: journal },
  });
  return {
    name: "executable",
    address: { port: server.port },
    async ask() {
      const line = await askControl(socket, '{"jsonrpc":"2.0","id":1,"method":"status"}', ASKING);
      const { connections, members, runs_in_flight: runs } = JSON.parse(line ?? "{}").result;
      const faults = server.output.filter((line) => line.startsWith("Internal error in")).length;
      return { connections, members, runs, faults, ...await outsides(server.pid) };
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      console.log(`rankserver verify: ${JSON.stringify(verifyJournalFile(journal))}`);
    },
  };
}

async function outsides(pid: number): Promise<{ resident: number; descriptors: number }> {
  return { resident: await residentBytes(pid), descriptors: await openDescriptors(pid) };
}

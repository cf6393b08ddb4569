// What a lease relies on is on the disk before any client is sent anything: the order of the server's own system calls.

import { assert, assertEquals } from "@std/assert";
import { Arrivals } from "../../support/server/arrivals.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { ServerProcess } from "../../support/programs/start_process.ts";

/** The system calls of a server, as strace writes them down. */
class Trace {
  readonly #strace: Deno.ChildProcess;
  readonly #said: Promise<void>;
  readonly #file: string;

  private constructor(strace: Deno.ChildProcess, said: Promise<void>, file: string) {
    this.#strace = strace;
    this.#said = said;
    this.#file = file;
  }

  /** Resolves when no further call of the process is missed. */
  static async of({ pid }: { readonly pid: number }, file: string): Promise<Trace> {
    const calls = "trace=pwrite64,fsync,fdatasync,sendto,write,writev";
    const strace = new Deno.Command("strace", {
      args: ["-f", "-y", "-s", "400", "-e", calls, "-o", file, "-p", `${pid}`],
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const said = new Arrivals<string>("words of strace");
    const all = strace.stderr.pipeThrough(new TextDecoderStream()).pipeTo(
      new WritableStream({ write: (text) => said.push(text), close: () => said.end("end of output") }),
    );
    await said.until((text) => text.includes("attached"));
    return new Trace(strace, all, file);
  }

  async end(): Promise<string[]> {
    this.#strace.kill("SIGINT");
    await this.#strace.status;
    await this.#said;
    return (await Deno.readTextFile(this.#file)).split("\n");
  }
}

/** Why no process can be traced here; `undefined` where one can. */
async function whyNot(): Promise<string | undefined> {
  try {
    await using sleeper = new Deno.Command("sleep", { args: ["60"] }).spawn();
    await (await Trace.of(sleeper, "/dev/null")).end();
    return undefined;
  } catch (error) {
    return `strace cannot be used: ${(error as Error).message}`;
  }
}

const isWriteToLog = (call: string) => /pwrite64\(\d+<.*seats\.db-wal>/.test(call);

/** What was sent while something that the server had written was not on the disk. */
function sentTooEarly(calls: readonly string[]): string[] {
  const tooEarly: string[] = [];
  /** The thread that has begun to sync, and was overtaken by another one's call. */
  let syncing: string | undefined;
  let isWritten = false;
  for (const call of calls) {
    const thread = call.split(" ", 1)[0];
    const isSync = /fsync\(|fdatasync\(/.test(call) && call.includes("seats.db-wal>");
    if (isWriteToLog(call)) isWritten = true;
    else if (isSync && call.endsWith("<unfinished ...>")) syncing = thread;
    else if (isSync || (thread === syncing && call.includes("sync resumed>"))) {
      if (call.endsWith(" = 0")) isWritten = false;
    } else if (isWritten && call.includes("jsonrpc")) tooEarly.push(call);
  }
  return tooEarly;
}

const noTrace = await whyNot();
if (noTrace !== undefined) console.warn(`${noTrace}; the test of what is on the disk is ignored`);

Deno.test({
  name:
    "G11: each change that a lease relies on is on the disk before a client is told anything that follows from it",
  ignore: noTrace !== undefined,
  async fn() {
    const folder = await Deno.makeTempDir();
    {
      await using server = await ServerProcess.start({
        env: { RANKSERVER_JOURNAL_FILE: `${folder}/seats.db` },
      });
      await using first = await RawClient.join(server.port);
      const { result } = await first.request("hello", { lease_ms: 5_000 });
      const trace = await Trace.of(server, `${folder}/trace`);
      await using second = await RawClient.join(server.port);
      await second.request("hello", { lease_ms: 4_000, name: "second" });
      await using back = await RawClient.connect(server.port);
      assertEquals((await back.request("hello", { resume: result.resume, lease_ms: 6_000 })).result.rank, 0);
      back.respond("resume", {});
      await back.request("yield");
      await second.request("leave");
      await back.note("promoted");
      const calls = await trace.end();
      for (const told of ['lease_ms\\":4000', 'lease_ms\\":6000', "promoted"]) {
        assert(calls.some((call) => call.includes("jsonrpc") && call.includes(told)), told);
      }
      assert(calls.filter(isWriteToLog).length > 4);
      assertEquals(sentTooEarly(calls), []);
    }
    await Deno.remove(folder, { recursive: true });
  },
});

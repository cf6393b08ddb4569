// V8's inspector, which the runtime opens on SIGUSR1 in a program from its sources, once it has run for a while.

/** Also when another process has the inspector's port. */
const REACTION = /Debugger listening|Failed to start inspector/;
const BARE = 'Deno.addSignalListener("SIGUSR1", () => {}); setInterval(() => {}, 60_000);';
const PATIENCE_MS = 20_000;
const AGAIN_MS = 50;

/**
 * Resolves when a program that is started now, and does nothing about it, would have opened its inspector: those that
 * were started before are no safer by then than they will ever be.
 */
export async function untilInspectorsOpen(): Promise<void> {
  const bare = new Deno.Command(Deno.execPath(), {
    args: ["run", `data:text/javascript,${encodeURIComponent(BARE)}`],
    stdout: "null",
    stderr: "piped",
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).spawn();
  // Before it listens to the signal, it would end by it.
  const listens = async () => {
    const status = await Deno.readTextFile(`/proc/${bare.pid}/status`);
    const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status)![1]!;
    return (BigInt(`0x${caught}`) >> 9n & 1n) === 1n;
  };
  const signalling = setInterval(async () => {
    if (await listens().catch(() => false)) bare.kill("SIGUSR1");
  }, AGAIN_MS);
  let said = "";
  for await (const text of bare.stderr.pipeThrough(new TextDecoderStream())) {
    said += text;
    if (REACTION.test(said)) break;
  }
  clearInterval(signalling);
  try {
    bare.kill("SIGKILL");
  } catch {
    // It has ended.
  }
  await bare.status;
  if (!REACTION.test(said)) throw new Error(`No inspector was opened on SIGUSR1: ${said}`);
}

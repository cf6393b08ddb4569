// Namespaces of processes and mounts, for which a test needs root and unshare(1).

/** As a path: a test may run it where PATH finds nothing. */
export const UNSHARE = await linePrintedBy("command -v unshare");

export const CAN_UNSHARE = UNSHARE !== "" &&
  await new Deno.Command(UNSHARE, {
    args: ["--pid", "--fork", "--mount", "--mount-proc", "true"],
    stderr: "null",
  }).output().then(({ success }) => success, () => false);
if (!CAN_UNSHARE) console.log("namespaces need root and unshare: tests of containers are ignored");

export async function linePrintedBy(script: string): Promise<string> {
  const { stdout } = await new Deno.Command("sh", { args: ["-c", script] }).output();
  return new TextDecoder().decode(stdout).trim();
}

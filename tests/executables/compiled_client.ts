// The client's executable, made if it is not up to date.

import { join } from "node:path";
import { PROJECT } from "../server/start_process.ts";

/** The program, as the first of its arguments. */
export async function compiledClient(): Promise<readonly string[]> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "compile", "--only", "client"],
    cwd: PROJECT,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`Cannot compile the client: ${new TextDecoder().decode(stderr)}`);
  return [join(PROJECT, "dist", "rankclient")];
}

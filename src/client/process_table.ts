// What Linux says of the processes of this machine (proc(5)), as text. The runtime shows /proc only to programs that may
// do everything, so a shell reads it. Where there is no /proc, nothing can be said.

/** The standard output of a shell script; rejects when it cannot be had. */
export type RunScript = (script: string, args: readonly string[]) => Promise<string>;

/** One process reads the environment of all the others; the few that it finds are then looked at closely. */
const FIND_ENVIRONMENT = `[ -r /proc/self/environ ] || exit 0
echo checked
for file in $(grep -alsF -e "$1" /proc/[0-9]*/environ); do
  for entry; do
    tr '\\0' '\\n' < "$file" | grep -qxF -e "$entry" || continue 2
  done
  folder=\${file%/environ}
  echo "\${folder#/proc/}"
done 2> /dev/null
exit 0`;

/**
 * The processes that were started with all of these variables, whatever group they are in by now.
 * `undefined`: that cannot be found out.
 */
export async function findByEnvironment(
  env: Readonly<Record<string, string>>,
  run: RunScript,
): Promise<readonly number[] | undefined> {
  const entries = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const [checked, ...pids] = (await run(FIND_ENVIRONMENT, entries).catch(() => "")).trim().split("\n");
  return checked === "checked" ? pids.map(Number) : undefined;
}

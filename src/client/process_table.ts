// What Linux says of the processes of this machine (proc(5)), as text. The runtime shows /proc only to programs that may
// do everything, so a shell reads it. Where there is no /proc, nothing can be said.

/** The standard output of a shell script; rejects when it cannot be had. */
export type RunScript = (script: string, args: readonly string[]) => Promise<string>;

/** A line of /proc/PID/stat: the name in brackets may hold anything but ends at the last one; then state, parent, group. */
const STAT = /^.*\) ([A-Za-z]) -?\d+ (\d+) /;

const PRINT_STATS = `for file in /proc/[0-9]*/stat; do
  read -r line < "$file" && echo "$line"
done 2> /dev/null
exit 0`;

const FIND_ENVIRONMENT = `[ -r /proc/self/environ ] || exit 0
echo checked
for folder in /proc/[0-9]*; do
  grep -qF -e "$1" "$folder/environ" || continue
  for entry; do
    tr '\\0' '\\n' < "$folder/environ" | grep -qxF -e "$entry" || continue 2
  done
  echo "\${folder#/proc/}"
done 2> /dev/null
exit 0`;

/**
 * Whether anybody of a process group runs; the dead that nobody has waited for do not, though a signal still finds them.
 * `undefined`: that cannot be found out.
 */
export async function isGroupRunning(group: number, run: RunScript): Promise<boolean | undefined> {
  const stats = (await run(PRINT_STATS, []).catch(() => "")).split("\n").map((line) => STAT.exec(line));
  const known = stats.filter((stat) => stat !== null);
  if (known.length === 0) return undefined;
  return known.some(([, state, itsGroup]) => Number(itsGroup) === group && !"ZX".includes(state!));
}

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

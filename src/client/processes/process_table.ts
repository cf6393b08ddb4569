// What Linux says of the processes of this machine (proc(5)), as text. The runtime shows /proc only to programs that may
// do everything, so a shell reads it. Where there is no /proc, nothing can be said.

/** The standard output of a shell script; rejects when it cannot be had. */
export type RunScript = (script: string, args: readonly string[]) => Promise<string>;

/**
 * One process reads the environment of all the others; the few that it finds are then looked at closely. In their stat,
 * the name in brackets may hold anything but ends at the last one; then come state, parent and group (proc(5)).
 */
const FIND_ENVIRONMENT = `[ -r /proc/self/environ ] || exit 0
echo checked
for file in $(grep -alsF -e "$1" /proc/[0-9]*/environ); do
  for entry; do
    tr '\\0' '\\n' < "$file" | grep -qxF -e "$entry" || continue 2
  done
  folder=\${file%/environ}
  read -r line < "$folder/stat" || continue
  line=\${line##*) }
  line=\${line#* }
  line=\${line#* }
  echo "\${folder#/proc/} \${line%% *}"
done 2> /dev/null
exit 0`;

export interface FoundProcess {
  readonly pid: number;
  readonly group: number;
}

/**
 * The processes that were started with all of these variables, whatever group they are in by now.
 * `undefined`: that cannot be found out.
 */
export async function findByEnvironment(
  env: Readonly<Record<string, string>>,
  run: RunScript,
): Promise<readonly FoundProcess[] | undefined> {
  const entries = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const [checked, ...lines] = (await run(FIND_ENVIRONMENT, entries).catch(() => "")).trim().split("\n");
  if (checked !== "checked") return undefined;
  return lines.map((line) => {
    const [pid, group] = line.split(" ");
    return { pid: Number(pid), group: Number(group) };
  });
}

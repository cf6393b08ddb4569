// What systemd passes to a process in variables. They are removed from the environment, because they are not for the programs
// that this process starts.

export interface ServiceVariables {
  /** Where systemd receives messages. */
  readonly notifySocket: string | undefined;
  /** systemd ends a service that is silent for so long; `undefined`: it does not watch. */
  readonly watchdogMs: number | undefined;
  /** How many sockets are passed; 0 if they are for another process. */
  readonly socketCount: number;
}

const NAMES = [
  "NOTIFY_SOCKET",
  "WATCHDOG_USEC",
  "WATCHDOG_PID",
  "LISTEN_FDS",
  "LISTEN_PID",
  "LISTEN_FDNAMES",
] as const;

type Variables = { readonly [name in typeof NAMES[number]]?: string | undefined };

/** @param pid of this process: systemd names the one that the variables are for. */
export function parseVariables(variables: Variables, pid: number): ServiceVariables {
  const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID, LISTEN_FDS, LISTEN_PID } = variables;
  const isWatched = WATCHDOG_PID === undefined || WATCHDOG_PID === `${pid}`;
  const watchdogUsec = isWatched ? wholeNumber(WATCHDOG_USEC) : 0;
  return {
    notifySocket: NOTIFY_SOCKET === "" ? undefined : NOTIFY_SOCKET,
    watchdogMs: watchdogUsec === 0 ? undefined : watchdogUsec / 1_000,
    socketCount: LISTEN_PID === `${pid}` ? wholeNumber(LISTEN_FDS) : 0,
  };
}

/** Those for this process; they stay in the environment. */
export function peekVariables(): ServiceVariables {
  return parseVariables(readVariables(), Deno.pid);
}

export function takeVariables(): ServiceVariables {
  const variables = peekVariables();
  for (const name of NAMES) Deno.env.delete(name);
  return variables;
}

function readVariables(): Variables {
  return Object.fromEntries(NAMES.map((name) => [name, Deno.env.get(name)]));
}

/** 0 for what is none. */
function wholeNumber(text: string | undefined): number {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

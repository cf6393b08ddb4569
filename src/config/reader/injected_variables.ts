// The variables that container platforms set in every container for a service, from the service's name. Those for a
// service "rankserver" look like settings of this program, and are not.

/** Kubernetes, "Discovering services", and Docker's container links; what follows the prefix and "_". */
const INJECTED_NAMES = [
  /^(?:\w+_)?SERVICE_HOST$/,
  /^(?:\w+_)?SERVICE_PORT(?:_\w+)?$/,
  /^(?:\w+_)?PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR|START|END))?$/,
  /^(?:\w+_)?ENV_\w+$/,
];
/** Of `..._PORT`, which may be the name of a setting, too. */
const INJECTED_PORT = /^(?:tcp|udp|sctp):\/\//i;
/** Of `..._NAME`, for a link: the two containers. */
const INJECTED_NAME = /^\/[^/]+\/[^/]+$/;

const MAX_SHOWN = 3;

export function isInjected(envPrefix: string, name: string, value: string): boolean {
  if (!name.startsWith(`${envPrefix}_`)) return false;
  const rest = name.slice(envPrefix.length + 1);
  if (INJECTED_NAMES.some((form) => form.test(rest))) return true;
  if (/^(?:\w+_)?PORT$/.test(rest)) return INJECTED_PORT.test(value);
  return /^(?:\w+_)?NAME$/.test(rest) && INJECTED_NAME.test(value);
}

/** A warning that says which variables were ignored, and why; none where none were. */
export function ignoredWarnings(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const rest = names.length - MAX_SHOWN;
  const shown = names.slice(0, MAX_SHOWN).join(", ");
  const all = rest > 0 ? `${shown} and ${rest} more` : shown;
  return [
    `ignoring ${all}: a container platform sets such variables for a service of this name, and they are not settings`,
  ];
}

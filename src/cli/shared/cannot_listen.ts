// Why a port cannot be opened, as a sentence that says what to do.

/** What to do about each reason. */
export interface ListenAdvice {
  readonly inUse: string;
  readonly noSuchAddress: string;
  readonly notAllowed: string;
}

/** @param where "Cannot listen on HOST port PORT" */
export function cannotListen(where: string, error: unknown, advice: ListenAdvice): string {
  if (error instanceof Deno.errors.AddrInUse) {
    return `${where}: the port is in use; stop the other program, or ${advice.inUse}`;
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return `${where}: this machine does not have that address; ${advice.noSuchAddress}`;
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return `${where}: ports below 1024 require privileges; ${advice.notAllowed}`;
  }
  return `${where}: ${error instanceof Error ? error.message : error}`;
}

// The rights that the executable has, because paths and addresses are only known to the configuration: given up for good
// as soon as they are not needed any more. What a right is for stands in docs/security.md.

import type { ServerConfig } from "../../config/mod.ts";

/** A server that has no file to write gives up the right to, before it opens anything. */
export function dropWriting({ session, control }: Pick<ServerConfig, "session" | "control">): void {
  if (session.store === "" && control.socket === "") Deno.permissions.revokeSync({ name: "write" });
}

/**
 * For a server that has opened everything: it can write no file, start no program, see no environment, load nothing
 * from elsewhere, and neither listen nor connect. The right to read is the last to go, by {@linkcode revoke}.
 */
export function dropServerRights(): void {
  revoke("write", "env", "run", "ffi", "sys", "import", "net");
}

/** What a client goes on to do. */
export interface ClientDuties {
  /** Its file names programs, or it runs one for --lead or --on-change. */
  readonly startsPrograms: boolean;
  /** Its control socket is a file that is to be removed at the end. */
  readonly hasControl: boolean;
  /** The line editor asks the environment for the kind of terminal; the start of a guard (node:child_process) asks it, too. */
  readonly readsEnvironment: boolean;
}

/** For a client that has read its files: it keeps the network, to connect again, and what its duties need. */
export function dropClientRights({ startsPrograms, hasControl, readsEnvironment }: ClientDuties): void {
  revoke("ffi", "sys", "import");
  if (!startsPrograms) revoke("run");
  if (!hasControl) revoke("write", "read");
  if (!readsEnvironment) revoke("env");
}

export function revoke(...names: readonly (Deno.PermissionName | "import")[]): void {
  // The runtime knows "import", its types do not.
  for (const name of names) Deno.permissions.revokeSync({ name: name as Deno.PermissionName });
}

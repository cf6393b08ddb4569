// Revokes the rights of the executable as soon as they are no longer needed. It starts with broad ones, because only the
// configuration has the paths and addresses. docs/security.md says what each right is for.

import { hasCluster } from "../../config/keys/mod.ts";
import type { ServerConfig } from "../../config/mod.ts";

/** A server without a file to write revokes the right to write before it opens anything. */
export function dropWriting({ journal, control }: Pick<ServerConfig, "journal" | "control">): void {
  if (journal.file === "" && control.socket === "") Deno.permissions.revokeSync({ name: "write" });
}

/**
 * For a server that has opened everything: it can no longer write, start programs, read the environment, import,
 * listen or connect. In a cluster it keeps the network, to reconnect to NATS. The right to read is revoked last, by
 * {@linkcode revoke}.
 */
export function dropServerRights({ cluster }: Pick<ServerConfig, "cluster">): void {
  revoke("write", "env", "run", "ffi", "sys", "import");
  if (!hasCluster(cluster)) revoke("net");
}

/** What a client still has to do. */
export interface ClientDuties {
  /** Programs of its file, or of --lead or --on-change. */
  readonly startsPrograms: boolean;
  /** Its control socket is a file that it removes at the end. */
  readonly hasControl: boolean;
  /** The line editor reads the type of the terminal there, and so does node:child_process, which starts the guard. */
  readonly readsEnvironment: boolean;
}

/** For a client that has read its files: it keeps the network, to reconnect, and the rights that its duties need. */
export function dropClientRights({ startsPrograms, hasControl, readsEnvironment }: ClientDuties): void {
  revoke("ffi", "sys", "import");
  if (!startsPrograms) revoke("run");
  if (!hasControl) revoke("write", "read");
  if (!readsEnvironment) revoke("env");
}

export function revoke(...names: readonly (Deno.PermissionName | "import")[]): void {
  // The types of the runtime lack "import".
  for (const name of names) Deno.permissions.revokeSync({ name: name as Deno.PermissionName });
}

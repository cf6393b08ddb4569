// The last steps of a start, when the server listens: revokes its rights, except that a worker may still read the
// server's own files, and reloads the configuration on SIGHUP.

import type { ServerConfig, TokenEntry } from "../../config/mod.ts";
import type { ControlSocket } from "../../control/mod.ts";
import type { Report } from "../../log/mod.ts";
import type { RankServer } from "../../server/mod.ts";
import { dropServerRights, revoke, type SighupListener, type TextReader } from "../shared/mod.ts";
import type { ServiceManager } from "../systemd/mod.ts";
import { startOwnFiles } from "./files/mod.ts";
import type { OpenedTls } from "./tls/mod.ts";
import { certificatePart, commandsPart, type LivePart, Reloads, tokensPart } from "./reload.ts";

/** Where the configuration comes from, at the start and on each reload. */
export interface ConfigSource {
  /** The path of its file, if there is one that can be read again. */
  readonly file: string | undefined;
  /** What it was read from instead. */
  readonly readOnce?: readonly string[] | undefined;
  /** Reads and validates it, the file with `read`. @throws {ConfigError} */
  readonly load: (read: TextReader) => Promise<ServerConfig>;
}

export interface Started {
  readonly config: ServerConfig;
  readonly source: ConfigSource;
  readonly server: RankServer;
  readonly tls: OpenedTls | undefined;
  /** `undefined`: clients need no token. */
  readonly tokens: readonly TokenEntry[] | undefined;
  readonly control: ControlSocket | undefined;
  /** `undefined` if there is nothing to reload. */
  readonly sighup: SighupListener | undefined;
  readonly report: Report;
  readonly manager: ServiceManager;
  /** For `manager`, while the server serves. */
  readonly status: string;
}

export interface Finished {
  /** Removes what must not outlive the server. */
  readonly cleanUp: () => Promise<void>;
  /** Reads the configuration again; absent: there is nothing to read again. */
  readonly reload?: (() => void) | undefined;
}

export async function finishStartup(
  { config, source, server, tls, tokens, control, sighup, report, manager, status }: Started,
): Promise<Finished> {
  const files: string[] = [];
  if (source.file !== undefined) files.push(source.file);
  const readOnce = [...source.readOnce ?? [], ...tls?.readOnce ?? []];
  const renewable = tls?.readOnce.length === 0 ? tls : undefined;
  if (renewable !== undefined) files.push(config.tls.certFile, config.tls.keyFile);
  if (tokens !== undefined) files.push(config.auth.tokensFile);
  const own = startOwnFiles(
    { files, sockets: control === undefined ? [] : [control.file.path] },
    (message) => report({ event: "fault", where: "a reload", message }),
  );
  dropServerRights(config);
  await own.ready;
  revoke("read");
  const parts: LivePart[] = [commandsPart(server)];
  if (renewable !== undefined) parts.push(certificatePart(renewable, own.read));
  if (tokens !== undefined) parts.push(tokensPart(server, config.auth.tokensFile, tokens, own.read));
  const reloads = new Reloads({
    config,
    readConfig: () => source.load(own.read),
    parts,
    readOnce,
    report,
    onStart: () => manager.reloading(),
    // systemd has no message for a reload that failed.
    onEnd: (isApplied) =>
      manager.ready(isApplied ? status : `${status}; the last reload failed, see the log`),
  });
  const reload = () => void reloads.reload();
  sighup?.listen(reload);
  const cleanUp = async () => {
    if (control !== undefined) await own.removeSocket(control.file);
    own.close();
  };
  return { cleanUp, reload: sighup && reload };
}

// What a server does once it listens: gives up its rights, with its own files left to a worker that can read them and
// nothing else, and reads its configuration again on SIGHUP.

import type { ServerConfig, TokenEntry } from "../../config/mod.ts";
import type { ControlSocket } from "../../control/mod.ts";
import type { Report } from "../../log/mod.ts";
import type { RankServer } from "../../server/mod.ts";
import { dropServerRights, revoke, type TextReader } from "../shared/mod.ts";
import type { SighupListener } from "./sighup_listener.ts";
import { commandsPart, tokensPart } from "./live_parts.ts";
import { startOwnFiles } from "./files/mod.ts";
import type { OpenedTls } from "./tls/mod.ts";
import { Reloads } from "./reload.ts";

/** Where the configuration came from, and comes from again. */
export interface ConfigSource {
  /** The path of its file, if there is one. */
  readonly file: string | undefined;
  /** Reads and checks it as at the start, the file by way of `read`. @throws {ConfigError} */
  readonly load: (read: TextReader) => Promise<ServerConfig>;
}

export interface Started {
  readonly config: ServerConfig;
  readonly source: ConfigSource;
  readonly server: RankServer;
  readonly tls: OpenedTls | undefined;
  /** Absent: nobody needs one. */
  readonly tokens: readonly TokenEntry[] | undefined;
  readonly control: ControlSocket | undefined;
  /** `undefined` where there is nothing to read again. */
  readonly hangUps: SighupListener | undefined;
  readonly report: Report;
}

/** For the end of the server: removes what is to be gone with it. */
export type Cleanup = () => Promise<void>;

export async function finishStartup(
  { config, source, server, tls, tokens, control, hangUps, report }: Started,
): Promise<Cleanup> {
  const files = [
    ...(source.file === undefined ? [] : [source.file]),
    ...(tls === undefined ? [] : [config.tls.certFile, config.tls.keyFile]),
    ...(tokens === undefined ? [] : [config.auth.tokensFile]),
  ];
  const own = startOwnFiles(
    { files, sockets: control === undefined ? [] : [control.file.path] },
    (message) => report({ event: "fault", where: "a reload", message }),
  );
  dropServerRights();
  await own.ready;
  revoke("read");
  const certificate = tls &&
    await (await import("./certificate_part.ts")).certificatePart(config, tls, own.read);
  const reloads = new Reloads({
    config,
    readConfig: () => source.load(own.read),
    parts: [
      commandsPart(server),
      ...(certificate === undefined ? [] : [certificate]),
      ...(tokens === undefined ? [] : [tokensPart(server, config.auth.tokensFile, tokens, own.read)]),
    ],
    report,
  });
  hangUps?.listen(() => void reloads.reload());
  return async () => {
    if (control !== undefined) await own.removeSocket(control.file);
    own.close();
  };
}

// NATS servers that keep the log of a cluster.

import { join } from "node:path";
import { freePort, type Running, type RunningServer, startServer } from "./running.ts";

/** The first version that may keep a log three times: 2.10. */
const MIN_MINOR_OF_THREE = 10;

/** What can be started here; `undefined`: there is none. */
export interface NatsPrograms {
  readonly one: string | undefined;
  /** For three of them; NATS_SERVER names it. */
  readonly three: string | undefined;
}

export function findNats(): NatsPrograms {
  const named = Deno.env.get("NATS_SERVER");
  const candidates = ["nats-server", ...(named === undefined ? [] : [named])];
  const versions = candidates.map((program) => ({ program, minor: minorVersion(program) }));
  return {
    one: versions.find(({ minor }) => minor !== undefined)?.program,
    three: versions.find(({ minor }) => (minor ?? 0) >= MIN_MINOR_OF_THREE)?.program,
  };
}

/** 10 for 2.10.27. */
function minorVersion(program: string): number | undefined {
  try {
    const { stdout } = new Deno.Command(program, { args: ["--version"] }).outputSync();
    const minor = /v2\.(\d+)\./.exec(new TextDecoder().decode(stdout))?.[1];
    return minor === undefined ? undefined : Number(minor);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Starts one NATS server, or three that form a cluster. */
export async function startNats(
  running: Running,
  programs: NatsPrograms,
  count: 1 | 3,
): Promise<RunningServer[]> {
  const program = count === 1 ? programs.one : programs.three;
  if (program === undefined) throw new Error(`Cannot measure: there is no nats-server for ${count} of them`);
  const routes = Array.from({ length: count }, freePort);
  const urls = routes.map((port) => `"nats://127.0.0.1:${port}"`).join(", ");
  const servers: RunningServer[] = [];
  for (const [i, route] of routes.entries()) {
    const server = await startServer(running, (port) => {
      const base = join(running.folder, `nats-${port}`);
      const lines = [`listen: "127.0.0.1:${port}"`, `jetstream { store_dir: "${base}" }`];
      if (count > 1) {
        lines.push(
          `server_name: s${i}`,
          `cluster { name: c, listen: "127.0.0.1:${route}", routes: [${urls}] }`,
        );
      }
      Deno.writeTextFileSync(`${base}.conf`, `${lines.join("\n")}\n`);
      return { argv: [program, "-c", `${base}.conf`], env: {} };
    });
    servers.push(server);
  }
  return servers;
}

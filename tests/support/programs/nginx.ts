// An nginx with the configuration of docs/web.md, on a free port, in front of a page.

import { join } from "node:path";
import type { Issued } from "./certificates.ts";
import { freePorts } from "./free_ports.ts";

const NGINX = "nginx";
const START_MS = 20_000;

export const isNginxMissing = await new Deno.Command("sh", {
  args: ["-c", `command -v ${NGINX}`],
  stdout: "null",
}).output().then(({ success }) => !success);
if (isNginxMissing) console.warn("nginx is missing: the test of the configuration in docs/web.md is ignored");

/** What is the machine's in the example. */
export interface NginxPlace {
  /** Of the page. */
  readonly pagePort: number;
  readonly certificate: Issued;
}

export class Nginx implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  readonly #child: Deno.ChildProcess;

  private constructor(port: number, folder: string, child: Deno.ChildProcess) {
    this.port = port;
    this.#folder = folder;
    this.#child = child;
  }

  /** Starts it and waits until it accepts connections. */
  static async start({ pagePort, certificate: { cert, key } }: NginxPlace): Promise<Nginx> {
    const page = await Deno.readTextFile(new URL("../../../docs/web.md", import.meta.url));
    const [, example] = /^```nginx\n([^]*?)^```$/m.exec(page) ?? [];
    if (example === undefined) throw new Error("docs/web.md has no configuration of nginx");
    const [port] = freePorts(1) as [number];
    const adapted = replaceEach(example, {
      "listen 443 ssl;": `listen 127.0.0.1:${port} ssl;`,
      "/etc/ssl/rank.example.org.pem": cert,
      "/etc/ssl/rank.example.org.key": key,
      "127.0.0.1:8080": `127.0.0.1:${pagePort}`,
    });
    const folder = await Deno.makeTempDir({ prefix: "nginx-" });
    const path = join(folder, "nginx.conf");
    await Deno.writeTextFile(path, configuration(folder, adapted));
    const args = ["-e", "stderr", "-p", folder, "-c", path];
    const child = new Deno.Command(NGINX, { args, stdin: "null", stdout: "null" }).spawn();
    const started = new Nginx(port, folder, child);
    try {
      await started.#untilReady();
      return started;
    } catch (error) {
      await started[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.#child.status;
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #untilReady(): Promise<void> {
    const deadline = performance.now() + START_MS;
    for (;;) {
      try {
        (await Deno.connect({ hostname: "127.0.0.1", port: this.port })).close();
        return;
      } catch (error) {
        if (performance.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }
}

/** One process, which writes nothing outside of its folder. */
function configuration(folder: string, http: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${join(folder, name)};`).join("\n");
  return `daemon off;\nmaster_process off;\npid ${join(folder, "nginx.pid")};\nerror_log stderr;\n` +
    `events {}\nhttp {\naccess_log off;\n${temporary}\n${http}}\n`;
}

function replaceEach(text: string, replacements: Readonly<Record<string, string>>): string {
  let replaced = text;
  for (const [old, now] of Object.entries(replacements)) {
    if (!replaced.includes(old)) throw new Error(`docs/web.md does not have ${old}`);
    replaced = replaced.replaceAll(old, now);
  }
  return replaced;
}

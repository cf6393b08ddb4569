// A server with its metrics, and how tests read them.

import { Metrics } from "../../../src/web/metrics/metrics.ts";
import { METRICS_CONTENT_TYPE } from "../../../src/web/metrics/metrics_text.ts";
import { readProcess } from "../../../src/web/metrics/process_figures.ts";
import { DENO_CLOCK } from "../../../src/time/clock.ts";
import { type StartOptions, startServer, type TestServer } from "../../support/server/start_server.ts";

export class Monitored implements AsyncDisposable {
  readonly test: TestServer;
  readonly #metrics: Metrics;
  readonly #http: Deno.HttpServer<Deno.NetAddr>;
  #hasEnded = false;

  private constructor(test: TestServer, metrics: Metrics) {
    this.test = test;
    this.#metrics = metrics;
    this.#http = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => new Response(this.text(), { headers: { "content-type": METRICS_CONTENT_TYPE } }),
    );
    metrics.start();
  }

  static async start(options: StartOptions = {}): Promise<Monitored> {
    const metrics = newMetrics();
    return new Monitored(
      await startServer({ ...options, tee: (report) => metrics.counted(report) }),
      metrics,
    );
  }

  /** Where Prometheus scrapes it. */
  get target(): string {
    return `127.0.0.1:${this.#http.addr.port}`;
  }

  text(): string {
    return this.#metrics.render(this.test.server);
  }

  /** The samples, by name and labels as they are written. */
  samples(): Map<string, number> {
    return samplesOf(this.text());
  }

  /** May be called earlier, too. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#metrics.stop();
    await this.#http.shutdown();
    await this.test.stop();
  }
}

export function newMetrics(): Metrics {
  const clock = { now: () => performance.now(), after: DENO_CLOCK.after };
  return new Metrics({ version: "1.2.3", clock, readProcess });
}

export function samplesOf(text: string): Map<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => {
    const end = line.lastIndexOf(" ");
    return [line.slice(0, end), Number(line.slice(end + 1))];
  }));
}

// A real Prometheus scrapes a server, with the files of examples/monitoring.

import { assert, assertEquals } from "@std/assert";
import { isPrometheusMissing, Prometheus } from "../../support/programs/prometheus.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { dashboardQueries, readExample } from "./examples.ts";
import { Monitored } from "./monitored.ts";

interface Target {
  readonly health: string;
  readonly lastError: string;
}

interface Rule {
  readonly name: string;
  readonly health: string;
  readonly lastEvaluation: string;
}

/** The example, with another address and more frequent scrapes. */
async function configFor(target: string): Promise<string> {
  const config = await readExample("prometheus.yml");
  return config.replace("127.0.0.1:8080", target).replaceAll(/_interval: 15s/g, "_interval: 250ms");
}

Deno.test({
  name: "Prometheus scrapes a server, answers the queries of the dashboard, and evaluates the alerts",
  ignore: await isPrometheusMissing(),
  async fn() {
    await using monitored = await Monitored.start({ toml: 'max_clients = 3\ncommands = ["ping"]' });
    await using first = await RawClient.join(monitored.test.port);
    await using _second = await RawClient.join(monitored.test.port);
    first.notify("run", { command: "ping" });
    await first.settled();
    const rules = { "rankserver.rules.yml": await readExample("rankserver.rules.yml") };
    await using prometheus = await Prometheus.start(await configFor(monitored.target), rules);

    const samples = await prometheus.until("scraped", async () => {
      const series = await prometheus.query('{job="rankserver"}');
      return series.some(({ metric }) => metric.__name__ === "rankserver_members") ? series : undefined;
    });
    const valueOf = (name: string) => samples.find(({ metric }) => metric.__name__ === name)?.value;
    assertEquals(valueOf("up"), 1);
    assertEquals(valueOf("rankserver_members"), 2);
    assertEquals(valueOf("rankserver_capacity"), 3);
    assertEquals(valueOf("rankserver_commands_accepted_total"), 1);
    assertEquals(valueOf("scrape_samples_scraped"), monitored.samples().size);

    const { activeTargets } = await prometheus.get("targets") as { activeTargets: Target[] };
    assertEquals(activeTargets.map(({ health, lastError }) => [health, lastError]), [["up", ""]]);
    const metadata = await prometheus.get("metadata") as Record<string, { type: string; help: string }[]>;
    assertEquals(metadata.rankserver_run_duration_seconds![0]!.type, "histogram");

    // Several scrapes later, rates have values too.
    await prometheus.until("scraped twice", async () => {
      const [rate] = await prometheus.query("rate(rankserver_connections_accepted_total[1m])");
      return rate;
    });
    const empty: string[] = [];
    for (const query of await dashboardQueries()) {
      if ((await prometheus.query(query)).length === 0) empty.push(query);
    }
    const unexpected = empty.filter((query) => !/rankserver_cluster_|journal_bytes|> 0$/.test(query));
    assertEquals(unexpected, []);

    const evaluated = await prometheus.until("evaluated", async () => {
      const { groups } = await prometheus.get("rules") as { groups: { rules: Rule[] }[] };
      const all = groups.flatMap(({ rules }) => rules);
      return all.every(({ health }) => health !== "unknown") ? all : undefined;
    });
    assert(evaluated.length > 0);
    assertEquals(evaluated.filter(({ health }) => health !== "ok"), []);
    assertEquals(await prometheus.query("ALERTS"), []);

    // The page is gone, and the alert is pending.
    await monitored[Symbol.asyncDispose]();
    const [alert] = await prometheus.until("an alert", async () => {
      const alerts = await prometheus.query("ALERTS");
      return alerts.length > 0 ? alerts : undefined;
    });
    assertEquals(alert!.metric.alertname, "RankserverDown");
  },
});

// The files of examples/monitoring and the page about them: promtool accepts them, and they name the metrics that there are.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { isPrometheusMissing, promtool } from "../../support/programs/prometheus.ts";
import { PROJECT } from "../../support/programs/start_process.ts";
import { JournalTimes } from "../../../src/web/metrics/journal_times.ts";
import { EventCounts } from "../../../src/web/metrics/event_counts.ts";
import { EventLoopLag } from "../../../src/web/metrics/event_loop_lag.ts";
import { readProcess } from "../../../src/web/metrics/process_figures.ts";
import { renderMetrics } from "../../../src/web/metrics/render_metrics.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { startServer } from "../../support/server/start_server.ts";
import { dashboardQueries, FOLDER, metricsIn, readExample, readPanels } from "./examples.ts";

const ignore = await isPrometheusMissing();
const RULES = "rankserver.rules.yml";
const RULES_TEST = "rankserver.rules.test.yml";

/** The names of all metrics, of a server alone and of a node of a cluster. */
async function allMetrics(): Promise<Set<string>> {
  await using test = await startServer();
  const { server } = test;
  const alone = {
    version: "1",
    status: server.status(),
    usage: server.usage(),
    totals: server.totals(),
    journal: { ...server.journal(), bytes: 1 },
    counts: new EventCounts(),
    times: new JournalTimes(),
    lag: new EventLoopLag(new FakeClock()),
    processFigures: readProcess(),
  };
  const node = { id: "a-1", name: "a", version: "1", address: "", members: 0 };
  const cluster = { name: "main", node: "a-1", suspended: false, nodes: [node] };
  const shared = {
    ...alone,
    status: { ...alone.status, cluster },
    journal: { isShared: true, position: 1, isFailing: false },
  };
  const heads = [alone, shared].flatMap((source) => renderMetrics(source).match(/^# TYPE \S+/gm)!);
  return new Set(heads.map((head) => head.slice("# TYPE ".length)));
}

Deno.test("the alerts and the dashboard use no metric that does not exist", async () => {
  const known = await allMetrics();
  const used = metricsIn([await readExample(RULES), ...await dashboardQueries()].join("\n"));
  assert(used.size > 20);
  assertEquals([...used].filter((name) => !known.has(name)), []);
});

Deno.test("docs/monitoring.md has a row for each metric and for each alert, and no other", async () => {
  const page = await Deno.readTextFile(join(PROJECT, "docs", "monitoring.md"));
  const rows = (form: RegExp) => [...page.matchAll(form)].map(([, name]) => name!).toSorted();
  assertEquals(rows(/^\| `((?:rankserver|process)_\w+)`/gm), [...await allMetrics()].toSorted());
  const alerts = [...(await readExample(RULES)).matchAll(/- alert: (\w+)/g)].map(([, name]) => name!);
  assertEquals(rows(/^\| `(Rankserver\w+)`/gm), alerts.toSorted());
});

Deno.test("each alert has a test", async () => {
  const alerts = [...(await readExample(RULES)).matchAll(/- alert: (\w+)/g)].map(([, name]) => name!);
  const tests = await readExample(RULES_TEST);
  const untested = alerts.filter((name) => !new RegExp(`alertname: ${name}\\n +exp_alerts:\\n`).test(tests));
  assertEquals(untested, []);
});

Deno.test("the panels of the dashboard fit into its 24 columns and do not overlap", async () => {
  const panels = await readPanels();
  const taken = new Map<string, string>();
  for (const { title, gridPos: { x, y, w, h } } of panels) {
    assert(x + w <= 24, title);
    for (let column = x; column < x + w; column++) {
      for (let line = y; line < y + h; line++) {
        assertEquals(taken.get(`${column} ${line}`), undefined, `${title} overlaps`);
        taken.set(`${column} ${line}`, title);
      }
    }
  }
});

Deno.test({
  name: "promtool accepts the configuration and the alerts, and the alerts pass their tests",
  ignore,
  async fn() {
    const config = await promtool(["check", "config", join(FOLDER, "prometheus.yml")]);
    assertEquals(config.code, 0, config.output);
    assertStringIncludes(config.output, "9 rules found");
    const tested = await promtool(["test", "rules", join(FOLDER, RULES_TEST)]);
    assertEquals(tested.code, 0, tested.output);
  },
});

Deno.test({
  name: "the tests of the alerts notice a wrong alert",
  ignore,
  async fn() {
    const folder = await Deno.makeTempDir();
    await Deno.writeTextFile(join(folder, RULES_TEST), await readExample(RULES_TEST));
    const rules = await readExample(RULES);
    const wrong: [part: string, by: string][] = [
      ["rankserver_cluster_suspended == 1", "rankserver_cluster_suspended == 0"],
      [" and rankserver_waiting_capacity > 0", ""],
      ["and max_over_time(rankserver_leader_ticket[1h]) > 0\n", "\n"],
      ['{reason="slow_reader"}', ""],
    ];
    for (const [part, by] of wrong) {
      assertStringIncludes(rules, part);
      await Deno.writeTextFile(join(folder, RULES), rules.replace(part, by));
      const { code, output } = await promtool(["test", "rules", join(folder, RULES_TEST)]);
      assertEquals(code, 1, `${part}: ${output}`);
    }
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test({
  name: "promtool accepts every query of the dashboard",
  ignore,
  async fn() {
    const queries = await dashboardQueries();
    assert(queries.length > 30);
    const rules = queries.map((expr, index) => ({ record: `query_${index}`, expr }));
    const file = await Deno.makeTempFile({ suffix: ".yml" });
    // JSON is YAML.
    await Deno.writeTextFile(file, JSON.stringify({ groups: [{ name: "dashboard", rules }] }));
    const { code, output } = await promtool(["check", "rules", file]);
    assertEquals(code, 0, output);
    await Deno.remove(file);
  },
});

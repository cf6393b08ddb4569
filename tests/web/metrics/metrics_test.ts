// The metrics of a real server.

import { assert, assertEquals } from "@std/assert";
import { isPrometheusMissing, promtool } from "../../support/programs/prometheus.ts";
import { isNatsMissing } from "../../support/programs/nats_server.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { tokensToml } from "../../support/server/tokens.ts";
import { withTwoServers } from "../../support/server/two_servers.ts";
import { journalIn, restoredJournal } from "../../support/server/journals.ts";
import { Monitored, newMetrics, samplesOf } from "./monitored.ts";

const isPromtoolMissing = await isPrometheusMissing();
const WAITING = 'max_clients = 2\ncommands = ["ping"]\n[session]\noverflow = "wait"\nwaiting_clients = 5\n';

Deno.test("the metrics have the seats, the commands and the connections", async () => {
  await using monitored = await Monitored.start({ toml: WAITING });
  const { port } = monitored.test;
  await using first = await RawClient.join(port);
  await using second = await RawClient.join(port);
  await using third = await RawClient.connect(port);
  await third.note("waiting");
  const run = first.ask("run", { command: "ping" });
  const execute = await second.message("execute");
  second.respond(execute.id, { code: 0 });
  await first.answer(run);
  for (let i = 0; i < 3; i++) first.notify("run", { command: "ping" });
  await first.settled();
  await first.request("run", { command: "other" });
  first.send("no JSON");
  await first.settled();

  const samples = monitored.samples();
  const expected = {
    rankserver_members: 2,
    rankserver_capacity: 2,
    rankserver_waiting: 1,
    rankserver_waiting_capacity: 5,
    rankserver_away: 0,
    rankserver_leader_ticket: 0,
    rankserver_connections: 3,
    rankserver_connections_accepted_total: 3,
    rankserver_clients_seated_total: 2,
    rankserver_commands_accepted_total: 4,
    rankserver_command_executors_total: 4,
    rankserver_run_duration_seconds_count: 1,
    'rankserver_run_results_total{status="ok"}': 1,
    'rankserver_run_results_total{status="lost"}': 0,
    'rankserver_requests_refused_total{reason="not_allowed"}': 1,
    'rankserver_requests_refused_total{reason="parse_error"}': 1,
    'rankserver_connections_closed_total{reason="slow_reader"}': 0,
    rankserver_journal_failing: 0,
    rankserver_draining: 0,
    rankserver_ready: 1,
    'rankserver_build_info{version="1.2.3"}': 1,
  };
  for (const [name, value] of Object.entries(expected)) assertEquals(samples.get(name), value, name);
  assert(samples.get("process_resident_memory_bytes")! > 10_000_000);
  assert(samples.get("process_cpu_seconds_total")! > 0);
  const startedAt = samples.get("process_start_time_seconds")!;
  assert(startedAt > 1_700_000_000 && startedAt <= Date.now() / 1_000);
  assert(!samples.has("rankserver_cluster_suspended") && !samples.has("rankserver_journal_bytes"));
});

Deno.test("the metrics tell how long no member may lead after a start", async () => {
  await using monitored = await Monitored.start({ toml: "[session]\nlease_max_ms = 60_000" });
  const waitSeconds = monitored.samples().get("rankserver_lead_wait_seconds")!;
  assert(waitSeconds > 0 && waitSeconds <= 60, `${waitSeconds}`);
});

Deno.test("the metrics have the ticket of the leader", async () => {
  await using monitored = await Monitored.start({ journal: restoredJournal([]) });
  assertEquals(monitored.samples().get("rankserver_leader_ticket"), 0);
  await using leader = await RawClient.connect(monitored.test.port);
  const { result } = await leader.request("hello", { lease_ms: 2_000 });
  assertEquals(monitored.samples().get("rankserver_leader_ticket"), result.ticket);
});

Deno.test("the metrics have pending logins, refused logins, and the size of the journal", async () => {
  const folder = await Deno.makeTempDir();
  {
    const tokens = tokensToml({ ada: "" });
    await using monitored = await Monitored.start({ tokens, journal: journalIn(folder) });
    await using guessing = await RawClient.connect(monitored.test.port);
    guessing.sendBytes('{"jsonrpc":"2.0","id":1,"method":"hello","params":{"token":"wrong"}}\n');
    await monitored.test.until(({ event }) => event === "login_refused");
    const samples = monitored.samples();
    assertEquals(samples.get("rankserver_pending_logins"), 1);
    assertEquals(samples.get('rankserver_clients_refused_total{reason="unauthenticated"}'), 1);
    assert(samples.get("rankserver_journal_bytes")! > 0);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a server that is shutting down says so", async () => {
  await using monitored = await Monitored.start();
  await monitored.test.stop();
  const samples = monitored.samples();
  assertEquals([samples.get("rankserver_draining"), samples.get("rankserver_ready")], [1, 0]);
});

Deno.test({
  name: "promtool finds nothing wrong with the metrics",
  ignore: isPromtoolMissing,
  async fn() {
    await using monitored = await Monitored.start({ toml: WAITING });
    await using _client = await RawClient.join(monitored.test.port);
    assertEquals(await promtool(["check", "metrics"], monitored.text()), { code: 0, output: "" });
    const wrong = await promtool(["check", "metrics"], "# TYPE a_total gauge\na_total 1\n");
    assert(wrong.code !== 0 && wrong.output !== "");
  },
});

Deno.test({
  name: "a node of a cluster has metrics of the log and of the other nodes",
  ignore: await isNatsMissing() || isPromtoolMissing,
  async fn() {
    await withTwoServers(async ({ a, b, join }) => {
      await join(a);
      const other = await join(b);
      await other.settled();
      const metrics = newMetrics();
      const text = metrics.render(a.server.server);
      const samples = samplesOf(text);
      assertEquals(samples.get("rankserver_cluster_suspended"), 0);
      assertEquals(samples.get("rankserver_cluster_nodes"), 2);
      assertEquals(samples.get('rankserver_cluster_node_members{node="a"}'), 1);
      assertEquals(samples.get('rankserver_cluster_node_members{node="b"}'), 1);
      assertEquals(samples.get("rankserver_members"), 2);
      assertEquals(samples.get("rankserver_connections"), 1);
      assert(samples.get("rankserver_cluster_log_position")! > 0);
      assert(!samples.has("rankserver_journal_position"));
      assertEquals(await promtool(["check", "metrics"], text), { code: 0, output: "" });
    });
  },
});

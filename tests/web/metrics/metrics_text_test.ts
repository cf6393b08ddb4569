// The text format of Prometheus, as its documentation describes it.

import { assertEquals } from "@std/assert";
import { Histogram } from "../../../src/web/metrics/histogram.ts";
import { byLabel, MetricsText } from "../../../src/web/metrics/metrics_text.ts";

Deno.test("a gauge and a counter have help, type and value", () => {
  const text = new MetricsText();
  text.gauge("rankserver_members", "Members.", 3);
  text.counter("rankserver_requests_total", "Requests.", byLabel("reason", { full: 1, other: 0 }));
  assertEquals(
    text.toString(),
    `# HELP rankserver_members Members.
# TYPE rankserver_members gauge
rankserver_members 3
# HELP rankserver_requests_total Requests.
# TYPE rankserver_requests_total counter
rankserver_requests_total{reason="full"} 1
rankserver_requests_total{reason="other"} 0
`,
  );
});

Deno.test("a metric without a value is left out", () => {
  const text = new MetricsText();
  text.gauge("rankserver_journal_bytes", "Bytes.", undefined);
  assertEquals(text.toString(), "");
});

Deno.test("backslashes, quotes and line ends are escaped in labels, and in help all but quotes", () => {
  const text = new MetricsText();
  text.gauge("a", 'A "b"\\\n', [[{ name: 'x"\\\n', second: "" }, 1]]);
  assertEquals(text.toString(), '# HELP a A "b"\\\\\\n\n# TYPE a gauge\na{name="x\\"\\\\\\n",second=""} 1\n');
});

Deno.test("numbers that are not finite are written as Go reads them", () => {
  const text = new MetricsText();
  text.gauge("a", "A.", [[{ n: "1" }, Infinity], [{ n: "2" }, -Infinity], [{ n: "3" }, NaN], [
    { n: "4" },
    1e21,
  ]]);
  const values = text.toString().split("\n").slice(2, -1).map((line) => line.split(" ")[1]);
  assertEquals(values, ["+Inf", "-Inf", "NaN", "1e+21"]);
});

Deno.test("the buckets of a histogram are cumulative, and a value on a bound belongs to its bucket", () => {
  const histogram = new Histogram([0.1, 1]);
  for (const value of [0.05, 0.1, 0.5, 3]) histogram.observe(value);
  const text = new MetricsText();
  text.histogram("a_seconds", "A.", histogram);
  assertEquals(
    text.toString(),
    `# HELP a_seconds A.
# TYPE a_seconds histogram
a_seconds_bucket{le="0.1"} 2
a_seconds_bucket{le="1"} 3
a_seconds_bucket{le="+Inf"} 4
a_seconds_sum 3.65
a_seconds_count 4
`,
  );
});

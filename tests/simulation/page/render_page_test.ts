// The page that plays a trace: its contents, and how it works in a browser.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { TraceEvent } from "../trace.ts";
import { type PageInput, renderPage } from "./render_page.ts";

const EVENTS: readonly TraceEvent[] = [
  { kind: "process", at: 0, actor: "server", process: "server", state: "running" },
  { kind: "process", at: 100, actor: "leader-1", process: "client", state: "running" },
  { kind: "message", at: 200, until: 230, from: "server", to: "leader-1", text: '{"rank":0}' },
  { kind: "rank", at: 230, actor: "leader-1", rank: 0 },
  { kind: "line", at: 230, actor: "leader-1", text: "welcome: rank 0, ticket 1, epoch 1" },
  { kind: "process", at: 300, actor: "leader-1", process: "guard", state: "running" },
  { kind: "process", at: 400, actor: "leader-1", process: "program", state: "running" },
  { kind: "fault", at: 500, fault: "block_to_server", actor: "leader-1", ms: 400 },
  { kind: "process", at: 500, actor: "leader-1", process: "guard", state: "stopped" },
  { kind: "message", at: 600, until: 630, from: "leader-1", to: "server", text: "held up" },
  { kind: "line", at: 950, actor: "world", text: "everything is repaired" },
  { kind: "process", at: 1_000, actor: "leader-1", process: "client", state: "dead" },
  { kind: "rank", at: 1_100, actor: "member-1", rank: undefined },
];

const INPUT: PageInput = {
  seed: 7,
  events: EVENTS,
  simulatedMs: 2_000,
  violation: { at: 1_200, guarantee: "G1", message: "two programs run" },
  clients: ["leader-1", "member-1"],
};

/** Reads the trace as the page's script does. */
function traceIn(page: string): unknown {
  return JSON.parse(/<script id="trace" type="application\/json">(.*?)<\/script>/s.exec(page)![1]!);
}

Deno.test("the page contains the whole trace and loads nothing", () => {
  const page = renderPage(INPUT);
  assertEquals(traceIn(page), JSON.parse(JSON.stringify(INPUT)));
  assertEquals(page.match(/\bhttps?:|\bwss?:|\bsrc=|\burl\(|@import|\bfetch\(|\bimport\(/g), null);
  assertEquals([...page.matchAll(/\bhref="(.*?)"/g)].map(([, to]) => to), ["data:,"]);
  assertStringIncludes(page, "default-src 'none'");
});

Deno.test("a text in the trace cannot end the script, and is not changed", () => {
  for (const text of ["</script><script>throw 1</script>", "<!--<script>", "$& $` $' $$", "\u2028\\u003c"]) {
    const events: TraceEvent[] = [{ kind: "line", at: 1, actor: "leader-1", text }];
    const page = renderPage({ ...INPUT, events });
    assertEquals(traceIn(page), JSON.parse(JSON.stringify({ ...INPUT, events })));
    assertEquals(page.match(/<script/g)?.length, 2);
  }
});

const isChromiumMissing = await new Deno.Command("sh", {
  args: ["-c", "command -v chromium"],
  stdout: "null",
}).output().then(({ success }) => !success);
if (isChromiumMissing) {
  console.warn("chromium is missing: the tests of the simulator's page are ignored");
}

/** Replaces animation frames, of which a headless browser draws few. */
const FRAMES = "requestAnimationFrame = (draw) => setTimeout(() => draw(performance.now()), 16);";

/** Opens the page, runs `act` in it, and returns its HTML after that. */
async function browse(page: string, hash: string, act = ""): Promise<string> {
  const acting = page.replace("<style>", () => `<script>${FRAMES}</script><style>`)
    .replace("</body>", () => `<script>${act}</script></body>`);
  const folder = await Deno.makeTempDir();
  try {
    const file = join(folder, "page.html");
    await Deno.writeTextFile(file, acting);
    const { stdout } = await new Deno.Command("chromium", {
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        `--user-data-dir=${folder}`,
        "--virtual-time-budget=10000",
        "--dump-dom",
        `${pathToFileURL(file)}${hash}`,
      ],
      stderr: "null",
    }).output();
    return new TextDecoder().decode(stdout);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test({
  name: "in a browser, the page shows the time in its URL",
  ignore: isChromiumMissing,
  async fn() {
    const seen = await browse(renderPage(INPUT), "#t=0.7");
    assertStringIncludes(seen, 'data-state="ready"');
    assertStringIncludes(seen, "<title>rankserver, simulation of seed 7</title>");
    assertStringIncludes(seen, 'aria-label="leader-1, rank 0, leads, ⚠ block to server"');
    assertStringIncludes(seen, 'aria-label="member-1, no rank"');
    assertMatch(seen, /data-state="stopped"><i><\/i><b>guard<\/b><small>stopped</);
    assertMatch(seen, /<path [^>]*data-is-held=""/);
    assertMatch(seen, /<li class="fault" aria-current="true">/);
    assertStringIncludes(seen, "▲ G1 violated at 1.200 s: two programs run");
  },
});

Deno.test({
  name: "in a browser, the page steps between events and between faults, and plays to the end",
  ignore: isChromiumMissing,
  async fn() {
    const acts = [
      ["0", ["next", "next"]],
      ["0.25", ["previous"]],
      ["0", ["next_fault", "next_fault"]],
      ["1", ["previous_fault"]],
      ["0", ["violation"]],
      ["1.5", ["play"]],
    ];
    const act = `(async () => {
      const times = [];
      for (const [from, buttons] of ${JSON.stringify(acts)}) {
        jump(1000 * from);
        for (const button of buttons) $(button).click();
        await new Promise((resolve) => setTimeout(resolve, 800));
        times.push(parseFloat($("time").textContent));
      }
      document.title = times.join(" ");
    })()`;
    const seen = await browse(renderPage(INPUT), "", act);
    assertStringIncludes(seen, 'data-state="ready"');
    assertEquals(/<title>(.*?)<\/title>/.exec(seen)?.[1], "0.2 0.23 1.2 0.5 1.2 2");
  },
});

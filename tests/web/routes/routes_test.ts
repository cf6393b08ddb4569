import { assert, assertEquals } from "@std/assert";
import { RawClient } from "../../support/server/raw_client.ts";
import { login, tokenOf, tokensToml } from "../../support/server/tokens.ts";
import { type Answer, WebGround } from "../../support/web/web_ground.ts";

const TOKENS = tokensToml({ viewer: "watch = true", operator: "watch = true\nevict = true", blind: "" });
const JSON_TYPE = { "Content-Type": "application/json" };

function bearer(name: string): Record<string, string> {
  return { ...JSON_TYPE, "Authorization": `Bearer ${tokenOf(name)}` };
}

Deno.test("the files of the page are served, and again only if they have changed", async () => {
  await using ground = await WebGround.start();
  const { status, headers, body } = await ground.ask("GET /");
  assertEquals([status, headers.get("content-type"), body], [200, "text/html", "<p>the page</p>"]);
  const again = await ground.ask("GET /", { "If-None-Match": headers.get("etag")! });
  assertEquals([again.status, again.body], [304, ""]);
  assertEquals((await ground.ask("GET /", { "If-None-Match": '"other"' })).status, 200);
  assertEquals((await ground.ask("GET /page.js")).status, 404);
  assertEquals((await ground.ask("GET /../etc/passwd")).status, 404);
  assertEquals((await ground.ask("POST /")).status, 405);
});

Deno.test("below a base path nothing else is answered, except for the health of the server", async () => {
  await using ground = await WebGround.start({
    toml: '[web]\nbase_path = "/a/rank"\nhosts = ["rank.example"]',
  });
  const statuses: Record<string, number> = {};
  for (
    const path of ["/a/rank/", "/a/rank/session", "/", "/a/ranks/", "/healthz", "/readyz", "/a/rank/healthz"]
  ) {
    statuses[path] = (await ground.ask(`GET ${path}`, { Host: "rank.example" })).status;
  }
  assertEquals(statuses, {
    "/a/rank/": 200,
    "/a/rank/session": 200,
    "/": 404,
    "/a/ranks/": 404,
    "/healthz": 200,
    "/readyz": 200,
    "/a/rank/healthz": 200,
  });
  const { status, headers } = await ground.ask("GET /a/rank");
  assertEquals([status, headers.get("location")], [308, "/a/rank/"]);
});

Deno.test("without tokens anyone may look, and no one may operate or log in", async () => {
  await using ground = await WebGround.start();
  assertEquals(JSON.parse((await ground.ask("GET /session")).body), {
    needsToken: false,
    mayOperate: false,
    seats: false,
  });
  assertEquals((await ground.ask("GET /metrics")).body, "up 1\n");
  assertEquals((await ground.ask("POST /actions", JSON_TYPE, '{"action":"shutdown"}')).status, 403);
  assertEquals((await ground.ask("POST /login", JSON_TYPE, '{"token":"a"}')).status, 409);
  assertEquals((await ground.ask("GET /ws")).status, 404);
  assertEquals(ground.asked.drains, []);
});

Deno.test("with tokens everything but the files and the health requires one that may watch", async () => {
  await using ground = await WebGround.start({ tokens: TOKENS });
  const statuses = async (headers: Record<string, string>) => {
    const paths = ["/", "/healthz", "/readyz", "/session", "/metrics", "/nowhere"];
    return await Promise.all(paths.map(async (path) => (await ground.ask(`GET ${path}`, headers)).status));
  };
  assertEquals(await statuses({}), [200, 200, 200, 401, 401, 404]);
  assertEquals(await statuses(bearer("blind")), [200, 200, 200, 403, 403, 404]);
  assertEquals(await statuses(bearer("viewer")), [200, 200, 200, 200, 200, 404]);
  assertEquals((await ground.ask("GET /events")).status, 401);
  assertEquals((await ground.ask("GET /events")).headers.get("www-authenticate"), "Bearer");
});

Deno.test("a login sets a cookie that only this page can use, and a logout ends it", async () => {
  await using ground = await WebGround.start({ tokens: TOKENS, toml: '[web]\nbase_path = "/rank"' });
  const { port } = ground;
  const logIn = (token: string, headers = {}) =>
    ground.ask("POST /rank/login", { ...JSON_TYPE, ...headers }, JSON.stringify({ token }));
  const { status, headers, body } = await logIn(tokenOf("operator"));
  assertEquals([status, JSON.parse(body)], [200, {
    needsToken: true,
    name: "operator",
    mayOperate: true,
    seats: false,
  }]);
  const cookie = headers.get("set-cookie")!;
  const [pair = ""] = cookie.split(";", 1);
  assert(pair.startsWith(`rankserver_${port}=`));
  assertEquals(cookie.replace(pair, ""), "; Path=/rank/; Max-Age=43200; HttpOnly; SameSite=Strict");
  const session = async () => (await ground.ask("GET /rank/session", { Cookie: pair })).status;
  assertEquals(await session(), 200);
  assertEquals((await ground.ask("POST /rank/logout", { Cookie: pair })).status, 204);
  assertEquals(await session(), 401);
  const behindProxy = await logIn(tokenOf("viewer"), { "X-Forwarded-Proto": "https, http" });
  assert(behindProxy.headers.get("set-cookie")!.endsWith("; Secure"));
  assertEquals((await logIn("wrong")).status, 401);
  assertEquals((await logIn(tokenOf("blind"))).status, 403);
});

Deno.test("what is no JSON is refused before it is looked at", async () => {
  await using ground = await WebGround.start({ tokens: TOKENS });
  const statuses: number[] = [];
  const bodies: [type: string, body: string][] = [
    ["text/plain", '{"token":"a"}'],
    ["application/x-www-form-urlencoded", "token=a"],
    ["application/json", "{"],
    ["application/json", "[]"],
    ["application/json", '{"token":1}'],
    ["application/json", ""],
  ];
  for (const [type, body] of bodies) {
    statuses.push((await ground.ask("POST /login", { "Content-Type": type }, body)).status);
  }
  assertEquals(statuses, [415, 415, 400, 400, 400, 400]);
});

Deno.test("an operator evicts, reloads and shuts down in its own name, and a viewer does not", async () => {
  await using ground = await WebGround.start({ tokens: TOKENS });
  await using member = await login(ground.ranks.port, "blind", { name: "worker" });
  const act = (name: string, action: unknown) =>
    ground.ask("POST /actions", bearer(name), JSON.stringify(action));
  const evict = { action: "evict", ticket: member.welcome.ticket };
  assertEquals((await act("viewer", evict)).status, 403);
  const evicted = await act("operator", evict);
  assertEquals([evicted.status, JSON.parse(evicted.body)], [200, {
    text: "Evicted worker, which had rank 0",
  }]);
  await member.note("closing");
  const { by, by_name: byName } = ground.ranks.eventsOf("client_evicted")[0]!;
  assertEquals([by, byName], ["operator", undefined]);
  const errors = await Promise.all([
    act("operator", evict),
    act("operator", { action: "evict" }),
    act("operator", { action: "raise" }),
  ]);
  assertEquals(errors.map(({ status }) => status), [409, 400, 400]);
  assertEquals((await act("operator", { action: "reload" })).status, 200);
  assertEquals((await act("operator", { action: "shutdown" })).status, 200);
  assertEquals([ground.asked.reloads, ground.asked.drains].map(([by]) => by?.name), ["operator", "operator"]);
});

Deno.test("a request of another site does nothing, whatever it shows", async () => {
  await using ground = await WebGround.start({ tokens: TOKENS, toml: "[web]\nseats = true" });
  const answers: Answer[] = [];
  for (
    const path of ["POST /login", "POST /actions", "POST /logout", "GET /events", "GET /ws", "GET /metrics"]
  ) {
    answers.push(
      await ground.ask(
        path,
        { ...bearer("operator"), "Origin": "http://evil.example" },
        '{"action":"shutdown"}',
      ),
    );
    answers.push(
      await ground.ask(path, { ...bearer("operator"), "Host": "evil.example" }, '{"action":"shutdown"}'),
    );
  }
  assertEquals(new Set(answers.map(({ status }) => status)), new Set([403, 421]));
  assertEquals(ground.asked.drains, []);
});

Deno.test("a server that shuts down is not ready", async () => {
  await using ground = await WebGround.start();
  await using _member = await RawClient.join(ground.ranks.port);
  const stopped = ground.ranks.stop();
  const { status, body } = await ground.ask("GET /readyz");
  assertEquals([status, (await ground.ask("GET /healthz")).status], [503, 200], body);
  await stopped;
});

Deno.test("a wrong token is logged and delayed wherever it is shown", async () => {
  await using ground = await WebGround.start({ tokens: TOKENS });
  const headers = { Authorization: "Bearer wrong" };
  for (const path of ["/metrics", "/session", "/events"]) {
    assertEquals((await ground.ask(`GET ${path}`, headers)).status, 401);
  }
  const refusals = ground.reported.filter(({ event }) => event === "login_refused");
  assertEquals(refusals.length, 3);
});

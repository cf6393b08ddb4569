import { assert, assertEquals } from "@std/assert";
import { loadTokens } from "../../../src/config/load_tokens.ts";
import { Authenticator } from "../../../src/server/login/authenticator.ts";
import { PageLogins } from "../../../src/web/access/page_logins.ts";
import { tokenOf, tokensToml } from "../../support/server/tokens.ts";

const TOKENS = tokensToml({ viewer: "watch = true", operator: "watch = true\nevict = true", blind: "" });
const IP = "10.0.0.1";

async function start(
  limits: { failuresPerAddress?: number; loginsPerToken?: number; hasTokens?: boolean } = {},
) {
  const { failuresPerAddress = 2, loginsPerToken = 10, hasTokens = true } = limits;
  const authenticator = new Authenticator(await loadTokens({ path: "t.toml", text: TOKENS }));
  let [now, ids] = [0, 0];
  const logins = new PageLogins({
    authenticator: hasTokens ? authenticator : undefined,
    limits: { failuresPerAddress, failureWindowMs: 1_000, failureAddresses: 10 },
    loginsPerToken,
    loginMs: 100,
    cookieName: "c",
    now: () => now,
    newId: () => `id${++ids}`,
  });
  const withCookie = (id: string) =>
    logins.viewerOf({ headers: new Map([["cookie", `x=y; c=${id}`]]), ip: IP });
  const withToken = (token: string, ip = IP) =>
    logins.viewerOf({ headers: new Map([["authorization", `Bearer ${token}`]]), ip });
  return { authenticator, logins, withCookie, withToken, advance: (ms: number) => now += ms };
}

Deno.test("without tokens anyone may watch, and no one may operate", async () => {
  const { logins } = await start({ hasTokens: false });
  const viewing = logins.viewerOf({ headers: new Map(), ip: IP });
  assertEquals([viewing.ok, viewing.ok && viewing.viewer.mayOperate, logins.needsToken], [
    true,
    false,
    false,
  ]);
});

Deno.test("a token in the request shows who it is, and what it may do", async () => {
  const { withToken, logins } = await start();
  const facts = (token: string) => {
    const viewing = withToken(token);
    return viewing.ok ? [viewing.viewer.name, viewing.viewer.mayOperate] : viewing.status;
  };
  assertEquals(facts(tokenOf("viewer")), ["viewer", false]);
  assertEquals(facts(tokenOf("operator")), ["operator", true]);
  assertEquals(facts(tokenOf("blind")), 403);
  assertEquals(facts("wrong"), 401);
  assertEquals(withToken("wrong"), {
    ok: false,
    status: 401,
    message: "Invalid token",
    isWrongToken: true,
  });
  assertEquals(logins.viewerOf({ headers: new Map(), ip: IP }).ok, false);
});

Deno.test("a login lasts until its time is over or it is ended", async () => {
  const { logins, withCookie, advance } = await start();
  const first = logins.logIn(tokenOf("viewer"), IP);
  const second = logins.logIn(tokenOf("viewer"), IP);
  assertEquals([first.id, second.id], ["id1", "id2"]);
  assert(withCookie("id1").ok && withCookie("id2").ok);
  logins.logOut({ headers: new Map([["cookie", "c=id2"]]) });
  assertEquals([withCookie("id1").ok, withCookie("id2").ok, withCookie("id3").ok], [true, false, false]);
  advance(100);
  assertEquals(withCookie("id1").ok, false);
});

Deno.test("the oldest login makes room for a new one of the same token, and those of others stay", async () => {
  const { logins, withCookie } = await start({ loginsPerToken: 2 });
  logins.logIn(tokenOf("operator"), IP);
  for (let count = 0; count < 3; count++) logins.logIn(tokenOf("viewer"), IP);
  assertEquals(["id1", "id2", "id3", "id4"].map((id) => withCookie(id).ok), [true, false, true, true]);
});

Deno.test("a token that is removed or changed ends its logins, and one that may no longer watch", async () => {
  for (
    const tokens of [
      tokensToml({ operator: "watch = true" }),
      TOKENS.replace(/(\[tokens\.viewer\]\nsha256 = ")../, "$100"),
      tokensToml({ viewer: "watch = false" }),
    ]
  ) {
    const { authenticator, logins, withCookie } = await start();
    const login = logins.logIn(tokenOf("viewer"), IP);
    assert(login.ok && login.viewer.isValid());
    authenticator.replace(await loadTokens({ path: "t.toml", text: tokens }));
    assertEquals([withCookie("id1").ok, login.viewer.isValid()], [false, false]);
  }
});

Deno.test("a token that was removed and is valid again does not revive its logins", async () => {
  const { authenticator, logins, withCookie, withToken } = await start();
  logins.logIn(tokenOf("viewer"), IP);
  logins.logIn(tokenOf("operator"), IP);
  for (const text of [tokensToml({ operator: "watch = true" }), TOKENS]) {
    authenticator.replace(await loadTokens({ path: "t.toml", text }));
  }
  assertEquals([withCookie("id1").ok, withCookie("id2").ok, withToken(tokenOf("viewer")).ok], [
    false,
    true,
    true,
  ]);
});

Deno.test("an address with too many wrong tokens is blocked for a while, even with a right one", async () => {
  const { withToken, advance } = await start();
  for (let count = 0; count < 3; count++) withToken("wrong");
  const blocked = withToken(tokenOf("viewer"));
  assertEquals(blocked.ok ? "ok" : blocked.status, 429);
  assert(withToken(tokenOf("viewer"), "10.0.0.2").ok);
  advance(1_000);
  assert(withToken(tokenOf("viewer")).ok);
});

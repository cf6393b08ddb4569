// Tokens on the command line: rankserver makes them and reads their file, rankclient shows them and knows when to give up.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { loadTokens } from "../../../src/config/load_tokens.ts";
import { ClientProcess, runClient } from "../../support/client/client_process.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { type Exit, ServerProcess } from "../../support/programs/start_process.ts";
import { startServer, type TestServer } from "../../support/server/start_server.ts";
import { login, sha256, tokenOf, tokensToml } from "../../support/server/tokens.ts";

const isRoot = Deno.build.os !== "windows" && Deno.uid() === 0;

class Folder implements Disposable {
  readonly path = Deno.makeTempDirSync({ prefix: "rank-auth-" });
  readonly tokens = `${this.path}/tokens.toml`;

  /** A file that is its owner's alone, unless the mode says otherwise. */
  write(name: string, text: string, mode = 0o600): string {
    const path = `${this.path}/${name}`;
    Deno.writeTextFileSync(path, text);
    Deno.chmodSync(path, mode);
    return path;
  }

  get names(): string[] {
    return [...Deno.readDirSync(this.path)].map(({ name }) => name).sort();
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

function runServer(...args: string[]): Promise<Exit> {
  return ServerProcess.spawn({ args }).exit();
}

function newToken(folder: Folder, name: string, ...more: string[]): Promise<Exit> {
  return runServer("--new-token", name, "--tokens-file", folder.tokens, ...more);
}

Deno.test("--new-token prints the token alone, and the file that it makes has its hash and is its owner's", async () => {
  using folder = new Folder();
  const { code, stdout, stderr } = await newToken(folder, "web-3");
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /^[\w-]{43}\n$/);
  // The token may have gone to a file: the message does not say where it was printed.
  assertMatch(stderr, /^Added the token "web-3" to \S+tokens\.toml\. (?!.*\babove\b)/);
  assert(!stderr.includes(stdout.trim()));
  const text = Deno.readTextFileSync(folder.tokens);
  assert(!text.includes(stdout.trim()));
  const [entry] = await loadTokens({ path: "t", text });
  assertEquals(entry, {
    ...{ name: "web-3", sha256: sha256(stdout.trim()), issue: undefined },
    ...{ execute: true, watch: false, evict: false },
  });
  assertEquals(Deno.statSync(folder.tokens).mode! & 0o777, 0o600);
  const second = await newToken(folder, "ops.1");
  assert(second.stdout !== stdout);
  const both = await loadTokens({ path: "t", text: Deno.readTextFileSync(folder.tokens) });
  assertEquals(both.map(({ name }) => name), ["web-3", "ops.1"]);
  assertEquals(folder.names, ["tokens.toml"], "nothing is left beside it");
});

Deno.test("--new-token keeps what stands in the file, and changes nothing when it refuses", async () => {
  using folder = new Folder();
  const before = `# ours\n${tokensToml({ ada: "watch = true" })}# no line end`;
  folder.write("real.toml", before);
  Deno.symlinkSync(`${folder.path}/real.toml`, folder.tokens);
  const { code, stderr } = await newToken(folder, "ben");
  assertEquals(code, 0, stderr);
  const after = Deno.readTextFileSync(`${folder.path}/real.toml`);
  assert(after.startsWith(before));
  assert(Deno.lstatSync(folder.tokens).isSymlink);
  const draft = `${folder.path}/real.toml.new`;
  const refusals: [name: string, code: number, message: string, prepare?: () => void, undo?: () => void][] = [
    ["ada", 1, "already has a token with that name"],
    ["a b", 2, "--new-token must be"],
    ["\u001b[2J", 2, '"\\u001b[2J"'],
    ["__proto__", 2, "--new-token must be"],
    [
      "eve",
      1,
      "its mode 0604 gives access to every user; run: chmod",
      () => Deno.chmodSync(folder.tokens, 0o604),
      () => Deno.chmodSync(folder.tokens, 0o600),
    ],
    ["eve", 1, `run: rm ${draft}`, () => Deno.writeTextFileSync(draft, ""), () => Deno.removeSync(draft)],
  ];
  for (const [name, wanted, message, prepare, undo] of refusals) {
    prepare?.();
    const refused = await newToken(folder, name);
    undo?.();
    assertEquals([refused.code, refused.stdout], [wanted, ""], refused.stderr);
    assertStringIncludes(refused.stderr, message);
    assertEquals(Deno.readTextFileSync(folder.tokens), after);
  }
  folder.write("real.toml", "[tokens]\nada = 1\n");
  assertStringIncludes((await newToken(folder, "eve")).stderr, "real.toml:2:1".replace("real", "tokens"));
  assertStringIncludes((await runServer("--new-token", "eve")).stderr, "--tokens-file FILE");
  assertStringIncludes((await newToken(folder, "eve", "--check")).stderr, "cannot be combined");
});

Deno.test("--new-token keeps who may read the file", async () => {
  using folder = new Folder();
  folder.write("tokens.toml", tokensToml({ ada: "" }), 0o400);
  const access = () => {
    const { uid, gid, mode } = Deno.statSync(folder.tokens);
    return { uid, gid, mode: mode! & 0o777 };
  };
  const own = access();
  assertEquals((await newToken(folder, "ben")).code, 0);
  assertEquals(access(), own);
  // Only root can let another group at a file.
  if (!isRoot) return;
  Deno.chownSync(folder.tokens, null, 65_534);
  Deno.chmodSync(folder.tokens, 0o640);
  assertEquals((await newToken(folder, "eve")).code, 0);
  assertEquals(access(), { ...own, gid: 65_534, mode: 0o640 });
});

Deno.test({
  name: "a tokens file that root creates can be read by the group of its directory, unless that is root's",
  ignore: !isRoot,
  fn: async () => {
    for (const [gid, mode] of [[65_534, 0o640], [0, 0o600]] as const) {
      using folder = new Folder();
      Deno.chownSync(folder.path, null, gid);
      assertEquals((await newToken(folder, "ada")).code, 0);
      const file = Deno.statSync(folder.tokens);
      assertEquals([file.uid, file.gid, file.mode! & 0o777], [0, gid, mode]);
    }
  },
});

Deno.test("two --new-token at a time lose neither token", async () => {
  using folder = new Folder();
  const names = ["a", "b", "c", "d"];
  const exits = await Promise.all(names.map((name) => newToken(folder, name)));
  const made = names.filter((_, i) => exits[i]!.code === 0);
  const entries = await loadTokens({ path: "t", text: Deno.readTextFileSync(folder.tokens) });
  assertEquals(entries.map(({ name }) => name).sort(), made);
  assert(made.length > 0);
});

Deno.test("a file of tokens that is missing, open to others or wrong keeps the server from starting, and from passing --check", async () => {
  using folder = new Folder();
  const wrong = folder.write("wrong.toml", `[tokens.ada]\nsha256 = "${sha256("x")}"\nwach = true\n`);
  const open = folder.write("it's open.toml", tokensToml({ ada: "" }), 0o604);
  for (
    const [path, message] of [
      [`${folder.path}/none.toml`, "there is no such file; create it with rankserver --new-token NAME"],
      [wrong, `${wrong}:3:1: unknown key "tokens.ada.wach"`],
      [open, `run: chmod ${isRoot ? 640 : 600} '${open.replace("'", String.raw`'\''`)}'`],
      [folder.path, "it is a directory"],
    ] as const
  ) {
    for (const more of [["--check"], ["--port", "0"]]) {
      const { code, stderr } = await runServer("--tokens-file", path, ...more);
      assertStringIncludes(stderr, message);
      assertEquals(code, 2, stderr);
    }
  }
});

Deno.test("the token that was printed lets in, by a configuration file as by the flag", async () => {
  using folder = new Folder();
  const token = (await newToken(folder, "web-3")).stdout.trim();
  const config = folder.write("server.toml", `port = 0\n[auth]\ntokens_file = "${folder.tokens}"\n`);
  await using server = await ServerProcess.start({ args: ["--config", config] });
  await using client = await RawClient.connect(server.port);
  assertEquals((await client.request("hello", { token })).result.rank, 0);
  await server.line("logged in with token 'web-3'");
  assert(!server.output.join("\n").includes(token));
});

function start(more: Record<string, string> = {}, toml = ""): Promise<TestServer> {
  return startServer({
    toml: `commands = ["uptime"]\n[auth]\nfailure_delay_ms = 0${toml}`,
    tokens: tokensToml({ ada: "watch = true", ben: "", ...more }),
  });
}

Deno.test("rankclient shows the token of a file, of a file that its configuration names, or of the environment", async () => {
  await using server = await start();
  using folder = new Folder();
  const file = folder.write("token", `${tokenOf("ada")}\n`);
  const config = folder.write("client.toml", `token_file = "${folder.write("other", tokenOf("ben"))}"\n`);
  const at = `127.0.0.1:${server.port}`;
  const env = { RANKCLIENT_TOKEN: tokenOf("ben") };
  for (
    const [args, options, identity] of [
      [[at, "--token-file", file], {}, "ada"],
      [[at, "--config", config], {}, "ben"],
      [[at], { env }, "ben"],
      [[at, "--token-file", file, "--json"], { env }, "ada"],
      [[at], { env: { RANKCLIENT_TOKEN_FILE: file } }, "ada"],
    ] as const
  ) {
    const seen = server.eventsOf("client_identified").length;
    const { code, stderr } = await runClient([...args], options);
    assertEquals(code, 0, stderr);
    assertEquals(server.eventsOf("client_identified").slice(seen).map((event) => event.identity), [identity]);
  }
});

Deno.test("rankclient gives up with a code of its own when its token is refused, in every mode, and tries once", async () => {
  await using server = await start();
  using folder = new Folder();
  const wrong = folder.write("wrong", "guess");
  const witness = `${folder.path}/witness`;
  const at = `127.0.0.1:${server.port}`;
  const modes = [
    ...[[at], [at, "--token-file", wrong], [at, "--token-file", wrong, "--json"]],
    ...[[at, "--token-file", wrong, "--stay"], [at, "--token-file", wrong, "--lead", "--", "touch", witness]],
  ];
  for (const [index, args] of modes.entries()) {
    const { code, stdout, stderr } = await runClient(args, { input: "uptime\n" });
    assertEquals(code, 5, stderr);
    assertStringIncludes(
      stdout + stderr,
      index === 0 ? "This server requires a token" : "Invalid token",
    );
    assertEquals(server.eventsOf("login_refused").length, index + 1);
  }
  assertEquals(folder.names.includes("witness"), false);
});

Deno.test("a token as an argument is refused with what to do instead, and is not repeated", async () => {
  for (const args of [["127.0.0.1", "--token", "secret-1"], ["127.0.0.1", "--token=secret-1"]]) {
    const { code, stderr } = await runClient(args);
    assertEquals(code, 2);
    assertStringIncludes(stderr, "--token-file FILE");
    assert(!stderr.includes("secret-1"), stderr);
  }
});

Deno.test("a token file that others can read, or that holds no token, is refused", async () => {
  using folder = new Folder();
  for (
    const [path, message] of [
      [folder.write("group", "secret-2", isRoot ? 0o660 : 0o640), "gives access to its group"],
      [folder.write("world", "secret-2", 0o604), "gives access to every user"],
      [folder.write("words", "secret-2 and more"), "does not contain a token"],
      [folder.write("empty", "\n"), "does not contain a token"],
      [folder.write("acts", "secret-2\u001b[2J"), "does not contain a token"],
      [folder.write("long", "x".repeat(5_000)), "it has more than 4096 bytes"],
      [`${folder.path}/none`, "there is no such file"],
    ] as const
  ) {
    const { code, stderr } = await runClient(["127.0.0.1:1", "--token-file", path]);
    assertEquals(code, 2, stderr);
    assertStringIncludes(stderr, message);
    assert(!stderr.includes("secret-2"), stderr);
  }
});

Deno.test("the programs that rankclient starts do not find its token in their environment", async () => {
  await using server = await start();
  using folder = new Folder();
  const config = folder.write(
    "client.toml",
    '[run]\nuptime = ["sh", "-c", "printenv RANKCLIENT_TOKEN || echo none"]\n',
  );
  await using ada = await login(server.port, "ada");
  const worker = new ClientProcess([`127.0.0.1:${server.port}`, "--config", config, "--stay"], {
    env: { RANKCLIENT_TOKEN: tokenOf("ben") },
  });
  await server.until((event) => event.event === "client_seated" && event.rank === 1);
  const { result } = await ada.request("run", { command: "uptime" });
  assertEquals(result.results[0].stdout, "none\n");
  worker.kill("SIGTERM");
  await worker.exit();
});

Deno.test("G11: the guard of a leader that was killed gives the seat up with the leader's token", async () => {
  // Nobody leads on a server without a store before the longest lease could be over.
  await using server = await start({}, "\n[session]\nlease_max_ms = 3000");
  using folder = new Folder();
  const file = folder.write("token", tokenOf("ben"));
  const config = folder.write("client.toml", "[lead]\nlease_ms = 3000\nkill_after_ms = 200\n");
  const marker = `${folder.path}/running`;
  const leader = new ClientProcess([
    ...[`127.0.0.1:${server.port}`, "--config", config, "--token-file", file, "--lead", "--"],
    ...["sh", "-c", `touch '${marker}'; exec sleep 1000`],
  ]);
  const hasLease = await server.until((event) => event.event === "client_seated");
  await using watcher = await login(server.port, "ada");
  await until(() => folder.names.includes("running"));
  leader.kill("SIGKILL");
  await leader.exit();
  const left = await server.until((event) => event.event === "client_left");
  assertEquals("reason" in left && left.reason, "left", "not lapsed");
  assertEquals("ticket" in left && left.ticket, "ticket" in hasLease && hasLease.ticket);
  assertEquals((await watcher.note("promoted")).rank, 0);
});

/** Looks again until it is so; the test's own time limit ends it. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}

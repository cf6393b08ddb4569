// The table [cluster] as an operator uses it: --check, a login that is rejected, a shared port, a reload, --status.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { isNatsMissing, NatsServer } from "../../support/programs/nats_server.ts";
import { FROM_SOURCES, ServerProcess } from "../../support/programs/start_process.ts";
import { RawClient } from "../../support/server/raw_client.ts";

const ignore = await isNatsMissing();
const USERS = 'authorization { users = [ { user: "rank", password: "secret" } ] }';

class Folder implements AsyncDisposable {
  readonly path = Deno.makeTempDirSync({ prefix: "rankserver-cluster-" });

  async write(name: string, text: string): Promise<string> {
    const path = join(this.path, name);
    await Deno.writeTextFile(path, text, { mode: 0o600 });
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

function run(...args: string[]) {
  return ServerProcess.spawn({ args }).exit();
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("--check reads the files of [cluster] and does not connect", async () => {
  await using folder = new Folder();
  const config = await folder.write(
    "s.toml",
    '[cluster]\nservers = ["127.0.0.1:1"]\nuser = "u"\npassword_file = "pw"\n',
  );
  const without = await run("--config", config, "--check");
  assertEquals(without.code, 2);
  assertStringIncludes(without.stderr, `Cannot read the password file ${folder.path}/pw`);
  await folder.write("pw", "secret\n");
  const valid = await run("--config", config, "--check");
  assertEquals([valid.code, valid.stdout, valid.stderr], [0, `${config} is valid\n`, ""]);
});

Deno.test({
  name: "a rejected login ends the start with a sentence that does not repeat the password",
  ignore,
  fn: async () => {
    await using nats = await NatsServer.start({ config: USERS });
    await using folder = new Folder();
    const text = `[cluster]\nservers = ["${nats.address}"]\nuser = "rank"\npassword = "hunter2"\n`;
    const { code, stdout, stderr } = await run("--port", "0", "--config", await folder.write("s.toml", text));
    assertEquals([code, stdout], [1, ""]);
    assertEquals(
      stderr,
      'Cannot join the cluster "default": NATS rejected the login of the user "rank". ' +
        "Check user, password_file and nkey_file in [cluster]\n",
    );
  },
});

Deno.test({
  name: "two servers on one port have one ranking, and --status shows both",
  ignore,
  fn: async () => {
    await using nats = await NatsServer.start();
    await using folder = new Folder();
    const port = freePort();
    const toml = (node: string) =>
      `port = ${port}\n[control]\nsocket = "${node}.sock"\n` +
      `[cluster]\nservers = ["${nats.address}"]\nnode = "${node}"\nshare_port = true\n`;
    await using a = ServerProcess.spawn({ args: ["--config", await folder.write("a.toml", toml("a"))] });
    await a.line("listening");
    await using b = ServerProcess.spawn({ args: ["--config", await folder.write("b.toml", toml("b"))] });
    await b.line("listening");
    await a.line(/^Node 'b-\w{8}' joined: version /);
    const clients = [await RawClient.join(port), await RawClient.join(port)];
    assertEquals(clients.map(({ welcome }) => welcome.rank), [0, 1]);
    const socket = join(folder.path, "a.sock");
    const status = await new Deno.Command(FROM_SOURCES[0], {
      args: [...FROM_SOURCES.slice(1), "--status", "--control", socket],
    }).output();
    const text = new TextDecoder().decode(status.stdout);
    assert(/^Node a-\w{8} of the cluster default, in contact with the log$/m.test(text), text);
    const members = [...text.matchAll(/^[ab]-\w{8} +[ab] .* (\d)$/gm)].map(([, count]) => Number(count));
    assertEquals([members.length, members[0]! + members[1]!], [2, 2], text);
    for (const client of clients) await client.close();
    assertEquals((await b.stop()).code, 0);
    await a.line(/^Node 'b-\w{8}' left/);
    assertEquals((await a.stop()).code, 0);
  },
});

Deno.test({
  name: "a reload of [cluster] says that it needs a restart",
  ignore,
  fn: async () => {
    await using nats = await NatsServer.start();
    await using folder = new Folder();
    const toml = `[cluster]\nservers = ["${nats.address}"]\n`;
    const config = await folder.write("s.toml", toml);
    await using server = await ServerProcess.start({ args: ["--config", config] });
    await folder.write("s.toml", `${toml}name = "other"\n`);
    server.signal("SIGHUP");
    assertStringIncludes(await server.line("Configuration reloaded"), "restart needed for cluster.name");
    await server.stop();
  },
});

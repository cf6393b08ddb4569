// Several addresses of the client's server: in the file, in a variable, on the command line.

import { assertEquals, assertRejects } from "@std/assert";
import { type ClientConfigInput, loadClientConfig } from "../../src/config/client_config.ts";
import { readAddress } from "../../src/config/keys/addresses.ts";
import { ConfigError, renderProblem } from "../../src/config/toml/config_error.ts";

/** "host port" each. */
async function addressesOf(input: ClientConfigInput): Promise<string[]> {
  const { host, port, others } = await loadClientConfig(input);
  return [{ host, port }, ...others].map((address) => `${address.host} ${address.port}`);
}

async function messagesOf(input: ClientConfigInput): Promise<string[]> {
  return (await assertRejects(() => loadClientConfig(input), ConfigError)).problems.map(renderProblem);
}

function inFile(text: string) {
  return { file: { path: "c.toml", text } };
}

Deno.test("hosts names several addresses, and port is that of those without one", async () => {
  const file = inFile(
    'hosts = ["a.example", "b.example:6002", "::1", "[::2]", "[fe80::1%eth0]:7000"]\nport = 5',
  );
  assertEquals(await addressesOf(file), [
    "a.example 5",
    "b.example 6002",
    "::1 5",
    "::2 5",
    "fe80::1%eth0 7000",
  ]);
  const env = { RANKCLIENT_HOSTS: "a.example, b.example:6002" };
  assertEquals(await addressesOf({ env }), ["a.example 6001", "b.example 6002"]);
  const flags = { port: "9" };
  assertEquals(await addressesOf({ hosts: "[::1]:8,c.example", flags }), ["::1 8", "c.example 9"]);
  assertEquals(await addressesOf(inFile("hosts = []")), ["127.0.0.1 6001"]);
  assertEquals(await addressesOf(inFile('host = "a"\nhosts = []')), ["a 6001"]);
});

Deno.test("whichever of host and hosts is set in the source that overrides the others decides", async () => {
  const hosts = inFile('hosts = ["file1", "file2"]');
  const host = inFile('host = "file"');
  assertEquals(await addressesOf({ ...hosts, host: "argument" }), ["argument 6001"]);
  assertEquals(await addressesOf({ ...host, hosts: "a,b" }), ["a 6001", "b 6001"]);
  assertEquals(await addressesOf({ ...hosts, env: { RANKCLIENT_HOST: "env" } }), ["env 6001"]);
  assertEquals(await addressesOf({ ...host, env: { RANKCLIENT_HOSTS: "env1,env2" } }), [
    "env1 6001",
    "env2 6001",
  ]);
  assertEquals(await addressesOf({ ...host, env: { RANKCLIENT_HOSTS: "" } }), ["file 6001"]);
});

Deno.test("one source that sets both is refused, and told which one to remove", async () => {
  assertEquals(await messagesOf(inFile('host = "a"\nhosts = ["a", "b"]')), [
    'c.toml:1:1: "host" cannot be set together with "hosts"; remove "host", or add its address to "hosts"',
  ]);
  assertEquals(await messagesOf({ env: { RANKCLIENT_HOST: "a", RANKCLIENT_HOSTS: "a,b" } }), [
    "RANKCLIENT_HOST cannot be set together with RANKCLIENT_HOSTS; unset RANKCLIENT_HOST",
  ]);
});

Deno.test("an address that cannot be used is refused with its place", async () => {
  const form = "must be an address such as HOST, HOST:PORT or [::1]:PORT, without user";
  const port = "must be HOST, HOST:PORT or [::1]:PORT with a port from 1 to 65535";
  const cases: [hosts: string, message: string][] = [
    ['["a", "b:0"]', `c.toml:1:15: "hosts[1]" ${port}, current value is "b:0"`],
    ['["b:65536"]', `c.toml:1:10: "hosts[0]" ${port}, current value is "b:65536"`],
    ['["x:y:z"]', `c.toml:1:10: "hosts[0]" ${port}, current value is "x:y:z"`],
    ['["secret@b"]', `c.toml:1:10: "hosts[0]" ${form}, current value is "…@b"`],
    ['["a,b"]', `c.toml:1:10: "hosts[0]" ${form}, current value is "a,b"`],
    ['["a b"]', `c.toml:1:10: "hosts[0]" ${form}, current value is "a b"`],
    ['["a", "a"]', 'c.toml:1:15: "hosts[1]" lists "a" twice'],
    ['"a"', 'c.toml:1:1: "hosts" must be a list of strings, current value is "a"'],
  ];
  for (const [hosts, message] of cases) assertEquals(await messagesOf(inFile(`hosts = ${hosts}`)), [message]);
  const many = Array.from({ length: 17 }, (_, n) => `h${n}`);
  assertEquals(await messagesOf({ env: { RANKCLIENT_HOSTS: many.join() } }), [
    "RANKCLIENT_HOSTS must have at most 16 items, has 17",
  ]);
  assertEquals(await messagesOf({ env: { RANKCLIENT_HOSTS: "a,b:0" } }), [
    `RANKCLIENT_HOSTS ${port}, current value is "b:0"`,
  ]);
  assertEquals(await messagesOf({ hosts: "a,b:0" }), [`HOST ${port}, current value is "b:0"`]);
});

Deno.test("an address is read in all its forms, and nothing else is one", () => {
  const port = 6001;
  assertEquals(readAddress("a.example", port), { host: "a.example", port });
  assertEquals(readAddress("10.0.0.1:1", port), { host: "10.0.0.1", port: 1 });
  assertEquals(readAddress("::ffff:1.2.3.4", port), { host: "::ffff:1.2.3.4", port });
  assertEquals(readAddress("[::1]:65535", port), { host: "::1", port: 65_535 });
  const wrong = [
    "",
    " ",
    "a b",
    "a,b",
    "a/b",
    "u@a",
    "a:",
    "a:x",
    "a:-1",
    "a:1e3",
    "[::1",
    "::1]",
    "[]:1",
    "\x01",
    "\u202e",
  ];
  for (const text of [...wrong, "a:0", "a:65536", "a:99999999999", "h".repeat(254)]) {
    assertEquals(readAddress(text, port), undefined, text);
  }
});

// TLS in the configuration of both programs.

import { assertEquals, assertRejects } from "@std/assert";
import { loadClientConfig } from "../../../src/config/client_config.ts";
import { ConfigError } from "../../../src/config/toml/config_error.ts";
import { loadServerConfig } from "../../../src/config/server_config.ts";

Deno.test("a certificate without its key, or a key without its certificate, is refused with its place", async () => {
  for (const [given, missing] of [["cert_file", "key_file"], ["key_file", "cert_file"]]) {
    const file = { path: "s.toml", text: `[tls]\n${given} = "a.pem"\n` };
    const message = `s.toml:2:1: "tls.${given}" requires "tls.${missing}"`;
    await assertRejects(() => loadServerConfig({ file }), ConfigError, message);
  }
  const { tls } = await loadServerConfig({ flags: { "tls-cert": "a.pem", "tls-key": "b.pem" } });
  assertEquals({ ...tls }, { certFile: "a.pem", keyFile: "b.pem" });
});

Deno.test("rankclient speaks TLS by flag, variable or file, and an authority implies it", async () => {
  const tls = async (input: Parameters<typeof loadClientConfig>[0]) => (await loadClientConfig(input)).tls;
  assertEquals(await tls({}), false);
  assertEquals(await tls({ flags: { tls: false } }), false);
  assertEquals(await tls({ flags: { tls: true } }), true);
  assertEquals(await tls({ env: { RANKCLIENT_TLS: "true" } }), true);
  assertEquals(await tls({ file: { path: "c.toml", text: "tls = true" } }), true);
  assertEquals(await tls({ flags: { ca: "ca.pem" } }), true);
  assertEquals(await tls({ file: { path: "c.toml", text: 'ca_file = "ca.pem"' } }), true);
  // A client with an authority must never send plain text.
  assertEquals(await tls({ env: { RANKCLIENT_TLS: "false" }, flags: { ca: "ca.pem" } }), true);
});

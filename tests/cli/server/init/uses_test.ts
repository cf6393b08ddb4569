// The files of each use: the loaders accept them without a warning, and a person who reads them finds a comment above
// every key.

import { assert, assertEquals } from "@std/assert";
import { loadClientConfig, loadServerConfig, loadTokens } from "../../../../src/config/mod.ts";
import { initFiles } from "../../../../src/cli/server/init/init_files.ts";
import type { IssuedCertificates } from "../../../../src/cli/server/init/issue_certificates.ts";
import type { Surroundings } from "../../../../src/cli/server/init/use.ts";
import { USES } from "../../../../src/cli/server/init/uses.ts";
import { seatLimitWarnings } from "../../../../src/cli/server/seat_limits.ts";
import { webWarnings } from "../../../../src/cli/server/web_warnings.ts";

const ISSUED: IssuedCertificates = {
  authority: "authority",
  authorityKey: "its key",
  server: "server",
  serverKey: "its key",
  expires: new Date(0),
};

const PLACES: readonly (readonly [place: string, surroundings: Surroundings, issued?: IssuedCertificates])[] =
  [
    ["on this machine", { host: "127.0.0.1" }],
    ["for other machines", { host: "0.0.0.0", tlsNames: ["db.example", "192.0.2.7"] }, ISSUED],
  ];

for (const [name, use] of Object.entries(USES)) {
  for (const [place, surroundings, issued] of PLACES) {
    const files = await initFiles(use, surroundings, issued);
    const toml = files.filter((file) => file.name.endsWith(".toml"));
    const textOf = (name: string) => files.find((file) => file.name === name)!.text;

    Deno.test(`init ${name} ${place}: the server's files are valid, and there is nothing to warn of`, async () => {
      const config = await loadServerConfig({ file: { path: "server.toml", text: textOf("server.toml") } });
      const tokens = await loadTokens({ path: "tokens.toml", text: textOf("tokens.toml") });
      assertEquals(config.host, surroundings.host);
      assertEquals(config.tls.certFile !== "", issued !== undefined);
      const { length } = tokens;
      const warnings = [...seatLimitWarnings(config, config.host, length), ...webWarnings(config, length)];
      assertEquals([...config.warnings, ...warnings], []);
      assertEquals(tokens.map((token) => token.name), use.clients.map((client) => client.name));
      const issue = tokens.flatMap((token) => token.issue ?? []);
      assertEquals(issue.filter((command) => !config.commands.has(command)), []);
    });

    Deno.test(`init ${name} ${place}: the files of the clients are valid, and name the server`, async () => {
      const clients = toml.filter((file) => file.name.endsWith("/client.toml"));
      assertEquals(clients.length, use.clients.length);
      for (const { name: path, text } of clients) {
        const config = await loadClientConfig({ file: { path, text } });
        assertEquals([...config.warnings], []);
        assertEquals(config.tls, issued !== undefined);
        assertEquals(config.host, surroundings.tlsNames?.[0] ?? "127.0.0.1");
      }
    });

    Deno.test(`init ${name} ${place}: every key has a comment, and what is commented out can be used`, async () => {
      for (const { name: path, text } of toml) {
        const lines = text.split("\n");
        const bare = lines.filter((line, index) =>
          /^\w+ = /.test(line) && !lines[index - 1]!.startsWith("#")
        );
        assertEquals(bare.filter((line) => !line.startsWith("sha256")), [], path);
        assertEquals(lines.filter((line) => line.length > 120), [], path);
        const file = { path, text: text.replace(/^#(?=\S)/gm, "") };
        if (path === "server.toml") await loadServerConfig({ file });
        else if (path === "tokens.toml") await loadTokens(file);
        else await loadClientConfig({ file });
      }
    });

    Deno.test(`init ${name} ${place}: tokens and keys are private, and no two tokens are the same`, () => {
      const isSecret = (name: string) => /^tokens\.toml$|\/token$|\.key$/.test(name);
      assertEquals(
        files.filter((file) => file.isSecret).map((file) => file.name),
        files.map((file) => file.name).filter(isSecret),
      );
      const tokens = files.filter((file) => file.name.endsWith("/token")).map((file) => file.text);
      assertEquals(new Set(tokens).size, use.clients.length);
      assert(tokens.every((token) => /^[\w-]{43}\n$/.test(token)));
    });
  }
}

// The certificates of `rankserver init --tls`, judged by openssl.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { X509Certificate } from "node:crypto";
import { issueCertificates } from "../../../../src/cli/server/init/issue_certificates.ts";
import { isOpensslMissing } from "../../../support/programs/certificates.ts";

const NAMES = ["db.example", "192.0.2.7", "2001:db8::7"];
/** With a fraction of a second, which a certificate cannot have. */
const NOW = Date.UTC(2030, 0, 31, 12) + 345;
const AT = String(Math.floor(NOW / 1000));

async function openssl(cwd: string, ...args: string[]): Promise<{ ok: boolean; text: string }> {
  const command = new Deno.Command("openssl", { args, cwd, stdin: "null" });
  const { success, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { ok: success, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

Deno.test({
  name: "openssl accepts the certificate for each name and address, strictly, and for no other",
  ignore: isOpensslMissing,
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "rank-issued-" });
    const issued = await issueCertificates(NAMES, NOW);
    await Deno.writeTextFile(`${folder}/ca.pem`, issued.authority);
    await Deno.writeTextFile(`${folder}/ca.key`, issued.authorityKey);
    await Deno.writeTextFile(`${folder}/server.pem`, issued.server);
    await Deno.writeTextFile(`${folder}/server.key`, issued.serverKey);
    const strictly = ["-x509_strict", "-CAfile", "ca.pem", "-purpose", "sslserver", "-attime", AT];
    const verify = (...flags: string[]) => openssl(folder, "verify", ...strictly, ...flags, "server.pem");
    for (const [index, flag] of ["-verify_hostname", "-verify_ip", "-verify_ip"].entries()) {
      const { ok, text } = await verify(flag, NAMES[index]!);
      assert(ok, text);
    }
    assertEquals((await verify("-verify_hostname", "other.example")).ok, false);
    assertEquals((await verify("-verify_ip", "192.0.2.8")).ok, false);

    const server = await openssl(folder, "x509", "-in", "server.pem", "-noout", "-text");
    const until = "Not After : Jan 31 12:00:00 2032 GMT";
    for (
      const part of [until, "CA:FALSE", "prime256v1", "ecdsa-with-SHA256", "TLS Web Server Authentication"]
    ) {
      assertStringIncludes(server.text, part);
    }
    assertEquals(issued.expires.toISOString(), "2032-01-31T12:00:00.000Z");
    const authority = await openssl(folder, "x509", "-in", "ca.pem", "-noout", "-text");
    for (const part of ["CA:TRUE, pathlen:0", "Certificate Sign, CRL Sign"]) {
      assertStringIncludes(authority.text, part);
    }
    for (const name of ["ca", "server"]) {
      const key = await openssl(folder, "pkey", "-in", `${name}.key`, "-pubout");
      const certificate = await openssl(folder, "x509", "-in", `${name}.pem`, "-noout", "-pubkey");
      assertEquals(key, certificate, `the key of ${name}.pem`);
    }
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("a name longer than a common name is cut there, and an alternative name in full", async () => {
  const long = `${"a".repeat(60)}.${"b".repeat(60)}.example`;
  const { server, authority } = await issueCertificates([long], NOW);
  const { subject, subjectAltName } = new X509Certificate(server);
  assertEquals([subject, subjectAltName], [`CN=${long.slice(0, 64)}`, `DNS:${long}`]);
  assertEquals(new X509Certificate(authority).subject.length, "CN=".length + 64);
});

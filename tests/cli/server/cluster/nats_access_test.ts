// The files with which a server logs in to NATS, and what is wrong with others.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { nkeys } from "@nats-io/nats-core";
import { readNatsAccess } from "../../../../src/cli/server/cluster/nats_access.ts";
import { isUserSeed } from "../../../../src/cli/server/cluster/nkey_seed.ts";
import { FileError } from "../../../../src/cli/shared/mod.ts";
import { loadServerConfig } from "../../../../src/config/mod.ts";
import { Certificates, isOpensslMissing } from "../../../support/programs/certificates.ts";

class Folder implements AsyncDisposable {
  readonly path = Deno.makeTempDirSync();

  async write(name: string, text: string, mode = 0o600): Promise<string> {
    const path = `${this.path}/${name}`;
    await Deno.writeTextFile(path, text);
    await Deno.chmod(path, mode);
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

async function accessOf(text: string) {
  const { cluster } = await loadServerConfig({
    file: { path: "s.toml", text: `[cluster]\nservers = ["n"]\n${text}` },
  });
  return await readNatsAccess(cluster);
}

async function messageOf(text: string): Promise<string> {
  return (await assertRejects(() => accessOf(text), FileError)).message;
}

const seedOf = (pair: ReturnType<typeof nkeys.createUser>) => new TextDecoder().decode(pair.getSeed());

Deno.test("without a login and an authority, there is neither", async () => {
  assertEquals(await accessOf(""), { login: undefined, tls: undefined });
});

Deno.test("a password is the only line of its file", async () => {
  await using folder = new Folder();
  for (const text of ["p w", "p w\n", "p w\r\n"]) {
    const path = await folder.write("password", text);
    const { login } = await accessOf(`user = "u"\npassword_file = "${path}"`);
    assertEquals(login, { user: "u", password: "p w" });
  }
  for (const text of ["", "\n", "secret\nsecret\n", "sec\tret"]) {
    const path = await folder.write("password", text);
    assertEquals(
      await messageOf(`user = "u"\npassword_file = "${path}"`),
      `Cannot use the password file ${path}: it must contain one line, without control characters`,
    );
  }
});

Deno.test("files with secrets must not be readable by others", async () => {
  await using folder = new Folder();
  const path = await folder.write("secret", "x", 0o644);
  for (const keys of [`user = "u"\npassword_file = "${path}"`, `nkey_file = "${path}"`]) {
    const message = await messageOf(keys);
    assert(message.includes("its mode 0644 gives access to every user"), message);
  }
  const missing = await messageOf(`nkey_file = "${folder.path}/none"`);
  assert(missing.startsWith(`Cannot read the nkey file ${folder.path}/none: `), missing);
});

Deno.test("a seed is found beside its public key, and one with a wrong letter is not one", async () => {
  await using folder = new Folder();
  const pair = nkeys.createUser();
  const seed = seedOf(pair);
  const path = await folder.write("nkey", `${pair.getPublicKey()}\n ${seed}\n`);
  assertEquals((await accessOf(`nkey_file = "${path}"`)).login, {
    nkeySeed: new TextEncoder().encode(seed),
  });
  const wrong = seed.slice(0, 20) + (seed[20] === "A" ? "B" : "A") + seed.slice(21);
  await folder.write("nkey", wrong);
  assertEquals(
    await messageOf(`nkey_file = "${path}"`),
    `Cannot use the nkey file ${path}: it contains no complete seed of a user ("SU...")`,
  );
});

Deno.test("every seed of a user is recognized, and no other key", () => {
  for (let i = 0; i < 50; i++) assert(isUserSeed(seedOf(nkeys.createUser())));
  const user = nkeys.createUser();
  for (const other of [seedOf(nkeys.createAccount()), user.getPublicKey(), seedOf(user).slice(1), ""]) {
    assert(!isUserSeed(other), other);
  }
});

Deno.test("an authority must be a certificate", async () => {
  await using folder = new Folder();
  const path = await folder.write("ca.pem", "hello", 0o644);
  const begin = `Cannot use ${path} as the authorities of NATS ([cluster] ca_file): `;
  assertEquals(
    await messageOf(`ca_file = "${path}"`),
    `${begin}it contains no certificate in PEM format`,
  );
  await folder.write("ca.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", 0o644);
  assert((await messageOf(`ca_file = "${path}"`)).startsWith(begin));
});

Deno.test({
  name: "only the certificates of a file are used",
  ignore: isOpensslMissing,
  fn: async () => {
    await using certificates = await Certificates.make();
    await using folder = new Folder();
    const pem = await Deno.readTextFile(certificates.ca);
    const path = await folder.write("ca.pem", `${pem}\nsomething else\n${pem}`, 0o644);
    const { tls } = await accessOf(`ca_file = "${path}"`);
    assertEquals(tls?.caCerts.length, 2);
    assert(tls?.caCerts.every((one) => one.startsWith("-----BEGIN") && one.endsWith("CERTIFICATE-----")));
  },
});

// A real release for this machine: what is in it, and the life of its Debian package on a private copy of the machine.
// No systemd runs there: the server is started with the command line of its unit.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { releaseFiles } from "../../tools/generate/mod.ts";
import { outputOf, runProgram, whyNoLintian, whyNoPackages } from "../support/packaging/programs.ts";
import { PrivateRoot, whyNoPrivateRoot } from "../support/packaging/private_root.ts";
import { makeOlderPackage, makeTrialRelease, type TrialRelease } from "../support/packaging/trial_release.ts";
import { CLIENT, isMissing, SERVER } from "../support/programs/executables.ts";
import { ServerProcess } from "../support/programs/start_process.ts";
import { RawClient } from "../support/server/raw_client.ts";

const isLinux64 = Deno.build.target === "x86_64-unknown-linux-gnu";
const ignore = !isLinux64 || whyNoPackages !== undefined || await isMissing("server") ||
  await isMissing("client");
const folder = await Deno.makeTempDir({ prefix: "rankserver-release-test-" });
let release: TrialRelease;

Deno.test.beforeAll(async () => {
  if (!ignore) release = await makeTrialRelease(folder);
});
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

Deno.test({
  name: "the archive has one directory, with the programs as deno task compile makes them, and all documents",
  ignore,
  fn: async () => {
    const top = `rankserver-${release.version}-linux-x86_64`;
    const listing = (await outputOf("tar", "--list", "--verbose", "--gzip", `--file=${release.archive}`))
      .split("\n");
    const entries = listing.filter((line) => line !== "").map((line) => line.split(/\s+/));
    assertEquals(entries.filter((entry) => !entry[5]!.startsWith(`${top}/`)), []);
    assertEquals(
      new Set(entries.map(([mode, owner]) => `${mode} ${owner}`)),
      new Set(["drwxr-xr-x 0/0", "-rw-r--r-- 0/0", "-rwxr-xr-x 0/0"]),
    );
    const paths = entries.map((entry) => entry[5]!.slice(top.length + 1));
    for (
      const path of [
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "THIRD_PARTY_LICENSES",
        "examples/config.example.toml",
        "examples/client.example.toml",
        "examples/monitoring/dashboard.json",
        "systemd/rankserver.service",
        "systemd/rankclient-lead.service",
        ...(await releaseFiles()).map(({ path }) => path),
      ]
    ) assert(paths.includes(path), `${path} is missing`);

    await outputOf("tar", "--extract", `--directory=${folder}`, `--file=${release.archive}`);
    for (const [executable] of [SERVER, CLIENT]) {
      const name = executable.slice(executable.lastIndexOf("/") + 1);
      await outputOf("cmp", executable, join(folder, top, "bin", name));
    }
    await Deno.remove(join(folder, top), { recursive: true });
  },
});

Deno.test({
  name: "the checksums are those of all other files",
  ignore,
  fn: async () => {
    const sums = await Deno.readTextFile(join(release.folder, "SHA256SUMS"));
    const names = sums.trimEnd().split("\n").map((line) => line.split("  ")[1]);
    const files = (await Array.fromAsync(Deno.readDir(release.folder))).map(({ name }) => name).sort();
    assertEquals(names, files.filter((name) => name !== "SHA256SUMS"));
    await outputOf("sh", "-c", 'cd "$0" && sha256sum --check --strict SHA256SUMS', release.folder);
  },
});

Deno.test({
  name: "lintian finds no error in the Debian package",
  ignore: ignore || whyNoLintian !== undefined,
  fn: async () => {
    const { stdout } = await runProgram("lintian", "--fail-on=error", release.debian);
    assertEquals(stdout.split("\n").filter((line) => line.startsWith("E:")), []);
  },
});

Deno.test({
  name:
    "the Debian package is installed, upgraded, removed and purged, and the server keeps its seats over the upgrade",
  ignore: ignore || whyNoPrivateRoot !== undefined,
  fn: async () => {
    await using root = await PrivateRoot.mount();
    const older = await root.copy(await makeOlderPackage(release.debian, folder));
    const newer = await root.copy(release.debian);

    await root.run(`dpkg --install ${older}`);
    assertEquals(await installed(root), "0.0.1");
    assertEquals(
      await root.run("stat -c '%a %U:%G %n' /etc/rankserver /etc/rankserver/server.toml /var/lib/rankserver"),
      "750 root:rankserver /etc/rankserver\n644 root:root /etc/rankserver/server.toml\n" +
        "700 rankserver:rankserver /var/lib/rankserver",
    );
    await root.run("test -L /etc/systemd/system/multi-user.target.wants/rankserver.service");
    assertEquals(await root.run("dpkg --verify rankserver"), "");
    await root.run("rankserver --config /etc/rankserver/server.toml --check");

    // What an administrator changes, and what a client gets, is there after the upgrade.
    await root.run("sed -i 's/^max_clients = .*/max_clients = 7/' /etc/rankserver/server.toml");
    const seat = await joinServer(root, {});
    await root.run(`dpkg --force-confold --install ${newer}`);
    assertEquals(await installed(root), release.version);
    assertEquals(await root.run("grep ^max_clients /etc/rankserver/server.toml"), "max_clients = 7");
    assertEquals(await root.run("stat -c %a /etc/rankserver"), "750");
    const resumed = await joinServer(root, { resume: seat.resume });
    assertEquals([resumed.ticket, resumed.capacity], [seat.ticket, 7]);

    await root.run("dpkg --remove rankserver");
    await root.run("! test -e /usr/bin/rankserver && test -e /etc/rankserver/server.toml");
    await root.run("test -e /var/lib/rankserver/journal.db");
    await root.run("dpkg --purge rankserver");
    await root.run("! test -e /etc/rankserver && ! test -e /var/lib/rankserver && id rankserver");
    assertEquals(await root.run("find /etc/systemd /var/lib/systemd -name 'rankserver*'"), "");
  },
});

function installed(root: PrivateRoot): Promise<string> {
  return root.run("dpkg-query --show --showformat='${Version}' rankserver");
}

interface Seat {
  readonly resume: string;
  readonly ticket: number;
  readonly capacity: number;
}

/** Starts the server as its unit does, on a free port, and says hello; the connection then breaks, and the server is stopped. */
async function joinServer(root: PrivateRoot, hello: { readonly resume?: string }): Promise<Seat> {
  const unit = await root.run("cat /lib/systemd/system/rankserver.service");
  const [, command] = /^ExecStart=(\S.*)$/m.exec(unit)!;
  const [, user] = /^User=(\S+)$/m.exec(unit)!;
  await root.run(`install -d -o ${user} -g ${user} /run/rankserver`);
  const asUser = ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--clear-groups", "--no-new-privs"];
  await using server = await ServerProcess.start({ program: root.words(...asUser, ...command!.split(" ")) });
  const status = await Deno.readTextFile(`/proc/${server.pid}/status`);
  assertEquals(/^Uid:\s+(\d+)/m.exec(status)?.[1], await root.run(`id -u ${user}`));
  assertStringIncludes(
    await root.run("rankserver --status --control /run/rankserver/control.sock"),
    "seats are taken",
  );

  const client = await RawClient.join(server.port);
  const { result } = await client.request("hello", { name: "one", ...hello });
  await client.reset();
  await server.stop();
  return { resume: client.welcome.resume, ticket: result.ticket, capacity: result.capacity };
}

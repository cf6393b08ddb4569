// The files of a release: complete, and the same bytes each time. release_test.ts makes a real one.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { debianFile } from "../../tools/release/debian_files.ts";
import { makeRelease } from "../../tools/release/make_release.ts";
import { planRelease } from "../support/packaging/release_plan.ts";
import { outputOf, whyNoPackages } from "../support/packaging/programs.ts";

/** The files of one release, by name. */
async function release(umask: number): Promise<Map<string, Uint8Array>> {
  const folder = await Deno.makeTempDir();
  const before = Deno.umask(umask);
  try {
    const plan = await planRelease(folder);
    await makeRelease(plan);
    const names = (await Array.fromAsync(Deno.readDir(plan.folder))).map(({ name }) => name).sort();
    const files = names.map(async (name) => [name, await Deno.readFile(join(plan.folder, name))] as const);
    return new Map(await Promise.all(files));
  } finally {
    Deno.umask(before);
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test({
  name: "two releases of the same commit have the same bytes, whatever the umask is",
  ignore: whyNoPackages !== undefined,
  fn: async () => {
    const [one, other] = [await release(0o022), await release(0o077)];
    // The packages for npm have the version of this project.
    const names = [...one.keys()].map((name) => name.replace(/[\d.]+\.tgz$/, "VERSION.tgz"));
    assertEquals(names, [
      "RELEASE_NOTES.md",
      "SHA256SUMS",
      "rankserver-0.2.0-linux-x86_64.tar.gz",
      "rankserver-0.2.0-windows-x86_64.tar.gz",
      "rankserver-0.2.0.cdx.json",
      "rankserver-VERSION.tgz",
      "rankserver-client-VERSION.tgz",
      "rankserver_0.2.0_amd64.deb",
    ]);
    for (const [name, bytes] of one) assertEquals(bytes.toHex(), other.get(name)!.toHex(), name);
    const notes = new TextDecoder().decode(one.get("RELEASE_NOTES.md"));
    assertStringIncludes(notes, "# rankserver 0.2.0\n\n- One change.\n");
  },
});

Deno.test({
  name: "the Debian package has the documents, and its units and examples start what it installs",
  ignore: whyNoPackages !== undefined,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      const plan = await planRelease(folder);
      await makeRelease(plan);
      const tree = join(folder, "tree");
      await outputOf("dpkg-deb", "--extract", join(plan.folder, "rankserver_0.2.0_amd64.deb"), tree);
      const doc = join(tree, "usr/share/doc/rankserver");
      assert((await Deno.stat(join(doc, "docs/operations.md"))).isFile);
      for (const units of [join(tree, "lib/systemd/system"), join(doc, "examples/systemd")]) {
        for await (const { name } of Deno.readDir(units)) {
          if (!name.endsWith(".service")) continue;
          const starts = /^ExecStart=(\S+)/m.exec(await Deno.readTextFile(join(units, name)))?.[1];
          assertEquals(starts?.replace(/server$|client$/, ""), "/usr/bin/rank", name);
        }
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

const PLACES: readonly (readonly [path: string, inDebian: string | undefined])[] = [
  ["bin/rankserver", "usr/bin/rankserver"],
  ["man/rankserver.1", "usr/share/man/man1/rankserver.1.gz"],
  ["man/rankserver.toml.5", "usr/share/man/man5/rankserver.toml.5.gz"],
  ["completions/rankserver.bash", "usr/share/bash-completion/completions/rankserver"],
  ["completions/_rankclient", "usr/share/zsh/vendor-completions/_rankclient"],
  ["completions/rankclient.fish", "usr/share/fish/vendor_completions.d/rankclient.fish"],
  ["completions/rankclient.ps1", undefined],
  ["systemd/rankserver.service", "lib/systemd/system/rankserver.service"],
  ["systemd/rankclient-worker.service", "lib/systemd/system/rankclient-worker.service"],
  ["systemd/other.service", "usr/share/doc/rankserver/examples/systemd/other.service"],
  ["examples/monitoring/a.json", "usr/share/doc/rankserver/examples/monitoring/a.json"],
  ["docs/protocol/limits.md", "usr/share/doc/rankserver/docs/protocol/limits.md"],
  ["README.md", "usr/share/doc/rankserver/README.md"],
  // The package has both in its own form.
  ["LICENSE", undefined],
  ["CHANGELOG.md", undefined],
];

for (const [path, inDebian] of PLACES) {
  Deno.test(`${path} is ${inDebian === undefined ? "not in the Debian package" : `/${inDebian} in Debian`}`, () => {
    assertEquals(debianFile({ path, content: "" })?.path, inDebian);
  });
}

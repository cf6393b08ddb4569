// Both programs, with something else in the place of each of their files: they end with a sentence that names it, with
// --check as without.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { runClient } from "../../support/client/client_process.ts";
import { FROM_SOURCES, ServerProcess } from "../../support/programs/start_process.ts";
import { Certificates, isOpensslMissing } from "../../support/programs/certificates.ts";

const MEBI = 1_048_576;
/** The programs give up a pipe themselves; this is only to end a test that has failed. */
const WITHIN_MS = 60_000;

interface Place {
  readonly program: "server" | "client";
  readonly what: string;
  readonly args: (path: string) => readonly string[];
  readonly maxBytes: number;
  /** What is no file may be there all the same, if it has an end. */
  readonly mayBeStream?: boolean;
}

const PLACES: readonly Place[] = [
  {
    ...{ program: "server", what: "configuration file", maxBytes: 4 * MEBI, mayBeStream: true },
    args: (path) => ["--config", path],
  },
  {
    ...{ program: "server", what: "tokens file", maxBytes: 16 * MEBI },
    args: (path) => ["--tokens-file", path],
  },
  {
    ...{ program: "client", what: "configuration file", maxBytes: 4 * MEBI, mayBeStream: true },
    args: (path) => ["--config", path],
  },
  { ...{ program: "client", what: "token file", maxBytes: 4_096 }, args: (path) => ["--token-file", path] },
  {
    ...{ program: "client", what: "authorities", maxBytes: MEBI / 2, mayBeStream: true },
    args: (path) => ["--ca", path],
  },
];

interface Odd {
  readonly name: string;
  readonly make: (path: string) => Promise<unknown>;
  readonly why: (place: Place) => string;
}

const ODD: readonly Odd[] = [
  {
    name: "a folder",
    make: (path) => Deno.mkdir(path),
    why: () => "it is a directory",
  },
  {
    name: "a device without an end",
    make: (path) => Deno.symlink("/dev/zero", path),
    why: ({ maxBytes, mayBeStream }) =>
      mayBeStream ? `it has more than ${maxBytes} bytes` : "it is a device and not a regular file",
  },
  {
    name: "a file that is too large",
    async make(path) {
      await Deno.writeTextFile(path, "", { mode: 0o600 });
      await Deno.truncate(path, 17 * MEBI);
    },
    why: ({ maxBytes }) => `it has more than ${maxBytes} bytes`,
  },
  {
    name: "a pipe to which nobody writes",
    make: (path) => new Deno.Command("mkfifo", { args: [path] }).output(),
    why: ({ mayBeStream }) =>
      mayBeStream
        ? "no program opened its other end for writing within 10 s"
        : "it is a pipe and not a regular file",
  },
];

async function refuses(place: Place, path: string, why: string, isCheck: boolean): Promise<void> {
  const args = [...place.args(path), ...(isCheck ? ["--check"] : [])];
  const { code, stderr } = place.program === "client"
    ? await runClient(["127.0.0.1:1", ...args])
    : await ServerProcess.spawn({ args: ["--port", "0", ...args] }).exit(WITHIN_MS);
  assertStringIncludes(stderr, path);
  assertStringIncludes(stderr, place.what);
  assertStringIncludes(stderr, why);
  assertEquals(code, 2, stderr);
}

for (const { name, make, why } of ODD) {
  Deno.test(`${name} in the place of a file is refused by both programs, by name, with --check as without`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "rank-odd-" });
    const path = `${folder}/odd`;
    await make(path);
    // Those that wait for a pipe do so together.
    await Promise.all(PLACES.map(async (place) => {
      for (const isCheck of why(place).includes("within") ? [true] : [true, false]) {
        await refuses(place, path, why(place), isCheck);
      }
    }));
    await Deno.remove(folder, { recursive: true });
  });
}

Deno.test({
  name: "a certificate and a key are bounded, too",
  ignore: isOpensslMissing,
  async fn() {
    await using certificates = await Certificates.make();
    const { cert, key } = await certificates.issue("server");
    for (
      const [path, how] of [["/dev/zero", "it has more than 1048576 bytes"], [
        certificates.folder,
        "it is a directory",
      ]]
    ) {
      for (
        const args of [["--tls-cert", path!, "--tls-key", key], ["--tls-cert", cert, "--tls-key", path!]]
      ) {
        const { code, stderr } = await ServerProcess.spawn({ args: [...args, "--check"] }).exit();
        assertStringIncludes(stderr, `Cannot use ${path} as the `);
        assertStringIncludes(stderr, how!);
        assertEquals(code, 2);
      }
    }
  },
});

Deno.test("a configuration may come from another program, as a shell hands it over", async () => {
  const script = 'exec "$@" --config <(printf "max_clients = 7\\nmax_clents = 7\\n") --check';
  const { code, stderr } = await new Deno.Command("bash", {
    args: ["-c", script, "bash", ...FROM_SOURCES],
    stdout: "piped",
    stderr: "piped",
  }).output();
  // It was read, to the end.
  assertStringIncludes(new TextDecoder().decode(stderr), ':2:1: unknown key "max_clents"');
  assertEquals(code, 2);
});

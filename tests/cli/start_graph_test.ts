// The modules that a program loads before it starts decide how soon it listens: none of them may be needed only by some
// starts.

import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../../", import.meta.url);

/** What this needs of `deno info --json`. */
interface Graph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly code?: { readonly specifier: string };
      readonly isDynamic?: boolean;
    }[];
  }[];
  readonly redirects?: Readonly<Record<string, string>>;
}

/** The files and packages that are loaded before the first line of `entry` runs. */
async function loadedAtStart(entry: string): Promise<Set<string>> {
  const command = new Deno.Command(Deno.execPath(), { args: ["info", "--json", entry], cwd: ROOT.pathname });
  const { success, stdout, stderr } = await command.output();
  assert(success, new TextDecoder().decode(stderr));
  const { modules, redirects = {} }: Graph = JSON.parse(new TextDecoder().decode(stdout));
  const byName = new Map(modules.map((module) => [module.specifier, module.dependencies ?? []]));
  const loaded = new Set<string>();
  const load = (name: string) => {
    const specifier = redirects[name] ?? name;
    if (loaded.has(specifier)) return;
    loaded.add(specifier);
    for (const { code, isDynamic } of byName.get(specifier) ?? []) {
      if (code !== undefined && isDynamic !== true) load(code.specifier);
    }
  };
  load(new URL(entry, ROOT).href);
  return new Set([...loaded].map((specifier) => specifier.replace(ROOT.href, "")));
}

/** What takes long to load, among them every module of Node's: the first one alone takes 7 ms. */
function slowOnes(loaded: ReadonlySet<string>): string[] {
  // What reads the command line and what waits is of @std: in std/, or the original.
  return [...loaded].filter((name) =>
    /^(?:npm|jsr|https?|node):/.test(name) && !/\/@std\/(?:cli|async)\//.test(name)
  );
}

Deno.test("rankserver listens without having loaded a package, a module of Node's or the server itself", async () => {
  const loaded = await loadedAtStart("src/cli/rankserver.ts");
  assertEquals(slowOnes(loaded), []);
  const some = ["src/config/toml/read_toml.ts", "src/server/rank_server.ts"];
  const own = ["src/protocol/methods/mod.ts", "src/cli/server/ask_server.ts"];
  assert(![...loaded].some((name) => name.includes("std/toml/")), "@std/toml is loaded at every start");
  for (const name of [...some, ...own]) assert(!loaded.has(name), `${name} is loaded at every start`);
});

Deno.test("rankserver serves without having loaded more than one package, for hashes", async () => {
  const loaded = await loadedAtStart("src/cli/server/serve.ts");
  assert(loaded.has("src/server/rank_server.ts"));
  const late = ["src/cli/server/cluster/", "src/journal/engines/nats/", "src/journal/engines/cluster/"];
  for (const folder of late) {
    assertEquals([...loaded].filter((name) => name.startsWith(folder)), [], `${folder} is for clusters`);
  }
  for (const folder of ["src/web/", "src/cli/server/web/"]) {
    assertEquals([...loaded].filter((name) => name.startsWith(folder)), [], `${folder} is for a page`);
  }
  assertEquals(slowOnes(loaded).map((name) => name.replace(/@[\d.]+\//, "/")), [
    "npm:/@noble/hashes/sha2.js",
  ]);
});

Deno.test("rankclient loads neither a terminal nor a reader of files before it knows what is wanted", async () => {
  const loaded = await loadedAtStart("src/cli/rankclient.ts");
  assertEquals(slowOnes(loaded), []);
  for (const name of ["src/client/terminal/mod.ts", "src/config/toml/read_toml.ts"]) {
    assert(!loaded.has(name), `${name} is loaded at every start`);
  }
});

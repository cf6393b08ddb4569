// What a program loads before it can begin decides how soon it listens: no package that only some starts need is to be
// among it, and a server needs none at all.

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

Deno.test("rankserver listens without having loaded a package or SQLite", async () => {
  const loaded = await loadedAtStart("src/cli/rankserver.ts");
  assert(loaded.has("src/server/rank_server.ts"), "the server is loaded later, and not from the code cache");
  // What reads the command line and what waits is of @std: in std/, or the original.
  const packages = [...loaded].filter((name) =>
    /^(?:npm|jsr|https?):/.test(name) && !/\/@std\/(?:cli|async)\//.test(name)
  );
  assertEquals(packages, [], "a package is loaded before the server listens");
  const some = ["node:sqlite", "node:process", "src/config/read_toml.ts"];
  const own = ["src/protocol/methods.ts", "src/cli/ask_server.ts"];
  assert(![...loaded].some((name) => name.includes("std/toml/")), "@std/toml is loaded at every start");
  for (const name of [...some, ...own]) assert(!loaded.has(name), `${name} is loaded at every start`);
});

Deno.test("rankclient loads neither a terminal nor a reader of files before it knows what is wanted", async () => {
  const loaded = await loadedAtStart("src/cli/rankclient.ts");
  const packages = [...loaded].map((name) => /^npm:\/?(.+)@/.exec(name)?.[1]).filter((name) =>
    name !== undefined
  );
  assertEquals(packages, [], "a package is loaded before a client knows what is wanted");
  for (const name of ["node:readline", "src/client/terminal.ts", "src/config/read_toml.ts"]) {
    assert(!loaded.has(name), `${name} is loaded at every start`);
  }
});

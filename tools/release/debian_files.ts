// Where the files of an archive are in the Debian package.

import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import type { StagedFile } from "./staged_tree.ts";

const DOC = "usr/share/doc/rankserver";
/** The units that the package installs; the others have to be edited first, and are examples. */
const INSTALLED_UNITS = ["rankserver.service", "rankserver.socket", "rankclient-worker.service"];

/** Undefined: it is not part of the package. */
export function debianFile(file: StagedFile): StagedFile | undefined {
  const { path } = file;
  const name = basename(path);
  const [top] = path.split("/");
  switch (top) {
    case "bin":
      return { ...file, path: `usr/bin/${name}` };
    case "systemd":
      return {
        ...file,
        path: INSTALLED_UNITS.includes(name) ? `lib/systemd/system/${name}` : `${DOC}/examples/${path}`,
      };
    case "man":
      return { path: `usr/share/man/man${name.at(-1)}/${name}.gz`, content: compress(textOf(file)) };
    case "completions": {
      const to = completionPath(name);
      return to === undefined ? undefined : { ...file, path: to };
    }
    case "docs":
    case "examples":
    case "README.md":
    case "THIRD_PARTY_LICENSES":
      return { ...file, path: `${DOC}/${path}` };
    default:
      return undefined;
  }
}

/** By the ending of the file: "rankserver.bash", "_rankserver" for zsh, "rankserver.fish". */
function completionPath(name: string): string | undefined {
  if (name.endsWith(".bash")) {
    return `usr/share/bash-completion/completions/${name.slice(0, -".bash".length)}`;
  }
  if (name.startsWith("_")) return `usr/share/zsh/vendor-completions/${name}`;
  if (name.endsWith(".fish")) return `usr/share/fish/vendor_completions.d/${name}`;
  return undefined;
}

/** As Debian wants it: the smallest, and without a time. */
export function compress(text: string): Uint8Array {
  return gzipSync(text, { level: 9 });
}

function textOf({ path, content }: StagedFile): string {
  if (typeof content === "string") return content;
  throw new TypeError(`Cannot compress ${path}: it is not a text`);
}

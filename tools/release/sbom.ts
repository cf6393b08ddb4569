// The bill of materials, in CycloneDX JSON: Deno and every package of deno.lock. Those that only tests and tools use are
// "excluded", and have no licence here. The same lock gives the same text.

import { createHash } from "node:crypto";
import { findDependency, type Licence, type Lock } from "./packages.ts";

export interface Materials {
  readonly version: string;
  /** Of the commit, in seconds. */
  readonly epoch: number;
  readonly lock: Lock;
  /** Of the packages that are part of the programs, by the key in the lock. */
  readonly licences: ReadonlyMap<string, Licence>;
  /** The version of Deno in the executables. */
  readonly runtime: string;
}

interface Component {
  readonly type: "application" | "library" | "platform";
  readonly "bom-ref": string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly scope?: "required" | "excluded";
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses?:
    readonly ({ readonly license: { readonly id: string } } | { readonly expression: string })[];
  readonly purl: string;
}

export function renderSbom({ version, epoch, lock, licences, runtime }: Materials): string {
  const deno: Component = {
    ...identify("platform", `pkg:github/denoland/deno@v${runtime}`, "deno", runtime),
    scope: "required",
    licenses: [{ license: { id: "MIT" } }],
  };
  const program: Component = {
    ...identify("application", `pkg:generic/rankserver@${version}`, "rankserver", version),
    licenses: [{ license: { id: "MIT" } }],
  };
  const keys = Object.keys(lock.npm).sort();
  const direct = Object.entries(lock.specifiers)
    .map(([requirement, found]) => `${/^npm:(@?[^@]+)/.exec(requirement)?.[1]}@${found}`)
    .filter((key) => key in lock.npm);
  const refOf = (key: string) => purlOf(key);
  const content = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: new Date(epoch * 1_000).toISOString().replace(".000Z", "Z"),
      component: program,
    },
    components: [deno, ...keys.map((key) => describe(key, lock, licences.get(key)))],
    dependencies: [
      { ref: program["bom-ref"], dependsOn: [deno["bom-ref"], ...new Set(direct.map(refOf))].sort() },
      { ref: deno["bom-ref"], dependsOn: [] },
      ...keys.map((key) => ({
        ref: refOf(key),
        dependsOn: (lock.npm[key]!.dependencies ?? []).map((name) => refOf(findDependency(lock, name)))
          .sort(),
      })),
    ],
  };
  const { bomFormat, specVersion, ...rest } = content;
  return JSON.stringify({ bomFormat, specVersion, serialNumber: serialOf(content), ...rest }, null, 2) + "\n";
}

function describe(key: string, lock: Lock, licence: Licence | undefined): Component {
  const [, group, name, version] = partsOf(key);
  return {
    ...identify("library", purlOf(key), name!, version!),
    ...(group === undefined ? {} : { group }),
    scope: licence === undefined ? "excluded" : "required",
    hashes: [hashOf(lock.npm[key]!.integrity)],
    ...(licence === undefined ? {} : { licenses: [licenceOf(licence.id)] }),
  };
}

function identify(type: Component["type"], purl: string, name: string, version: string): Component {
  return { type, "bom-ref": purl, name, version, purl };
}

/** An id of the SPDX list, or an expression of several. */
function licenceOf(id: string): NonNullable<Component["licenses"]>[number] {
  return /[ ()]/.test(id) ? { expression: id } : { license: { id } };
}

/** "@scope", the name and the version; after "_" the lock names the peers that a package was resolved with. */
function partsOf(key: string): RegExpExecArray {
  return /^(?:(@[^/]+)\/)?([^@]+)@([^_]+)/.exec(key)!;
}

function purlOf(key: string): string {
  const [, group, name, version] = partsOf(key);
  return `pkg:npm/${group === undefined ? "" : `${group.replace("@", "%40")}/`}${name}@${version}`;
}

/** From npm's form, "sha512-" and Base64. */
function hashOf(integrity: string): { alg: string; content: string } {
  const [alg, base64] = integrity.split("-", 2) as [string, string];
  return { alg: alg.toUpperCase().replace("SHA", "SHA-"), content: Uint8Array.fromBase64(base64).toHex() };
}

/** A UUID (RFC 9562, version 8) made of the content. */
function serialOf(content: unknown): string {
  const hex = createHash("sha256").update(JSON.stringify(content)).digest("hex");
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join("-")}`;
}

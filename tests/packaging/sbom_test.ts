// The bill of materials: valid CycloneDX, with every package of the lock.

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { type Lock, readLicences, readLock, renderLicences } from "../../tools/release/packages.ts";
import { renderSbom } from "../../tools/release/sbom.ts";
import { checkCycloneDx } from "../support/packaging/check_cyclonedx.ts";
import { PROJECT } from "../support/programs/start_process.ts";

const SHA512 = `sha512-${new Uint8Array(64).fill(0xab).toBase64()}`;
const LOCK: Lock = {
  specifiers: { "npm:@a/one@^1": "1.0.0", "npm:two@^2": "2.0.0", "jsr:@std/cli@1": "1.0.0" },
  npm: {
    "@a/one@1.0.0": { integrity: SHA512, dependencies: ["three"] },
    "three@3.0.0_two@2.0.0": { integrity: SHA512, dependencies: ["two"] },
    "two@2.0.0": { integrity: SHA512 },
  },
};
const MATERIALS = {
  version: "0.2.0",
  epoch: 1_800_000_000,
  lock: LOCK,
  licences: new Map([
    ["@a/one@1.0.0", { id: "MIT", text: "Free" }],
    ["three@3.0.0_two@2.0.0", { id: "(MIT OR Apache-2.0)", text: "Free" }],
  ]),
  runtime: "2.9.6",
};

Deno.test("every package of the lock is named with its purl, hash, licence and dependencies", () => {
  const { components, dependencies, metadata } = checkCycloneDx(renderSbom(MATERIALS));
  assertEquals(metadata.timestamp, "2027-01-15T08:00:00Z");
  const [deno, one, three, two] = components;
  assertEquals(deno!.purl, "pkg:github/denoland/deno@v2.9.6");
  assertEquals(one, {
    type: "library",
    "bom-ref": "pkg:npm/%40a/one@1.0.0",
    name: "one",
    version: "1.0.0",
    purl: "pkg:npm/%40a/one@1.0.0",
    group: "@a",
    scope: "required",
    hashes: [{ alg: "SHA-512", content: "ab".repeat(64) }],
    licenses: [{ license: { id: "MIT" } }],
  });
  assertEquals([three!.purl, three!.licenses], ["pkg:npm/three@3.0.0", [{
    expression: "(MIT OR Apache-2.0)",
  }]]);
  assertEquals([two!.scope, two!.licenses], ["excluded", undefined]);
  assertEquals(dependencies, [
    { ref: metadata.component["bom-ref"], dependsOn: [deno!.purl!, one!.purl!, two!.purl!] },
    { ref: deno!.purl!, dependsOn: [] },
    { ref: one!.purl!, dependsOn: [three!.purl!] },
    { ref: three!.purl!, dependsOn: [two!.purl!] },
    { ref: two!.purl!, dependsOn: [] },
  ]);
});

Deno.test("the bill of this project is valid, and the same each time", async () => {
  const lock = await readLock(PROJECT);
  const licences = await readLicences(PROJECT, lock);
  const text = renderSbom({ ...MATERIALS, lock, licences });
  const { components } = checkCycloneDx(text);
  assertEquals(components.length, 1 + Object.keys(lock.npm).length);
  const required = components.filter(({ scope }) => scope === "required").map(({ name }) => name);
  assert(required.includes("tweetnacl"), "a package of a package of the server is missing");
  assert(required.includes("uqr"), "a package of the page in the browser is missing");
  assert(!required.includes("playwright-core"), "a package that only tests use is in the programs");
  assertEquals(renderSbom({ ...MATERIALS, lock, licences }), text);
  const page = renderLicences(licences);
  for (const [key, { text }] of licences) {
    assertStringIncludes(page, key);
    assertStringIncludes(page, text.trim());
  }
});

Deno.test("a bill that is not valid is found", () => {
  const valid = renderSbom(MATERIALS);
  const wrong: [from: string, to: string, fault: string][] = [
    ['"library"', '"libary"', "components.1.type"],
    ["ab".repeat(64), "ab".repeat(32), "another length"],
    ['"bom-ref": "pkg:npm/two@2.0.0"', '"bom-ref": "pkg:npm/three@3.0.0"', "two components are"],
    ['"ref": "pkg:npm/two@2.0.0"', '"ref": "pkg:npm/four@4.0.0"', "there is no component pkg:npm/four@4.0.0"],
    ['"1.6"', '"1.7"', "specVersion"],
  ];
  for (const [from, to, fault] of wrong) {
    assertThrows(() => checkCycloneDx(valid.replace(from, to)), Error, fault);
  }
});

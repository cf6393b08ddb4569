import { assertEquals } from "@std/assert";
import { lockSubset } from "../../tools/lock_subset.ts";

Deno.test("the lock of a program has the packages that it imports and what these depend on, no others", () => {
  const lock = {
    version: "5",
    specifiers: { "npm:@scope/used@^1": "1.2.3", "npm:tests-only@2": "2.0.0", "npm:deep@*": "3.0.0" },
    npm: {
      "@scope/used@1.2.3": { dependencies: ["deep"] },
      "deep@3.0.0": {},
      "tests-only@2.0.0": { dependencies: ["unused@1.0.0"] },
      "unused@1.0.0": {},
    },
    workspace: { dependencies: ["npm:@scope/used@^1"] },
  };
  const info = {
    modules: [{}, { npmPackage: "@scope/used@1.2.3" }],
    npmPackages: {
      "@scope/used@1.2.3": { dependencies: ["deep@3.0.0"] },
      "deep@3.0.0": { dependencies: ["@scope/used@1.2.3"] },
      "tests-only@2.0.0": { dependencies: ["unused@1.0.0"] },
      "unused@1.0.0": { dependencies: [] },
    },
  };
  assertEquals(lockSubset(lock, info), {
    version: "5",
    specifiers: { "npm:@scope/used@^1": "1.2.3", "npm:deep@*": "3.0.0" },
    npm: { "@scope/used@1.2.3": { dependencies: ["deep"] }, "deep@3.0.0": {} },
    workspace: { dependencies: ["npm:@scope/used@^1"] },
  });
});

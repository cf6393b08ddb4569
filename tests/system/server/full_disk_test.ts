// A full disk under the store of a server with its real permissions, from the sources.

import { FROM_SOURCES } from "../../support/programs/start_process.ts";
import { grantsNothingThatCannotBeSaved, survivesAFullDisk } from "../../support/programs/full_disk.ts";
import { noSmallDisk } from "../../support/programs/small_disk.ts";

Deno.test({
  name: "G11: after a restart no client may lead while a lease may hold that a full disk kept from the store",
  ignore: noSmallDisk !== undefined,
  fn: () => survivesAFullDisk(FROM_SOURCES),
});

Deno.test({
  name:
    "G11: where not even the mark can be set, no lease is granted, and none that was granted can be proven",
  ignore: noSmallDisk !== undefined,
  fn: () => grantsNothingThatCannotBeSaved(FROM_SOURCES),
});

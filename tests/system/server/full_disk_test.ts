// A full disk under the journal of a server with its real permissions, from the sources.

import { FROM_SOURCES } from "../../support/programs/start_process.ts";
import { promisesOnlyWhatIsSaved } from "../../support/programs/full_disk.ts";
import { noSmallDisk } from "../../support/programs/small_disk.ts";

Deno.test({
  name: "G10, G11: on a full disk nobody is told what is not saved, and all goes on when there is room",
  ignore: noSmallDisk !== undefined,
  fn: () => promisesOnlyWhatIsSaved(FROM_SOURCES),
});

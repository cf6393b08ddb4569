// The entry point of the executable rankserver; from source it is main.ts.

import { enterProcess } from "./shared/mod.ts";
import { serverCommand } from "./server/mod.ts";

enterProcess();
Deno.exit(await serverCommand(Deno.args));

// Where the executable rankserver begins; from source, main.ts does.

import { enterProcess } from "./shared/mod.ts";
import { serverCommand } from "./server/mod.ts";

enterProcess();
Deno.exit(await serverCommand(Deno.args));

// Where the executable rankclient begins; from source, main.ts does.

import { clientCommand } from "./client/mod.ts";
import { enterProcess } from "./shared/mod.ts";

const start = enterProcess();
Deno.exit(await clientCommand(Deno.args, start));

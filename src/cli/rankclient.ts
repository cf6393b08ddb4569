// The entry point of the executable rankclient; from source it is main.ts.

import { clientCommand } from "./client/mod.ts";
import { enterProcess } from "./shared/mod.ts";

const start = enterProcess();
Deno.exit(await clientCommand(Deno.args, start));

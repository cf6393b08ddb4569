// Where the executable rankserver begins; from source, main.ts does.

import { enterProcess } from "./enter_process.ts";
import { serverCommand } from "./server_command.ts";

enterProcess();
Deno.exit(await serverCommand(Deno.args));

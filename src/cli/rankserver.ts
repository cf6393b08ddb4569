// Where the executable rankserver begins; from source, main.ts does.

import { enterProcess } from "./shared/enter_process.ts";
import { serverCommand } from "./server/server_command.ts";

enterProcess();
Deno.exit(await serverCommand(Deno.args));

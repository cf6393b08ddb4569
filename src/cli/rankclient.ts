// Where the executable rankclient begins; from source, main.ts does.

import { clientCommand } from "./client_command.ts";
import { enterProcess } from "./enter_process.ts";

const start = enterProcess();
Deno.exit(await clientCommand(Deno.args, start));

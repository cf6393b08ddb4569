// Where the executable rankclient begins; from source, main.ts does.

import { clientCommand } from "./client/client_command.ts";
import { enterProcess } from "./shared/enter_process.ts";

const start = enterProcess();
Deno.exit(await clientCommand(Deno.args, start));

// Where the executable rankserver begins; from source, main.ts does.

import { serverCommand } from "./server_command.ts";

Deno.exit(await serverCommand(Deno.args));

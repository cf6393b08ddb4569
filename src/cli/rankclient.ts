// Where the executable rankclient begins; from source, main.ts does.

import { clientCommand } from "./client_command.ts";

Deno.exit(await clientCommand(Deno.args));

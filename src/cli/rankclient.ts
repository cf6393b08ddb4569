// Where the executable rankclient begins; from source, main.ts does.

import { clientCommand } from "./client_command.ts";
import { keepInspectorClosed } from "./keep_inspector_closed.ts";

keepInspectorClosed();
Deno.exit(await clientCommand(Deno.args));

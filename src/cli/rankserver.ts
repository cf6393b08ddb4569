// Where the executable rankserver begins; from source, main.ts does.

import { keepInspectorClosed } from "./keep_inspector_closed.ts";
import { serverCommand } from "./server_command.ts";

keepInspectorClosed();
Deno.exit(await serverCommand(Deno.args));

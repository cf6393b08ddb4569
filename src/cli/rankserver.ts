// The entry point of the executable rankserver; from source it is main.ts.

import { enterProcess, revoke } from "./shared/mod.ts";
import { serverCommand } from "./server/mod.ts";
import { isService } from "./systemd/mod.ts";

// Native code is only for what systemd asks for.
if (!isService()) revoke("ffi");
enterProcess();
Deno.exit(await serverCommand(Deno.args));

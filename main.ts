// Starts either program from source; the first argument selects one. The executables start in src/cli/rankserver.ts and
// src/cli/rankclient.ts.

import { enterProcess } from "./src/cli/shared/mod.ts";
import { isService } from "./src/cli/systemd/mod.ts";

const start = enterProcess();

const [program, ...args] = Deno.args;

// Each program loads only its own half.
switch (program) {
  case "server": {
    if (!isService()) Deno.permissions.revokeSync({ name: "ffi" });
    const { serverCommand } = await import("./src/cli/server/server_command.ts");
    Deno.exit(await serverCommand(args));
    break;
  }
  case "client": {
    const { clientCommand } = await import("./src/cli/client/client_command.ts");
    Deno.exit(await clientCommand(args, start));
    break;
  }
  default:
    console.error("Usage: deno run main.ts server|client [flags]; try deno run main.ts server --help");
    Deno.exit(2);
}

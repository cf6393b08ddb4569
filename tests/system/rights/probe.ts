// A program of this project that tells, when it gets SIGUSR2, what it could still do: an entry like main.ts, for tests.
// Its output has one more line then, beginning with "possible:".

import { enterProcess } from "../../../src/cli/shared/enter_process.ts";
import { clientCommand } from "../../../src/cli/client/client_command.ts";
import { serverCommand } from "../../../src/cli/server/server_command.ts";

const [program, ...args] = Deno.args;
/** Taken before the program can give anything up. */
const executable = Deno.execPath();

const DEEDS: Readonly<Record<string, () => unknown>> = {
  "read a file": () => Deno.readTextFileSync("/etc/passwd"),
  "look at a file": () => Deno.statSync("/"),
  "write a file": () => Deno.writeTextFileSync("/tmp/rankserver-was-here", ""),
  "start a program": () => new Deno.Command("true").outputSync(),
  "start itself": () => new Deno.Command(executable, { args: ["--version"] }).outputSync(),
  "see the environment": () => Deno.env.get("HOME"),
  "load a library": () => Deno.dlopen("libc.so.6", {}),
  "listen": () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close(),
  // To a port where nobody is: it is refused, which is not what is looked for.
  "connect": () => Deno.connect({ hostname: "127.0.0.1", port: 1 }).catch(orNotCapable),
  "import from elsewhere": () => import(`https://${"jsr.io"}/nothing.ts`).catch(orNotCapable),
  "give rights to a worker": () => {
    const permissions = { read: true } as const;
    const url = "data:text/javascript,";
    new Worker(url, { type: "module", deno: { permissions } }).terminate();
  },
};

function orNotCapable(error: Error): void {
  const isForbidden = error instanceof Deno.errors.NotCapable || /Requires .* access/.test(error.message);
  if (isForbidden) throw error;
}

const start = enterProcess();
Deno.addSignalListener("SIGUSR2", async () => {
  const possible: string[] = [];
  for (const [name, deed] of Object.entries(DEEDS)) {
    try {
      await deed();
      possible.push(name);
    } catch {
      // Not allowed, which is what is hoped for.
    }
  }
  console.log(`possible: ${possible.join(", ")}`);
});

Deno.exit(await (program === "server" ? serverCommand(args) : clientCommand(args, start)));

// Starts one of the two programs with the Deno of the npm package "deno": its input, output, signals and exit code are
// those of this process. `deno task npm` puts the programs and programs.json into this directory.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** A terminal sends these to both processes; a second one would make the server stop without waiting for its runs. */
const OF_TERMINAL = ["SIGINT", "SIGQUIT", "SIGHUP"];

/** @param {"server" | "client"} name @param {string[]} args */
export function runProgram(name, args) {
  const programs = JSON.parse(readFileSync(new URL("programs.json", import.meta.url), "utf8"));
  const inPackage = (path) => fileURLToPath(new URL(path, import.meta.url));
  const deno = createRequire(import.meta.url)("deno/install_api.cjs").runInstall();
  const options = ["--quiet", `--config=${inPackage("program/deno.json")}`, "--no-lock", ...programs[name]];
  const child = spawn(deno, ["run", ...options, inPackage("program/main.js"), name, ...args], {
    stdio: "inherit",
    env: { ...process.env, DENO_NO_UPDATE_CHECK: "1" },
  });
  child.on("error", (error) => {
    console.error(`Cannot start ${deno}: ${error.message}`);
    process.exit(1);
  });
  for (const signal of [...OF_TERMINAL, "SIGTERM", "SIGUSR1", "SIGUSR2"]) {
    const isFromTerminal = OF_TERMINAL.includes(signal) && process.stdin.isTTY;
    process.on(signal, () => isFromTerminal || child.kill(signal));
  }
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

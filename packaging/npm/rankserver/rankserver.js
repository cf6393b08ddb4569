#!/usr/bin/env node
// The server; with "client" as its first argument, the client: `npx rankserver client HOST`.

import process from "node:process";
import { runProgram } from "./run_program.js";

const [first, ...others] = process.argv.slice(2);
if (first === "client") runProgram("client", others);
else runProgram("server", process.argv.slice(2));

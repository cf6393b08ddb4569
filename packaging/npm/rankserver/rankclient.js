#!/usr/bin/env node
// The client.

import process from "node:process";
import { runProgram } from "./run_program.js";

runProgram("client", process.argv.slice(2));

// Reads the tables with rules: the allow-list, and the programs of [run].

export { readCommands } from "./read_commands.ts";
export { readPrograms } from "./read_programs.ts";

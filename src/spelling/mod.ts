// Misspelt names: of keys, flags and commands.

export { findNearestName, unknownCommand, unknownWord } from "./nearest_name.ts";

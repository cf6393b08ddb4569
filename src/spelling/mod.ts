// Misspelt names: of keys, flags and commands.

export { findNearestName, withSuggestion } from "./nearest_name.ts";

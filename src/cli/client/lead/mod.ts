// `rankclient --lead`: the client, its guard and its hooks as processes.

export { reapOrphans } from "./reap_orphans.ts";
export { openHooks } from "./start_hooks.ts";
export { findProgram } from "./find_program.ts";

// The command that writes a first configuration. This file alone is loaded at every start.

export const INIT_COMMAND = "init";

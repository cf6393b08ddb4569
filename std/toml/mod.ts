// The front door of the stand-in for `@std/toml`: only what this project imports from the original.

export { parse } from "./parse.ts";

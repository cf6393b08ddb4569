// A local replacement for `@std/toml`, with only the exports that this project uses.

export { parse } from "./parse.ts";

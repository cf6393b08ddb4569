// A local replacement for `@std/cli`, with only the exports that this project uses.

export { type Args, parseArgs, type ParseOptions } from "./parse_args.ts";

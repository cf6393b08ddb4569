// The front door of the stand-in for `@std/cli`: only what this project imports from the original.

export { type Args, parseArgs, type ParseOptions } from "./parse_args.ts";

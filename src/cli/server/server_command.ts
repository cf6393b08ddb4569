// The command line of `rankserver`: reads flags and configuration, and starts what they ask for, which other files build.

import { ConfigError } from "../../config/toml/mod.ts";
import { listSettings } from "../../config/reader/mod.ts";
import { loadServerConfig, type ServerConfig, type TokenEntry } from "../../config/mod.ts";
import {
  hasTls,
  SERVER_ENV_PREFIX,
  SERVER_FLAGS,
  SERVER_SECTIONS,
  type ServerFlags,
} from "../../config/keys/mod.ts";
import type { ConfigSource } from "./finish_startup.ts";
import type { ServerQuestion } from "./ask_server.ts";
import {
  dropWriting,
  FileError,
  parseFlags,
  printAnswer,
  printWarnings,
  type ReadConfigFile,
  readConfigFile,
  SERVER_EXIT,
  SERVER_EXIT_MEANINGS,
  SighupListener,
  StartupError,
  validText,
  versionLine,
} from "../shared/mod.ts";
import { openListener } from "./open_listener.ts";

/** Runs the server until a signal stops it, or asks a running one. @returns the exit code. */
export async function serverCommand(args: readonly string[]): Promise<number> {
  const parsed = await parseFlags(SERVER_FLAGS, args);
  if (!parsed.ok) return refuse(parsed.message);
  const surplus = [...parsed.positionals, ...parsed.afterDashes][0];
  if (surplus !== undefined) return refuse(`unexpected argument ${surplus}`);
  const flags = parsed.values;
  if (flags.help) return await printHelp();
  if (flags.version) return printAnswer(versionLine("rankserver"), SERVER_EXIT);
  const question = await readQuestion(flags);
  if (typeof question === "string") return refuse(question);
  try {
    return await dispatch(flags, question);
  } catch (error) {
    if (error instanceof ConfigError) return fail(error, SERVER_EXIT.usage);
    if (error instanceof StartupError || error instanceof FileError) return fail(error, SERVER_EXIT.failed);
    throw error;
  }
}

/**
 * @throws {ConfigError} if the configuration or the tokens file is invalid
 * @throws {StartupError | FileError}
 */
async function dispatch(flags: ServerFlags, question: ServerQuestion | undefined): Promise<number> {
  const env = Deno.env.toObject();
  const file = flags.config === undefined ? undefined : await readConfigFile(flags.config);
  const config = await loadServerConfig({ file, env, flags });
  if (flags["new-token"] !== undefined) return await makeToken(flags["new-token"], config.auth.tokensFile);
  if (question !== undefined) return await ask(question, config.control.socket, flags.json);
  const tokens = await readTokens(config);
  if (flags.check) return await check(config, flags);
  return await startServing(config, sourceOf(config, file, flags, env), tokens);
}

function sourceOf(
  config: ServerConfig,
  file: ReadConfigFile | undefined,
  flags: ServerFlags,
  env: Record<string, string>,
): ConfigSource {
  const path = flags.config;
  if (path === undefined || file === undefined || file.isReadOnce) {
    return { file: undefined, readOnce: file && [file.path], load: () => Promise.resolve(config) };
  }
  return {
    file: path,
    load: async (read) =>
      loadServerConfig({ file: await readConfigFile(path, read, file.directory), env, flags }),
  };
}

/** @throws {StartupError | FileError} */
async function startServing(
  config: ServerConfig,
  source: ConfigSource,
  tokens: readonly TokenEntry[] | undefined,
): Promise<number> {
  dropWriting(config);
  const hasFiles = source.file !== undefined || source.readOnce !== undefined || hasTls(config.tls) ||
    tokens !== undefined;
  const sighup = hasFiles ? new SighupListener() : undefined;
  const opened = await openListener(config);
  // Two thirds of the program: loaded while connections can already wait.
  const { serve } = await import("./serve.ts");
  return await serve(config, { ...opened, source, tokens, sighup });
}

async function makeToken(name: string, path: string): Promise<number> {
  if (path === "") {
    return refuse(
      "where is the file of tokens? Give --tokens-file FILE, or --config FILE with [auth] tokens_file in it",
    );
  }
  const { newToken } = await import("./files/tokens_file.ts");
  return await newToken(name, path);
}

/** Loads the reader of the tokens file only for a server that has one. */
async function readTokens({ auth }: ServerConfig): Promise<readonly TokenEntry[] | undefined> {
  if (auth.tokensFile === "") return undefined;
  const { readTokensFile } = await import("./files/tokens_file.ts");
  return await readTokensFile(auth.tokensFile);
}

/** The request to a running server, if there is one; a message if the flags contradict each other. */
async function readQuestion(
  { status, evict, json, check, "new-token": name }: ServerFlags,
): Promise<ServerQuestion | string | undefined> {
  if (name !== undefined && (status || evict !== undefined || check)) {
    return "only one of --status, --evict, --new-token and --check at a time";
  }
  if (evict === undefined && !status) {
    return json ? "--json goes with --status or --evict; for the log there is --log-format json" : undefined;
  }
  if (check || (status && evict !== undefined)) return "only one of --status, --evict and --check at a time";
  if (evict === undefined) return { method: "status" };
  const { parseEvictee } = await import("./ask_server.ts");
  const params = parseEvictee(evict);
  if (params === undefined) return `--evict takes a rank, ticket:N or name:TEXT, got ${evict}`;
  return { method: "evict", params };
}

async function ask(question: ServerQuestion, path: string, isJson: boolean): Promise<number> {
  if (path === "") {
    return refuse(
      "where is the server's control socket? Give --control PATH, or --config FILE with [control] in it",
    );
  }
  const { askServer } = await import("./ask_server.ts");
  return await askServer(path, question, isJson);
}

async function check(config: ServerConfig, flags: ServerFlags): Promise<number> {
  if (hasTls(config.tls)) {
    const { checkTls } = await import("./tls/mod.ts");
    try {
      const warning = await checkTls(config.tls);
      if (warning !== undefined) printWarnings([warning]);
    } catch (error) {
      if (error instanceof FileError) return fail(error, SERVER_EXIT.usage);
      throw error;
    }
  }
  const { startWarnings } = await import("./check_start.ts");
  printWarnings(await startWarnings(config));
  return printAnswer(validText(flags.config), SERVER_EXIT);
}

async function printHelp(): Promise<number> {
  const { renderHelp } = await import("../shared/render_help.ts");
  const text = renderHelp({
    usage: "rankserver [--config FILE] [flags], rankserver --status|--evict WHOM --control PATH, or " +
      "rankserver --new-token NAME --tokens-file FILE",
    summary:
      "Seats at most N clients, ranks them by arrival (0 is the highest), and lets a client's command be carried out " +
      "only by clients ranked below it. Whoever leaves promotes everybody behind.",
    flags: SERVER_FLAGS,
    settings: listSettings(SERVER_SECTIONS, SERVER_ENV_PREFIX),
    example: "rankserver --port 6001 --max-clients 20 --commands ping,uptime",
    exitCodes: SERVER_EXIT_MEANINGS,
  });
  return printAnswer(text.trimEnd(), SERVER_EXIT);
}

function fail({ message }: Error, code: number): number {
  console.error(message);
  return code;
}

function refuse(message: string): number {
  console.error(`${message}\nTry rankserver --help.`);
  return SERVER_EXIT.usage;
}

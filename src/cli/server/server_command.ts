// The command line of `rankserver`: reads flags and configuration, and starts what they ask for, which other files build.

import { ConfigError } from "../../config/toml/mod.ts";
import { loadServerConfig, type ServerConfig, type TokenEntry } from "../../config/mod.ts";
import { hasCluster, hasTls, SERVER_FLAGS, type ServerFlags } from "../../config/keys/mod.ts";
import type { ConfigSource } from "./finish_startup.ts";
import type { ServerQuestion } from "./ask_server.ts";
import {
  dropWriting,
  FileError,
  parseFlags,
  printAnswer,
  printHelp,
  printWarnings,
  type ReadConfigFile,
  readConfigFile,
  revoke,
  SERVER_EXIT,
  SighupListener,
  StartupError,
  validText,
  versionLine,
} from "../shared/mod.ts";
import { findNearestName } from "../../spelling/mod.ts";
import { INIT_COMMAND } from "./init/mod.ts";
import { openService } from "../systemd/mod.ts";
import { isJournalCommand, JOURNAL_COMMANDS } from "./journal/mod.ts";
import { openListener } from "./open_listener.ts";

/**
 * Runs the server until a signal stops it, asks a running one, reads a journal, or writes a configuration.
 *
 * @returns the exit code.
 */
export async function serverCommand(args: readonly string[]): Promise<number> {
  const [command, ...words] = args;
  if (isJournalCommand(command)) {
    const { journalCommand } = await import("./journal/journal_command.ts");
    return await journalCommand(command, words);
  }
  if (command === "completion") {
    const { completionCommand } = await import("../shared/completion/mod.ts");
    const { serverCompletion } = await import("./server_completion.ts");
    return await completionCommand(await serverCompletion(), words);
  }
  if (command === INIT_COMMAND) {
    const { initCommand } = await import("./init/init_command.ts");
    return await initCommand(words);
  }
  const parsed = parseFlags(SERVER_FLAGS, args);
  if (!parsed.ok) return refuse(parsed.message);
  const surplus = [...parsed.positionals, ...parsed.afterDashes][0];
  if (surplus !== undefined) return refuse(unexpected(surplus));
  const flags = parsed.values;
  if (flags.help) return await showHelp();
  if (flags.version) return printAnswer(versionLine("rankserver"), SERVER_EXIT);
  const question = await readQuestion(flags);
  if (typeof question === "string") return refuse(question);
  try {
    return await dispatch(flags, question);
  } catch (error) {
    if (error instanceof ConfigError) return fail(error, SERVER_EXIT.usage);
    if (error instanceof StartupError) return fail(error, error.exitCode);
    if (error instanceof FileError) return fail(error, SERVER_EXIT.failed);
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
  if (flags.check) return await check(config, flags, tokens?.length);
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
  const service = await openService();
  // The most powerful right: what the server needs of the C library, it has now.
  revoke("ffi");
  dropWriting(config);
  const hasFiles = source.file !== undefined || source.readOnce !== undefined || hasTls(config.tls) ||
    tokens !== undefined;
  const sighup = hasFiles ? new SighupListener() : undefined;
  const listening = hasCluster(config.cluster) ? undefined : await openListener(config, service.socket);
  // Two thirds of the program: loaded while connections can already wait.
  const { serve } = await import("./serve.ts");
  return await serve(config, { listening, source, tokens, sighup, service });
}

async function makeToken(name: string, path: string): Promise<number> {
  if (path === "") {
    return refuse(
      "No tokens file; add --tokens-file FILE, or --config FILE with tokens_file in [auth]",
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
async function readQuestion(flags: ServerFlags): Promise<ServerQuestion | string | undefined> {
  const { status, evict, raise, json, check, "new-token": name } = flags;
  const tasks = [
    ["--status", status],
    ["--evict", evict !== undefined],
    ["--raise", raise !== undefined],
    ["--new-token", name !== undefined],
    ["--check", check],
  ] as const;
  const given = tasks.filter(([, isGiven]) => isGiven).map(([flag]) => flag);
  if (given.length > 1) return `${given.join(" and ")} cannot be combined`;
  if (status) return { method: "status" };
  if (evict !== undefined) return await readMember("evict", evict);
  if (raise !== undefined) return await readMember("raise", raise);
  return json
    ? "--json requires --status, --evict or --raise; for a JSON log use --log-format json"
    : undefined;
}

async function readMember(method: "evict" | "raise", text: string): Promise<ServerQuestion | string> {
  const { parseMember } = await import("./ask_server.ts");
  const params = parseMember(text);
  return params === undefined
    ? `--${method} must be a rank, ticket:N or name:TEXT, got "${text}"`
    : { method, params };
}

async function ask(question: ServerQuestion, path: string, isJson: boolean): Promise<number> {
  if (path === "") {
    return refuse(
      "No control socket; add --control PATH, or --config FILE with socket in [control]",
    );
  }
  const { askServer } = await import("./ask_server.ts");
  return await askServer(path, question, isJson);
}

async function check(config: ServerConfig, flags: ServerFlags, tokens: number | undefined): Promise<number> {
  const warnings: string[] = [];
  try {
    if (hasTls(config.tls)) {
      const { checkTls } = await import("./tls/mod.ts");
      warnings.push(...await checkTls(config.tls));
    }
    if (hasCluster(config.cluster)) {
      const { checkCluster } = await import("./cluster/mod.ts");
      warnings.push(...await checkCluster(config));
    }
  } catch (error) {
    if (error instanceof FileError) return fail(error, SERVER_EXIT.usage);
    throw error;
  }
  const { startWarnings } = await import("./check_start.ts");
  printWarnings([...warnings, ...await startWarnings(config, tokens)]);
  return printAnswer(validText(flags.config), SERVER_EXIT);
}

async function showHelp(): Promise<number> {
  const { SERVER_HELP } = await import("./server_help.ts");
  return await printHelp(SERVER_HELP, SERVER_EXIT);
}

function unexpected(word: string): string {
  const commands: readonly string[] = [INIT_COMMAND, ...JOURNAL_COMMANDS, "completion"];
  const nearest = findNearestName(word, commands);
  if (commands.includes(word)) {
    return `Unexpected argument "${word}": a command comes first`;
  }
  return `Unexpected argument "${word}"${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`;
}

function fail({ message }: Error, code: number): number {
  console.error(message);
  return code;
}

function refuse(message: string): number {
  console.error(`${message}\nRun rankserver --help for a list of flags and examples`);
  return SERVER_EXIT.usage;
}

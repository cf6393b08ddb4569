// The command line of `rankclient`: reads flags and configuration, and starts what they ask for, which other files build.

import type { TlsTrust } from "../../client/connection/mod.ts";
import { type ClientConfig, ignoredWarnings, loadClientConfig, TOKEN_VARIABLE } from "../../config/mod.ts";
import { CLIENT_ENV_PREFIX, CLIENT_FLAGS, type ClientFlags, MAX_WAIT_MS } from "../../config/keys/mod.ts";
import { ConfigError } from "../../config/toml/mod.ts";
import {
  CLIENT_EXIT,
  GUARD_ARGUMENT,
  parseFlags,
  printAnswer,
  printHelp,
  type ProcessStart,
  readConfigFile,
  validText,
  versionLine,
} from "../shared/mod.ts";
import { type Address, parseAddress, withoutUser } from "../../words/mod.ts";
import { openManager } from "../systemd/mod.ts";
import type { CheckedStart } from "./check_start.ts";
import { printNotice, printWarnings, refuse as refuseUsage } from "./print_notice.ts";
import { NO_TOKEN_FLAG, readAccessToken, readTrust } from "./server_access.ts";

/** @returns the exit code: {@linkcode CLIENT_EXIT}, or 128 plus the number of the signal that ended it. */
export async function clientCommand(
  args: readonly string[],
  start: ProcessStart,
): Promise<number> {
  if (args.length === 1 && args[0] === GUARD_ARGUMENT) {
    const { runGuard } = await import("./lead/start_guard.ts");
    return await runGuard(start);
  }
  if (args[0] === "completion") return await completion(args.slice(1));
  // The command after --via is for the running client, and has flags of its own.
  const stopEarly = args.some((word) => word === "--via" || word.startsWith("--via="));
  const parsed = parseFlags(CLIENT_FLAGS, args, { stopEarly });
  // Whether JSON is asked for is not known before.
  if (!parsed.ok) return await refuseUsage(isTokenFlag(args) ? NO_TOKEN_FLAG : parsed.message, false);
  const flags = parsed.values;
  const isJson = flags.json && !flags.check;
  const refuse = (message: string) => refuseUsage(message, isJson);
  if (flags.help) return await showHelp();
  if (flags.version) return printAnswer(versionLine("rankclient"), CLIENT_EXIT);

  // With --lead, the words after the dashes are the program.
  const words = flags.lead ? parsed.positionals : [...parsed.positionals, ...parsed.afterDashes];
  const isVia = flags.via !== undefined;
  if (isVia && (flags.control !== undefined || flags.stay)) {
    return await refuse(
      "--via uses the seat of a running client, so --control and --stay cannot be combined with it",
    );
  }
  if (isVia && (flags.lead || flags["on-change"] !== undefined)) {
    return await refuse(
      "--via uses the seat of a running client, so --lead and --on-change cannot be combined with it",
    );
  }
  if (flags.lead && !parsed.afterDashes[0]) {
    return await refuse("--lead needs a program to run: rankclient HOST --lead -- PROGRAM ARGUMENTS");
  }
  const maxWait = parseMaxWait(flags["max-wait"]);
  if (!maxWait.ok) return await refuse(maxWait.message);
  if (maxWait.ms !== undefined && !flags.lead) return await refuse("--max-wait requires --lead");
  if (!isVia && words.length > 1) {
    const [host, surplus] = words.map(withoutUser);
    return await refuse(
      `Unexpected argument "${surplus}"; to send a command: echo ${surplus} | rankclient ${host}`,
    );
  }
  const env = Deno.env.toObject();
  const host = isVia ? undefined : words[0];
  const mayDoWithoutHost = isVia || flags.check || flags.config !== undefined;
  const isInEnvironment = ["HOST", "HOSTS"].some((key) => env[`${CLIENT_ENV_PREFIX}_${key}`] !== undefined);
  if (host === undefined && !mayDoWithoutHost && !isInEnvironment) {
    return await refuse("HOST is missing; for example: rankclient 127.0.0.1");
  }
  let config: ClientConfig;
  let tls: TlsTrust | undefined;
  try {
    config = await readConfig(flags, host, env);
    // With --via, the running client has the connection to the server.
    if (config.tls && !isVia) {
      const { trust, warnings } = await readTrust(config);
      await printWarnings(warnings, isJson);
      tls = trust;
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    await printNotice("error", error.message, isJson);
    return CLIENT_EXIT.usage;
  }
  const leadProgram = flags.lead ? parsed.afterDashes[0] : undefined;
  if (isVia && flags.check) return await check({ config, flags, leadProgram });
  if (flags.via !== undefined) {
    const { startVia } = await import("./start_via.ts");
    const request = { path: flags.via, words, isJson: flags.json, isDryRun: flags["dry-run"] };
    return await startVia(request, config, start);
  }
  const given = await readAccessToken(config, flags["token-file"], env[TOKEN_VARIABLE]);
  if (!given.ok) return await refuse(given.message);
  if (flags.check) return await check({ config, flags, leadProgram });
  const { manager, warnings } = await openManager();
  await printWarnings([...ignoredWarnings(config.ignoredVariables), ...warnings], isJson);
  if (flags.lead) {
    const { startLead } = await import("./lead/start_lead.ts");
    const job = { argv: parsed.afterDashes, maxWaitMs: maxWait.ms, start, manager };
    return await startLead(config, flags, job, { tls, accessToken: given.token });
  }
  const { startClient } = await import("./start_client.ts");
  return await startClient(config, flags, { tls, accessToken: given.token }, { ...start, manager });
}

async function completion(words: readonly string[]): Promise<number> {
  const { CLIENT_COMPLETION, printServerCommands } = await import("./client_completion.ts");
  const [topic, path] = words;
  if (topic === "commands" && path !== undefined) return await printServerCommands(path);
  const { completionCommand } = await import("../shared/completion/mod.ts");
  return await completionCommand(CLIENT_COMPLETION, words);
}

function parseMaxWait(
  text: string | undefined,
): { readonly ok: true; readonly ms: number | undefined } | { readonly ok: false; readonly message: string } {
  if (text === undefined) return { ok: true, ms: undefined };
  const ms = Number(text);
  if (/^\d+$/.test(text) && ms <= MAX_WAIT_MS) return { ok: true, ms };
  return {
    ok: false,
    message: `--max-wait must be a whole number of ms up to ${MAX_WAIT_MS}, got "${text}"`,
  };
}

async function check(checked: CheckedStart): Promise<number> {
  const { startWarnings } = await import("./check_start.ts");
  await printWarnings(await startWarnings(checked), false);
  return printAnswer(validText(checked.flags.config), CLIENT_EXIT);
}

function isTokenFlag(args: readonly string[]): boolean {
  return args.some((word) => word === "--token" || word.startsWith("--token="));
}

async function readConfig(
  flags: ClientFlags,
  hostArgument: string | undefined,
  env: Record<string, string>,
): Promise<ClientConfig> {
  const isList = hostArgument?.includes(",") === true;
  for (const text of isList ? hostArgument.split(",") : []) checkAddress(text);
  const address = isList || hostArgument === undefined ? undefined : checkAddress(hostArgument);
  if (address?.port !== undefined && flags.port !== undefined && flags.port !== address.port) {
    throw usageError("--port", `${hostArgument} and --port ${flags.port} are different ports`);
  }
  const file = flags.config === undefined ? undefined : await readConfigFile(flags.config);
  const port = flags.port ?? address?.port;
  return await loadClientConfig({
    file,
    env,
    flags: { ...flags, port },
    host: address?.host,
    hosts: isList ? hostArgument : undefined,
  });
}

function checkAddress(text: string): Address {
  const address = parseAddress(text);
  if (address !== undefined) return address;
  throw usageError("HOST", `"${withoutUser(text)}" is not an address; write HOST, HOST:PORT or [::1]:PORT`);
}

function usageError(key: string, message: string): ConfigError {
  return new ConfigError([{ key, message }]);
}

async function showHelp(): Promise<number> {
  const { CLIENT_HELP } = await import("./client_help.ts");
  return await printHelp(CLIENT_HELP, CLIENT_EXIT);
}

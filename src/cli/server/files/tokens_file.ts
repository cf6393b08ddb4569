// The tokens file: read at the start and on each reload, and extended by `rankserver --new-token NAME`. The file has only
// the hash of a token; the token itself is printed once.

import { dirname } from "node:path";
import { FILE_BOUNDS, TOKEN_NAME, TOKEN_NAME_FORM } from "../../../config/keys/mod.ts";
import { loadTokens, type TokenEntry } from "../../../config/mod.ts";
import { ConfigError, show } from "../../../config/toml/mod.ts";
import { writeAll } from "../../../protocol/wire/mod.ts";
import {
  cannotWriteOutput,
  FileError,
  quoted,
  readPrivateFile,
  SERVER_EXIT,
  type TextReader,
  writeOutput,
} from "../../shared/mod.ts";
import { newSecret } from "./new_secret.ts";

/**
 * @param read for a server that has revoked its right to read.
 * @throws {ConfigError} if the file is missing, open to others, or invalid
 */
export async function readTokensFile(path: string, read?: TextReader): Promise<readonly TokenEntry[]> {
  const file = await readPrivateFile(path, "tokens file", FILE_BOUNDS.tokensBytes, read);
  if (file.ok) return await loadTokens({ path, text: file.text });
  const hint = file.isMissing ? "create it with rankserver --new-token NAME" : undefined;
  throw new ConfigError([{ key: "auth.tokens_file", message: file.message, hint }]);
}

/** @param path the tokens file, created if it is missing. @returns the exit code. */
export async function newToken(name: string, path: string): Promise<number> {
  if (!TOKEN_NAME.test(name)) {
    return fail(`--new-token must be ${TOKEN_NAME_FORM}, got ${show(name)}`, SERVER_EXIT.usage);
  }
  try {
    await addEntry(path, { name, ...await newSecret() });
  } catch (error) {
    if (error instanceof FileError) return fail(error.message, SERVER_EXIT.failed);
    if (error instanceof ConfigError) return fail(error.message, SERVER_EXIT.usage);
    throw error;
  }
  console.error(
    `Added the token ${
      show(name)
    } to ${path}. It is printed only this time: keep it in a file that only its ` +
      `client can read, for rankclient --token-file FILE. To change its rights, edit ${path}. A running server ` +
      `accepts it after a reload (SIGHUP)`,
  );
  return SERVER_EXIT.ok;
}

interface NewEntry {
  readonly name: string;
  readonly sha256: string;
  readonly token: string;
}

/** Prints the token as well. @throws {FileError | ConfigError} and leaves the file unchanged */
async function addEntry(path: string, { name, sha256, token }: NewEntry): Promise<void> {
  const makeText = async () => {
    const read = await readPrivateFile(path, "tokens file", FILE_BOUNDS.tokensBytes);
    if (!read.ok && !read.isMissing) throw new FileError(read.message);
    const before = read.ok ? read.text : "";
    const taken = await loadTokens({ path, text: before });
    if (taken.some((entry) => entry.name === name)) {
      throw new FileError(
        `${path} already has a token with that name: remove its table first, or choose another name`,
      );
    }
    const text = `${before}${before === "" || before.endsWith("\n") ? "" : "\n"}${entryText(name, sha256)}`;
    // The result must be valid: the old text may end in TOML that cannot be extended, such as an inline table.
    await loadTokens({ path, text });
    return text;
  };
  try {
    await replaceFile(await realPath(path), makeText, () => printToken(token, path));
  } catch (error) {
    if (error instanceof FileError || error instanceof ConfigError) throw error;
    throw new FileError(`Cannot write ${path}: ${(error as Error).message}`);
  }
}

/** Prints the token alone, so that the output can be piped. @throws {FileError} when it was not printed */
function printToken(token: string, path: string): void {
  try {
    writeOutput(token);
  } catch (error) {
    throw new FileError(`${cannotWriteOutput(error)}; no token was added to ${path}`);
  }
}

/** The target of a link; the path itself if there is no file yet. */
async function realPath(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return path;
    throw error;
  }
}

/** Writes out all rights, so that the file shows what a new token may do. */
function entryText(name: string, sha256: string): string {
  return `
[tokens.${/^[\w-]+$/.test(name) ? name : `"${name}"`}]
sha256 = "${sha256}"
# The commands that it may send: all without this line, none with [].
#issue = ["uptime"]
# Whether it executes the commands of the clients above it.
execute = true
# Whether it may see the other clients.
watch = false
# Whether it may evict other clients.
evict = false
`;
}

/**
 * Replaces the file atomically: a reader, even after a crash, finds either the old text or the new one.
 *
 * @param makeText reads the old text; no other --new-token changes it until the new text is in its place.
 * @param beforeReplacing is called when the new text is on the disk; when it throws, the old text stays.
 */
async function replaceFile(
  path: string,
  makeText: () => Promise<string>,
  beforeReplacing: () => void,
): Promise<void> {
  const draft = `${path}.new`;
  let file: Deno.FsFile;
  try {
    // Private before anything is written to it.
    file = await Deno.open(draft, { write: true, createNew: true, mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    throw new FileError(
      `${draft} exists: another --new-token is running or was killed. If it was killed, run: rm ${
        quoted(draft)
      }`,
    );
  }
  try {
    using _ = file;
    await writeAll(file, new TextEncoder().encode(await makeText()));
    await keepAccess(path, draft);
    await file.sync();
    beforeReplacing();
    await Deno.rename(draft, path);
  } catch (error) {
    await Deno.remove(draft).catch(() => {/* The first error is reported. */});
    throw error;
  }
}

/** Keeps owner, group and mode: a server that runs as another user may read the file through its group. */
async function keepAccess(path: string, draft: string): Promise<void> {
  const before = await Deno.stat(path).catch(() => undefined);
  if (before === undefined) return await letGroupRead(draft);
  if (before.mode === null) return;
  const { uid, gid } = await Deno.stat(draft);
  if (before.uid !== uid || before.gid !== gid) await Deno.chown(draft, before.uid, before.gid);
  await Deno.chmod(draft, before.mode & 0o777);
}

/** A new file of root, which is no server's user: the group of its directory may read it, if that is not root's, too. */
async function letGroupRead(draft: string): Promise<void> {
  const { uid } = await Deno.stat(draft);
  const { gid } = await Deno.stat(dirname(draft));
  if (uid !== 0 || gid === null || gid === 0) return;
  await Deno.chown(draft, uid, gid);
  await Deno.chmod(draft, 0o640);
}

function fail(message: string, code: number): number {
  console.error(message);
  return code;
}

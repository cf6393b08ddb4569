// `rankserver --new-token NAME`: makes a token, adds what the server has to know of it to the file of tokens, and prints
// the token, which stands nowhere from then on but where its owner puts it.

import { createHash, randomBytes } from "node:crypto";
import { ConfigError, show } from "../../config/toml/mod.ts";
import { FILE_BOUNDS, TOKEN_NAME, TOKEN_NAME_FORM } from "../../config/keys/mod.ts";
import { loadTokens } from "../../config/mod.ts";
import { writeAll } from "../../protocol/wire/mod.ts";
import { quoted, readPrivateFile, SERVER_EXIT } from "../shared/mod.ts";
import { TOKENS_FILE } from "./files/mod.ts";

const TOKEN_BYTES = 32;

/** What stands in the way: one sentence for the operator. */
class CannotMake extends Error {}

/** @param path of the file of tokens, which is made if there is none. @returns the exit code. */
export async function newToken(name: string, path: string): Promise<number> {
  if (!TOKEN_NAME.test(name)) {
    return fail(`--new-token takes a name of ${TOKEN_NAME_FORM}, got ${show(name)}`, SERVER_EXIT.usage);
  }
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  try {
    await addEntry(path, name, createHash("sha256").update(token).digest("hex"));
  } catch (error) {
    if (error instanceof CannotMake) return fail(error.message, SERVER_EXIT.failed);
    if (error instanceof ConfigError) return fail(error.message, SERVER_EXIT.usage);
    throw error;
  }
  // Nothing else, so that it can be piped to where it is needed.
  console.log(token);
  console.error(
    `Added ${name} to ${path}. The line above is its token, shown this once: put it into a file that only the ` +
      `client's user can read, and start rankclient with --token-file FILE. What it may do stands in ${path}; ` +
      `a server that is running knows it when it has read the file again.`,
  );
  return SERVER_EXIT.ok;
}

/** @throws {CannotMake | ConfigError} and then the file is as it was */
async function addEntry(path: string, name: string, sha256: string): Promise<void> {
  try {
    await replaceFile(await realPath(path), async () => {
      const read = await readPrivateFile(path, TOKENS_FILE, FILE_BOUNDS.tokensBytes);
      if (!read.ok && !read.isMissing) throw new CannotMake(read.message);
      const before = read.ok ? read.text : "";
      const taken = await loadTokens({ path, text: before });
      if (taken.some((entry) => entry.name === name)) {
        throw new CannotMake(
          `${path} has a token of that name already: take its table out first, or choose another name`,
        );
      }
      const text = `${before}${before === "" || before.endsWith("\n") ? "" : "\n"}${entryText(name, sha256)}`;
      // As it will be read: what was before may be TOML to which nothing can be added, such as an inline table.
      await loadTokens({ path, text });
      return text;
    });
  } catch (error) {
    if (error instanceof CannotMake || error instanceof ConfigError) throw error;
    throw new CannotMake(`Cannot write ${path}: ${(error as Error).message}`);
  }
}

/** Where a link leads that stands in its place; the path itself where there is nothing yet. */
async function realPath(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return path;
    throw error;
  }
}

/** All rights are written out, so that nobody has to look up what a new token may do. */
function entryText(name: string, sha256: string): string {
  return `
[tokens.${/^[\w-]+$/.test(name) ? name : `"${name}"`}]
sha256 = "${sha256}"
# The commands that it may send. Without this line: every one; with []: none.
#issue = ["uptime"]
# Whether it is sent the commands of those above it.
execute = true
# Whether it may see who else is there.
watch = false
# Whether it may take the seat of any other client away.
evict = false
`;
}

/**
 * At once: whoever reads the file meanwhile, or after a crash, finds it as it was or as it is to be.
 *
 * @param makeText reads what is there; nobody else of this program changes it until the new text is in its place.
 */
async function replaceFile(path: string, makeText: () => Promise<string>): Promise<void> {
  const draft = `${path}.new`;
  let file: Deno.FsFile;
  try {
    // Nobody else's before a byte is in it.
    file = await Deno.open(draft, { write: true, createNew: true, mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    throw new CannotMake(
      `${draft} is there: another --new-token is at work, or was killed. In that case run: rm ${
        quoted(draft)
      }`,
    );
  }
  try {
    using _ = file;
    await writeAll(file, new TextEncoder().encode(await makeText()));
    await keepAccess(path, draft);
    await file.sync();
    await Deno.rename(draft, path);
  } catch (error) {
    await Deno.remove(draft).catch(() => {/* What went wrong first is told. */});
    throw error;
  }
}

/** Who may read the file is not to change: perhaps a server that runs as another user, by its group. */
async function keepAccess(path: string, draft: string): Promise<void> {
  const before = await Deno.stat(path).catch(() => undefined);
  if (before === undefined || before.mode === null) return;
  const { uid, gid } = await Deno.stat(draft);
  if (before.uid !== uid || before.gid !== gid) await Deno.chown(draft, before.uid, before.gid);
  await Deno.chmod(draft, before.mode & 0o777);
}

function fail(message: string, code: number): number {
  console.error(message);
  return code;
}

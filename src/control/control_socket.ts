// The Unix socket through which a running client or server is controlled. The file is accessible to its owner only from
// the moment it exists, never replaces anything that is in use, and is removed when the program ends.

/** Identifies the file. Inode numbers are soon reused, so the modification time is included. */
export interface SocketFile {
  readonly path: string;
  readonly dev: number;
  readonly ino: number | null;
  readonly modifiedMs: number | undefined;
}

export interface ControlSocket {
  readonly listener: Deno.UnixListener;
  readonly file: SocketFile;
  /** Stops listening and removes the file, unless another program has replaced it. */
  close(): void;
}

export type OpenedControlSocket =
  | { readonly ok: true; readonly socket: ControlSocket }
  | { readonly ok: false; readonly reason: string };

/** The most that the system takes: the size of `sun_path` without its final NUL. */
const MAX_PATH_BYTES = Deno.build.os === "linux" ? 107 : 103;

/**
 * Opens a control socket at `path`. Does not throw for a problem with the path.
 *
 * @param holder the kind of program that may be using the path already, for the message: "client" or "server".
 */
export async function openControlSocket(
  path: string,
  holder = "client",
): Promise<OpenedControlSocket> {
  // When a listener closes, the runtime removes the path that it listened on, even if another program has replaced the file.
  // So it listens on another path, and the file is moved to `path` and removed here.
  const folder = `${path}.${Deno.pid}`;
  try {
    const obstacle = socketPathFault(path) ?? await findObstacle(path, holder);
    if (obstacle !== undefined) return { ok: false, reason: `Cannot open ${path}: ${obstacle}` };
    const listener = listenPrivately(folder);
    let file: SocketFile;
    try {
      // Atomically replaces the socket that a killed program may have left.
      Deno.renameSync(inside(folder), path);
      file = socketFile(path);
    } catch (error) {
      listener.close();
      throw error;
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
    let isOpen = true;
    const close = () => {
      if (!isOpen) return;
      isOpen = false;
      removeIfSame(file);
      listener.close();
    };
    return { ok: true, socket: { listener, file, close } };
  } catch (error) {
    return { ok: false, reason: `Cannot open ${path}: ${socketError(error)}` };
  }
}

/** Why no control socket can have this path, whatever the file system says; `undefined` if one can. */
export function socketPathFault(path: string): string | undefined {
  const length = pathBytes(path);
  if (length <= MAX_PATH_BYTES) return undefined;
  return `the path has ${length} bytes; the limit for a socket is ${MAX_PATH_BYTES}`;
}

/** What must not be replaced. A socket without a listener was left by a killed program and may be. */
async function findObstacle(path: string, holder: string): Promise<string | undefined> {
  let found: Deno.FileInfo;
  try {
    found = await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  if (found.isSocket !== true) return "the file exists and is not a socket";
  try {
    (await Deno.connect({ transport: "unix", path })).close();
    return `a running ${holder} has it`;
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
  }
  return undefined;
}

/** Listens in a private directory, so that the socket is protected before its own mode is set. */
function listenPrivately(folder: string): Deno.UnixListener {
  Deno.mkdirSync(folder, { mode: 0o700 });
  try {
    const listener = listenIn(folder);
    Deno.chmodSync(inside(folder), 0o600);
    return listener;
  } catch (error) {
    Deno.removeSync(folder, { recursive: true });
    throw error;
  }
}

/** Listens through a short link if only the temporary path, and not the one that it gets, is too long for a socket. */
function listenIn(folder: string): Deno.UnixListener {
  const path = inside(folder);
  if (pathBytes(path) <= MAX_PATH_BYTES) return Deno.listen({ transport: "unix", path });
  const links = Deno.makeTempDirSync();
  try {
    Deno.symlinkSync(absolute(folder), `${links}/f`);
    return Deno.listen({ transport: "unix", path: inside(`${links}/f`) });
  } finally {
    Deno.removeSync(links, { recursive: true });
  }
}

/** Of the absolute path, which is what the runtime passes to the system. */
function pathBytes(path: string): number {
  return new TextEncoder().encode(absolute(path)).length;
}

function absolute(path: string): string {
  return path.startsWith("/") ? path : `${Deno.cwd()}/${path.replace(/^(?:\.\/+)+/, "")}`;
}

/** What is wrong with the path of a socket, for a message. */
export function socketError(error: unknown): string {
  // Whatever permissions a program has: only --allow-all would do.
  if (error instanceof Deno.errors.NotCapable) {
    return "Deno cannot open a socket in /dev, /proc or /sys; choose another directory, such as /run";
  }
  return error instanceof Error ? error.message : String(error);
}

function inside(folder: string): string {
  return `${folder}/s`;
}

function socketFile(path: string): SocketFile {
  const { dev, ino, mtime } = Deno.lstatSync(path);
  return { path, dev, ino, modifiedMs: mtime?.getTime() };
}

/** Removes the file, unless it was replaced. Requires permission to read and write this path only. */
export function removeIfSame(known: SocketFile): void {
  try {
    const { dev, ino, modifiedMs } = socketFile(known.path);
    const isSame = dev === known.dev && ino === known.ino && modifiedMs === known.modifiedMs;
    if (isSame) Deno.removeSync(known.path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

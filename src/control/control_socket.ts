// The file of a control socket, of the client or of the server: for its owner alone from the moment it exists, never in
// the place of anything that is in use, and gone when the program has ended.

/** Which file it is: the number of a file is soon given to another one, so the time counts as well. */
export interface SocketFile {
  readonly path: string;
  readonly dev: number;
  readonly ino: number | null;
  readonly modifiedMs: number | undefined;
}

export interface ControlSocket {
  readonly listener: Deno.UnixListener;
  readonly file: SocketFile;
  /** Stops listening and removes the file, unless another program has put its own there. */
  close(): void;
}

export type OpenedControlSocket =
  | { readonly ok: true; readonly socket: ControlSocket }
  | { readonly ok: false; readonly reason: string };

/**
 * Never throws for what may be wrong with the path.
 *
 * @param holder who else may have the path, for people: "client" or "server".
 */
export async function openControlSocket(
  path: string,
  holder = "client",
): Promise<OpenedControlSocket> {
  // The runtime removes the file it made when a listener closes, whoever has that path by then. So it makes the file
  // in another place, and what stands at `path` is ours to remove.
  const folder = `${path}.${Deno.pid}`;
  try {
    const inTheWay = await findInTheWay(path, holder);
    if (inTheWay !== undefined) return { ok: false, reason: `Cannot open ${path}: ${inTheWay}` };
    const listener = listenPrivately(folder);
    let file: SocketFile;
    try {
      // Takes the place of what a killed program left behind, at once and without a gap.
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
    return { ok: false, reason: `Cannot open ${path}: ${error instanceof Error ? error.message : error}` };
  }
}

/** What must not be replaced; a socket that nobody listens on was left behind by a program that was killed. */
async function findInTheWay(path: string, holder: string): Promise<string | undefined> {
  let found: Deno.FileInfo;
  try {
    found = await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  if (found.isSocket !== true) return "there is a file that is not a socket";
  try {
    (await Deno.connect({ transport: "unix", path })).close();
    return `a running ${holder} has it`;
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
  }
  return undefined;
}

/** In a folder that nobody else may enter, so that it is nobody else's before its own mode says so. */
function listenPrivately(folder: string): Deno.UnixListener {
  Deno.mkdirSync(folder, { mode: 0o700 });
  try {
    const path = inside(folder);
    const listener = Deno.listen({ transport: "unix", path });
    Deno.chmodSync(path, 0o600);
    return listener;
  } catch (error) {
    Deno.removeSync(folder, { recursive: true });
    throw error;
  }
}

function inside(folder: string): string {
  return `${folder}/s`;
}

function socketFile(path: string): SocketFile {
  const { dev, ino, mtime } = Deno.lstatSync(path);
  return { path, dev, ino, modifiedMs: mtime?.getTime() };
}

/** Removes the file, unless it is another one by now. Needs the right to read and write that path alone. */
export function removeIfSame(known: SocketFile): void {
  try {
    const { dev, ino, modifiedMs } = socketFile(known.path);
    const isSame = dev === known.dev && ino === known.ino && modifiedMs === known.modifiedMs;
    if (isSame) Deno.removeSync(known.path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

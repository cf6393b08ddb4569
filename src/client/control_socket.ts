// The file of the control socket: for its owner alone from the moment it exists, never in the place of anything that is
// in use, and gone when the client has left.

export interface ControlSocket {
  readonly listener: Deno.UnixListener;
  /** Stops listening and removes the file, unless another program has put its own there. */
  close(): void;
}

export type OpenedControlSocket =
  | { readonly ok: true; readonly socket: ControlSocket }
  | { readonly ok: false; readonly reason: string };

/** Never throws for what may be wrong with the path. */
export async function openControlSocket(path: string): Promise<OpenedControlSocket> {
  // The runtime removes the file it made when a listener closes, whoever has that path by then. So it makes the file
  // under another name, and what stands at `path` is ours to remove.
  const madeAs = `${path}.${Deno.pid}`;
  try {
    const inTheWay = await findInTheWay(path);
    if (inTheWay !== undefined) return { ok: false, reason: `Cannot open ${path}: ${inTheWay}` };
    const listener = listenPrivately(madeAs);
    let own: Deno.FileInfo;
    try {
      // Takes the place of what a killed client left behind, at once and without a gap.
      Deno.renameSync(madeAs, path);
      own = Deno.lstatSync(path);
    } catch (error) {
      listener.close();
      throw error;
    }
    let isOpen = true;
    const close = () => {
      if (!isOpen) return;
      isOpen = false;
      removeIfSame(path, own);
      listener.close();
    };
    return { ok: true, socket: { listener, close } };
  } catch (error) {
    return { ok: false, reason: `Cannot open ${path}: ${error instanceof Error ? error.message : error}` };
  }
}

/** What must not be replaced; a socket that nobody listens on was left behind by a client that was killed. */
async function findInTheWay(path: string): Promise<string | undefined> {
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
    return "a running client has it";
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
  }
  return undefined;
}

/** The mask holds for the whole process, but nothing else can run between these lines: they wait for nothing. */
function listenPrivately(path: string): Deno.UnixListener {
  const mask = Deno.umask(0o177);
  try {
    return Deno.listen({ transport: "unix", path });
  } finally {
    Deno.umask(mask);
  }
}

/** The number of a file is soon given to another one, so the time counts as well. */
function removeIfSame(path: string, known: Deno.FileInfo): void {
  try {
    const { dev, ino, mtime } = Deno.lstatSync(path);
    const isSame = dev === known.dev && ino === known.ino && mtime?.getTime() === known.mtime?.getTime();
    if (isSame) Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

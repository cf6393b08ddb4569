// Clients that have nothing of this project: `openssl s_client`, and Python's own ssl.

export interface Said {
  readonly success: boolean;
  /** Both outputs. */
  readonly text: string;
}

/** What `openssl s_client` prints; it sends nothing, and leaves at the end of its input. */
export async function sClient(port: number, ...args: string[]): Promise<Said> {
  return await run("openssl", ["s_client", "-connect", `127.0.0.1:${port}`, ...args]);
}

/** Connects with Python, prints the TLS version, the first line and the answer to a ping, or the error. */
const PYTHON_CLIENT = `
import socket, ssl, sys
port, ca, name, version = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
context = ssl.create_default_context(cafile=ca or None)
if version:
    context.minimum_version = context.maximum_version = getattr(ssl.TLSVersion, version)
try:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        with context.wrap_socket(raw, server_hostname=name) as conn:
            print(conn.version())
            lines = conn.makefile("rw", newline="\\n")
            print(lines.readline().strip())
            lines.write('{"jsonrpc":"2.0","id":7,"method":"ping"}\\n')
            lines.flush()
            print(lines.readline().strip())
except (ssl.SSLError, OSError, ValueError) as error:
    print(type(error).__name__, error)
    sys.exit(1)
`;

export interface PythonOptions {
  /** Path of the authority; absent: those that the system knows. */
  readonly ca?: string;
  readonly name?: string;
  /** TLSv1_2 and the like: no other version. */
  readonly version?: string;
}

export async function pythonClient(
  port: number,
  { ca = "", name = "localhost", version = "" }: PythonOptions,
): Promise<Said> {
  return await run("python3", ["-W", "ignore", "-c", PYTHON_CLIENT, String(port), ca, name, version]);
}

async function run(program: string, args: string[]): Promise<Said> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return { success, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

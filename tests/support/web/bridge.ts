// Connects a WebSocket with a TCP port: each message is a line. Resolves when both have ended.

export async function bridge(socket: WebSocket, port: number): Promise<void> {
  const { promise: closed, resolve: onClose } = Promise.withResolvers<void>();
  const connecting = Deno.connect({ port });
  const writing = connecting.then(({ writable }) => writable.getWriter());
  const encoder = new TextEncoder();
  // Set before anything is awaited, so that no message is missed.
  socket.onmessage = ({ data }) =>
    void writing.then((writer) => writer.write(encoder.encode(`${data}\n`))).catch(() => {});
  socket.onclose = () => onClose();
  void closed.then(async () => (await writing).close()).catch(() => {});
  const connection = await connecting;
  let rest = "";
  try {
    for await (const text of connection.readable.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) if (socket.readyState === WebSocket.OPEN) socket.send(line);
    }
  } catch {
    // The page left first.
  }
  socket.close();
  await closed;
}

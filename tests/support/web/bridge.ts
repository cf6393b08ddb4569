// Connects a WebSocket with a TCP port: each message is a line. Resolves when both have ended.

export async function bridge(socket: WebSocket, port: number): Promise<void> {
  const { promise: opened, resolve: onOpen } = Promise.withResolvers<void>();
  const { promise: closed, resolve: onClose } = Promise.withResolvers<void>();
  socket.onopen = () => onOpen();
  socket.onclose = () => onClose();
  await Promise.race([opened, closed]);
  const connection = await Deno.connect({ port });
  const writer = connection.writable.getWriter();
  const encoder = new TextEncoder();
  socket.onmessage = ({ data }) => void writer.write(encoder.encode(`${data}\n`)).catch(() => {});
  void closed.then(() => writer.close().catch(() => {}));
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

// A client in a process of its own that a test can stop: says hello, answers the server's pings, and prints what it hears.

const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(Deno.args[0]) });

async function send(message: Record<string, unknown>): Promise<void> {
  await connection.write(new TextEncoder().encode(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`));
}

await send({ id: 1, method: "hello", params: { name: "stoppable" } });
let rest = "";
for await (const text of connection.readable.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + text).split("\n");
  rest = lines.pop()!;
  for (const line of lines) {
    const message = JSON.parse(line);
    if (message.id === 1) console.log("heard");
    if (message.method === "closing") console.log(`closing ${message.params.reason}`);
    if (message.method !== "ping") continue;
    console.log("asked");
    await send({ id: message.id, result: {} });
  }
}

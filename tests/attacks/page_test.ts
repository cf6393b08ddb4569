// The page's port: connections, heads and bodies that do not end, requests of every wrong kind, frames that are said to be
// huge, and event streams by the thousand. Whatever happens there, the members must not notice.

import type { Socket } from "node:net";
import { joinBytes } from "../../src/protocol/wire/mod.ts";
import { clientFrame } from "../support/web/web_socket_client.ts";
import { type Address, dial, dialTcp } from "./connect.ts";
import { allEnded, openMany } from "./open_many.ts";
import { repeatedly } from "./repeatedly.ts";
import { type Scene, withstands } from "./withstand.ts";

const MANY = 2_000;
const REQUESTS = 1_000;
const SEATS = 200;
const TERABYTE = 2 ** 40;
const FLOOD_MS = 2_000;
const UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/** The head of a request, without its last line. */
function head({ port, token }: Address, line: string, more = ""): string {
  const authorization = token === undefined ? "" : `Authorization: Bearer ${token}\r\n`;
  return `${line} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${authorization}${more}`;
}

/** Sends a request and reads to the end of the connection. @returns what was answered */
async function ask(page: Address, request: string): Promise<string> {
  const socket = await dial(page);
  let text = "";
  socket.on("data", (bytes: Uint8Array) => text += new TextDecoder().decode(bytes));
  socket.on("error", () => {});
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.end(request);
  await closed;
  return text;
}

/** Connections that each send this, and then nothing. */
function openAll(scene: Scene, count: number, text: (page: Address) => string): Promise<Socket[]> {
  const { server: { page } } = scene;
  return openMany(scene, count, async () => {
    const socket = await dial(page);
    socket.write(text(page));
    return socket;
  });
}

withstands({
  name: `${MANY} connections to the page that send nothing`,
  server: { page: "tls" },
  async strike(scene) {
    const sockets = await openMany(scene, MANY, () => dialTcp(scene.server.page.port));
    // All but those that were there last have been closed.
    await allEnded(sockets.slice(0, MANY - 256));
    return { tried: MANY, refused: MANY - 256 };
  },
});

withstands({
  name: `${MANY} request heads and bodies at the page that do not end`,
  server: { page: "plain" },
  async strike(scene) {
    const heads = await openAll(scene, MANY / 2, (page) => head(page, "GET /", "X-Slow: "));
    const bodies = await openAll(
      scene,
      MANY / 2,
      (page) => head(page, "POST /actions", "Content-Length: 4000\r\n\r\n{"),
    );
    await allEnded([...heads, ...bodies].slice(0, MANY - 256));
    return { tried: MANY, refused: MANY - 256 };
  },
});

withstands({
  name: "a flood of requests to the page, from its own and from foreign origins",
  server: { page: "plain" },
  async strike({ server: { page } }) {
    let refused = 0;
    let tried = 0;
    const origins = ["http://evil.example", "null", `http://127.0.0.1:${page.port}`];
    await repeatedly(REQUESTS, async () => {
      const origin = `Origin: ${origins[tried++ % origins.length]}\r\n`;
      const close = "Connection: close\r\n\r\n";
      const text = await ask(page, head(page, "GET /session", `${origin}${close}`));
      if (text.startsWith("HTTP/1.1 403 ")) refused++;
    });
    return { tried, refused };
  },
});

withstands({
  name: "a flood of pipelined requests to the page",
  server: { page: "plain" },
  async strike(scene) {
    const { server: { page } } = scene;
    const requests = (head(page, "GET /metrics") + "\r\n").repeat(50);
    const close = head(page, "GET /healthz", "Connection: close\r\n\r\n");
    await repeatedly(REQUESTS / 50, async () => void await ask(page, requests + close));
    return { tried: REQUESTS, refused: 0 };
  },
});

withstands({
  name: "a flood of wrong tokens at the page",
  server: { page: "plain" },
  async strike({ server: { page } }) {
    let refused = 0;
    await repeatedly(REQUESTS, async () => {
      const text = await ask(
        { ...page, token: "wrong" },
        head({ ...page, token: "wrong" }, "GET /events", "\r\n"),
      );
      if (/^HTTP\/1\.1 (?:401|429) /.test(text)) refused++;
    });
    return { tried: REQUESTS, refused };
  },
});

withstands({
  name: `${MANY} event streams of the page`,
  server: { page: "plain", top: "max_clients = 100" },
  async strike(scene) {
    const sockets = await openAll(scene, MANY, (page) => `${head(page, "GET /events")}\r\n`);
    // 64 are open, and those that were refused may ask again.
    for (const socket of sockets) socket.resume();
    await allEnded(sockets.slice(64 + 256));
    return { tried: MANY, refused: MANY - 64 };
  },
});

withstands({
  name: "frames of a terabyte, pings and empty fragments, over WebSocket",
  server: { page: "plain", top: "max_clients = 1000", pendingMs: 10_000 },
  async strike(scene) {
    const { server: { page } } = scene;
    const hello = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "hello", params: { token: page.token } });
    const noise = new Uint8Array(256 * 1_024);
    const attacks = [
      [clientFrame(1, "", { claims: TERABYTE }), noise],
      [clientFrame(2, "", { claims: TERABYTE }), noise],
      Array.from({ length: 1_000 }, () => clientFrame(9, "ping")),
      [
        clientFrame(1, "a", { isFinal: false }),
        ...Array.from({ length: 1_000 }, () => clientFrame(0, "", { isFinal: false })),
      ],
    ];
    let started = 0;
    const sockets = await openMany(scene, SEATS, async () => {
      const socket = await dial(page);
      socket.write(head(page, "GET /ws", UPGRADE));
      socket.write(clientFrame(1, hello));
      for (const frame of attacks[started++ % attacks.length]!) socket.write(frame);
      return socket;
    });
    await allEnded(sockets);
    return { tried: SEATS, refused: SEATS };
  },
});

/** Sends the same bytes again and again. @returns how many times they were sent */
async function flood(sockets: readonly Socket[], bytes: Uint8Array): Promise<number> {
  const timer = setTimeout(() => sockets.forEach((socket) => socket.destroy()), FLOOD_MS);
  const sent = await Promise.all(sockets.map(async (socket) => {
    let times = 0;
    while (!socket.destroyed) {
      times++;
      if (!socket.write(bytes)) await drained(socket);
    }
    return times;
  }));
  clearTimeout(timer);
  return sent.reduce((sum, times) => sum + times, 0);
}

/** Resolves when more can be written, or nothing ever. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("drain", resolve);
    socket.once("close", () => resolve());
  });
}

withstands({
  name: "floods of empty messages over WebSocket, from two browsers with seats",
  server: { page: "plain" },
  async strike(scene) {
    const { server: { page } } = scene;
    const hello = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "hello", params: { token: page.token } });
    const sockets = await openMany(scene, 2, async () => {
      const socket = await dial(page);
      socket.write(head(page, "GET /ws", UPGRADE));
      socket.write(clientFrame(1, hello));
      socket.resume();
      return socket;
    });
    const messages = joinBytes(new Array(4_000).fill(clientFrame(1, "")));
    return { tried: 4_000 * await flood(sockets, messages), refused: 0 };
  },
});

withstands({
  name: "floods of line breaks at the page, on eight connections",
  server: { page: "plain" },
  async strike(scene) {
    const sockets = await openMany(scene, 8, () => dial(scene.server.page));
    const breaks = new TextEncoder().encode("\r\n".repeat(16_384));
    return { tried: 16_384 * await flood(sockets, breaks), refused: 0 };
  },
});

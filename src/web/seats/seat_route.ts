// The way to a seat from a browser: a request that becomes a WebSocket (RFC 6455, section 4.2). Which page it comes from has
// been checked.

import { sha1 } from "@noble/hashes/legacy.js";
import type { Incoming } from "../../server/connection/mod.ts";
import { tokensOf, type WebRequest, type WebResponse } from "../http/mod.ts";
import { WebSocketConnection, type WebSocketOptions } from "./web_socket_connection.ts";

export interface SeatRouteOptions extends WebSocketOptions {
  /** Takes the connection as the TCP port does. */
  readonly accept: (connection: Incoming) => void;
}

/** RFC 6455, section 1.3. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const KEY = /^[A-Za-z\d+/]{22}==$/;
const UPGRADE_REQUIRED = {
  status: 426,
  headers: {
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Content-Type": "text/plain; charset=utf-8",
  },
  body: "Connect with a WebSocket, version 13\n",
};

export class SeatRoute {
  readonly #options: SeatRouteOptions;

  constructor(options: SeatRouteOptions) {
    this.#options = options;
  }

  answer({ method, headers, body }: WebRequest): WebResponse {
    const key = headers.get("sec-websocket-key") ?? "";
    const isUpgrade = method === "GET" && body.length === 0 &&
      tokensOf(headers.get("upgrade")).includes("websocket") &&
      tokensOf(headers.get("connection")).includes("upgrade") &&
      headers.get("sec-websocket-version") === "13";
    if (!isUpgrade || !KEY.test(key)) return UPGRADE_REQUIRED;
    const accept = sha1(new TextEncoder().encode(key + GUID)).toBase64();
    return {
      status: 101,
      headers: { "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": accept },
      take: (connection, read) =>
        this.#options.accept(new WebSocketConnection(connection, read, this.#options)),
    };
  }
}

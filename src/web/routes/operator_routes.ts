// What the operator does on the page: evict a member, reload the configuration, stop the server. The page has asked for
// confirmation; who it was is in the log and in the audit.

import { choice, integer, object, optional, readShape } from "../../protocol/methods/mod.ts";
import { count } from "../../words/mod.ts";
import type { Viewer } from "../access/mod.ts";
import type { WebRequest, WebResponse } from "../http/mod.ts";
import type { WebHost } from "../host/mod.ts";
import { done, readBody, refuse } from "./answers.ts";

interface ReadAction {
  readonly action: "evict" | "reload" | "shutdown";
  readonly ticket?: number | undefined;
}

const actionShape = object<ReadAction>({
  action: choice(["evict", "reload", "shutdown"]),
  ticket: optional(integer(0)),
});

/** @param request a POST with JSON */
export function operate(
  request: WebRequest,
  viewer: Viewer,
  host: WebHost,
): WebResponse | Promise<WebResponse> {
  const { name, mayOperate } = viewer;
  if (!mayOperate || name === undefined) {
    return refuse(403, "This action requires a token with the right to evict; log in with one");
  }
  const body = readBody(request);
  if (!body.ok) return body.response;
  const read = readShape(actionShape, body.value);
  if (!read.ok) return refuse(400, read.message);
  const { action, ticket } = read.value;
  const by = { name, ip: request.ip, port: request.port };
  switch (action) {
    case "evict":
      return ticket === undefined
        ? refuse(400, `"ticket" is missing; send the ticket of the member`)
        : evict(ticket, by, host);
    case "reload":
      if (host.reload === undefined) {
        return refuse(
          409,
          "There is nothing to reload: the server has no configuration file, tokens or certificate",
        );
      }
      host.reload(by);
      return done("Reloading; the log and the activity list show the result");
    case "shutdown":
      host.drain(by);
      return done("The server is shutting down");
  }
}

async function evict(
  ticket: number,
  by: Parameters<WebHost["evict"]>[1],
  host: WebHost,
): Promise<WebResponse> {
  const evicted = await host.evict({ ticket }, by);
  if ("reason" in evicted) return refuse(evicted.reason === "unavailable" ? 503 : 409, evicted.message);
  const { name, rank, keep_ms: keepMs } = evicted;
  const until = keepMs > 0 ? `; its seat stays empty for ${count(Math.ceil(keepMs / 1_000), "second")}` : "";
  return done(`Evicted ${name}, which had rank ${rank}${until}`);
}

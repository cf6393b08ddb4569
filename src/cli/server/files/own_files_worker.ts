// The worker of own_files.ts: a thread with its own isolate and rights. The files that it may access were fixed when it
// was started.

import { removeIfSame } from "../../../control/mod.ts";
import { readRegularText } from "../../shared/mod.ts";
import type { OwnFilesMessage, OwnFilesRequest } from "./own_files.ts";

const scope = self as unknown as {
  onmessage: (event: MessageEvent<{ id: number; request: OwnFilesRequest }>) => void;
  postMessage(message: OwnFilesMessage): void;
};

scope.onmessage = async ({ data: { id, request } }) => {
  scope.postMessage({ id, answer: await carryOut(request) });
};

scope.postMessage("ready");

async function carryOut(request: OwnFilesRequest): Promise<unknown> {
  switch (request.do) {
    case "read":
      // Only a regular file can be read again; a pipe would block when it is opened a second time.
      return await readRegularText(request.path, request.maxBytes);
    case "remove":
      return removeIfSame(request.file);
  }
}

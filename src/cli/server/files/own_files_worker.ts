// The worker behind own_files.ts: a thread with an isolate and rights of its own. It does what it is asked and nothing
// more; which files it can touch was decided when it was started.

import { removeIfSame } from "../../../control/mod.ts";
import { type OwnFilesRequest, READY_ID } from "./own_files_request.ts";
import { readRegularText } from "../../shared/mod.ts";

const scope = self as unknown as {
  onmessage: (event: MessageEvent<{ id: number; request: OwnFilesRequest }>) => void;
  postMessage(message: unknown): void;
};

scope.onmessage = async ({ data: { id, request } }) => {
  scope.postMessage({ id, answer: await carryOut(request) });
};

scope.postMessage({ id: READY_ID });

async function carryOut(request: OwnFilesRequest): Promise<unknown> {
  switch (request.do) {
    case "read":
      // What is no file is gone once it was read, and a pipe that is opened again says nothing for ever.
      return await readRegularText(request.path, request.maxBytes);
    case "remove":
      return removeIfSame(request.file);
  }
}

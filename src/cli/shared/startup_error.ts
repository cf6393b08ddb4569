// Errors that the operator can act on: each message is a sentence, printed without a stack trace.

import { SERVER_EXIT } from "./exit_codes.ts";

/** The server cannot start. */
export class StartupError extends Error {
  override readonly name = "StartupError";
  readonly exitCode: number;

  constructor(message: string, exitCode: number = SERVER_EXIT.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** One of the server's own files cannot be used. */
export class FileError extends Error {
  override readonly name = "FileError";
}

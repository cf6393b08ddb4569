// Errors that the operator can act on: each message is a sentence, printed without a stack trace.

/** The server cannot start. */
export class StartupError extends Error {
  override readonly name = "StartupError";
}

/** One of the server's own files cannot be used. */
export class FileError extends Error {
  override readonly name = "FileError";
}
